/**
 * What a node needs of nodes in other processes: connections that the channel's configuration tells how to trust, blocks by
 * {@code Deliver}, messages by {@code Broadcast}. Nodes of one process do without.
 */
package io.weft.embedded.remote;
