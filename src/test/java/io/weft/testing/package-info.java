/**
 * What tests of several packages share: Fabric's real programs on this machine's loopback, for tests that must see what Fabric
 * itself says; what embedded nodes are made of; identities, ports, and waiting.
 */
package io.weft.testing;
