/**
 * Keys, certificates, signing requests and PEM, as Fabric wants them: ECDSA on P-256, SHA-256, signatures with a low S.
 * Bouncy Castle does the work and stays inside; what comes out are this package's values and those of the JDK.
 */
package io.weft.pki;
