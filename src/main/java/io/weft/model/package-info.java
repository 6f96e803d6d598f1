/**
 * The network that a spec describes, complete with every default, as immutable records; and the one place that maps
 * its parts to the names that Fabric, Kubernetes and X.509 give them. Knows only the JDK and {@code problem}.
 */
package io.weft.model;
