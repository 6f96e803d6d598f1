/**
 * The rules of a channel, as Fabric's nodes apply them: which identities are valid, which signatures satisfy which
 * policy, and which configuration may follow another. Knows nothing of blocks, ledgers and networks.
 */
package io.weft.embedded.config;
