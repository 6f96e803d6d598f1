/**
 * The rules of a channel, as Fabric's nodes apply them: which identities are valid, which signatures satisfy which
 * policy, and which configuration may follow another. Of blocks it knows those with a configuration, of ledgers and networks
 * nothing.
 */
package io.weft.embedded.config;
