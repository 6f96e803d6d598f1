/** A Fabric network of real programs on this machine's loopback, for tests that must see what Fabric itself says. */
package io.weft.testing;
