/**
 * Chaincode: the packages that tell peers where a chaincode server is, and the lifecycle of a definition on a channel
 * from approval to commit. Owns what is equal and what differs between definitions.
 */
package io.weft.chaincode;
