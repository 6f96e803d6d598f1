/**
 * What weft needs of the place where a network runs: somewhere to keep keys and records, nodes that can be started, ways to
 * them, and a lock. Everything above it is the same wherever that is.
 */
package io.weft.platform;
