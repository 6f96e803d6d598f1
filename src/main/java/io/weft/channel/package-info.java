/**
 * Channels: their configuration and genesis block, how ordering nodes and peers join them, and what block 0 of a node
 * that already joined says. Owns the channel participation API and the peers' {@code cscc} and {@code qscc}.
 */
package io.weft.channel;
