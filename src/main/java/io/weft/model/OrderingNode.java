package io.weft.model;

import static java.util.Objects.requireNonNull;

/**
 * An ordering node.
 *
 * @param name a DNS label, unique among its organization's nodes
 * @param workload how it runs
 */
public record OrderingNode(String name, Workload workload) {
    public OrderingNode {
        requireNonNull(name, "name");
        requireNonNull(workload, "workload");
    }
}
