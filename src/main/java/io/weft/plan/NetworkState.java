package io.weft.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was observed of a network.
 *
 * @param networkId the ID stamped on what weft made; absent when there is no such network
 * @param findings step ID to what was found of it; a step that is missing here was not looked for and counts as absent
 * @param leftovers what carries the network's ID and is no longer in the spec, for example
 *     {@code release trade/org3-peer0}; weft leaves it alone
 */
public record NetworkState(Optional<String> networkId, Map<String, Finding> findings, List<String> leftovers) {
    public static final NetworkState NOTHING = new NetworkState(Optional.empty(), Map.of(), List.of());

    public NetworkState {
        requireNonNull(networkId, "networkId");
        findings = Map.copyOf(findings);
        leftovers = List.copyOf(leftovers);
    }

    public Finding of(Step step) {
        return findings.getOrDefault(step.id(), Finding.ABSENT);
    }
}
