/**
 * Installs charts as ordinary Helm releases through the Helm SDK inside the JVM, and undoes what an interrupted run left
 * of them. What exists is read from Helm's own records without the SDK, so that a run that finds nothing to do never
 * loads it.
 */
package io.weft.helm;
