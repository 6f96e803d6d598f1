/**
 * A Fabric CA server inside the JVM, for development networks: Fabric CA's REST API with its authentication, envelope,
 * error codes and texts. Identities, certificates and revocations lie in one file that survives a kill.
 */
package io.weft.embedded.ca;
