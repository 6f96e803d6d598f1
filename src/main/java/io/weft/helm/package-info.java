/**
<<<<<<< HEAD
 * Helm in the JVM: installs weft's charts as ordinary releases through the Helm SDK, and reads releases back from the
 * Secrets that Helm keeps, without the SDK.
=======
 * Installs charts as ordinary Helm releases through the Helm SDK inside the JVM, and undoes what an interrupted run left
 * of them. What exists is read from Helm's own records without the SDK, so that a run that finds nothing to do never
 * loads it.
>>>>>>> kube
 */
package io.weft.helm;
