/**
 * Connections to nodes over gRPC and HTTPS, and the signed messages that travel on them. Owns the path of a transaction
 * from endorsement over ordering to commit; knows nothing of what a transaction means.
 */
package io.weft.protocol;
