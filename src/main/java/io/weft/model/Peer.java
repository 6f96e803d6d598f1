package io.weft.model;

import static java.util.Objects.requireNonNull;

/**
 * A peer.
 *
 * @param name a DNS label, unique among its organization's nodes
 * @param stateDatabase where it keeps the world state
 * @param workload how it runs
 */
public record Peer(String name, StateDatabase stateDatabase, Workload workload) {
    public Peer {
        requireNonNull(name, "name");
        requireNonNull(stateDatabase, "stateDatabase");
        requireNonNull(workload, "workload");
    }
}
