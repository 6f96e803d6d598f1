package io.weft.model;

import static java.util.Objects.requireNonNull;

/**
 * Names a node of the network.
 *
 * @param organization the organization's name in the spec
 * @param node the node's name within its organization, for example {@code peer0}
 */
public record NodeRef(String organization, String node) {
    public NodeRef {
        requireNonNull(organization, "organization");
        requireNonNull(node, "node");
    }

    /** {@code organization/node}, the form the command line takes. */
    @Override
    public String toString() {
        return organization + "/" + node;
    }
}
