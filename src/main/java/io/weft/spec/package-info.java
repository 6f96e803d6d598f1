/**
 * Reads a network spec: YAML with the place of every key, checked against the JSON Schema that weft ships and then for
 * its meaning, all problems at once. Hands back a {@code model.Network} with every default filled in, or prints one.
 */
package io.weft.spec;
