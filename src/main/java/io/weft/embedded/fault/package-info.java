/**
 * What tests do to running nodes: delays, cut connections, endorsements that fail, conflicts. Nodes ask here; without a
 * fault nothing is changed.
 */
package io.weft.embedded.fault;
