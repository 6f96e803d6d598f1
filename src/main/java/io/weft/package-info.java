/**
 * weft as a library: connect to a cluster with a network, then plan, apply, ask, submit, reset and remove.
 */
package io.weft;
