/**
 * Helm in the JVM: installs weft's charts as ordinary releases through the Helm SDK, and reads releases back from the
 * Secrets that Helm keeps, without the SDK.
 */
package io.weft.helm;
