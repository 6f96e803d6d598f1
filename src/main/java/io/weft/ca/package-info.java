/**
 * A client for Fabric CA's REST API: registration, enrollment, reenrollment, revocation. What the server refuses comes
 * back as a sentence with a remedy; passwords and keys never do.
 */
package io.weft.ca;
