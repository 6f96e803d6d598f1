/**
 * The ledger of an embedded node: blocks, state, private data and history in one store file for each node, and the
 * simulations that read it and record what a transaction would write. The rules are those of Fabric's
 * {@code core/ledger/kvledger}; whether a transaction was endorsed and signed rightly is decided elsewhere.
 */
package io.weft.embedded.ledger;
