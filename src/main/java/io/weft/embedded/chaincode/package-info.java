/**
 * Running chaincode for an embedded peer: the stream protocol from the peer's side, contracts in this JVM, started
 * commands and chaincode as a service behind it, and the {@code _lifecycle} system chaincode with the definitions that
 * it keeps in the ledger. Contracts in this JVM can also serve peers that are other programs.
 */
package io.weft.embedded.chaincode;
