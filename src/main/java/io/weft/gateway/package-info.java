/**
 * Transactions as an application makes them: evaluate and submit through a gateway peer, and the check that a gateway
 * knows enough endorsers. Owns the line between a chaincode's own errors and those of everything around it.
 */
package io.weft.gateway;
