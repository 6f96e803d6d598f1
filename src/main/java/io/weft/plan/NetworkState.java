package io.weft.plan;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;

/**
 * What was observed of a network.
 *
 * @param networkId the ID stamped on what weft made; absent when there is no such network
 * @param findings step ID to what was found of it; a step that is missing here was not looked for and counts as absent
 */
public record NetworkState(Optional<String> networkId, Map<String, Finding> findings) {
    public static final NetworkState NOTHING = new NetworkState(Optional.empty(), Map.of());

    public NetworkState {
        requireNonNull(networkId, "networkId");
        findings = Map.copyOf(findings);
    }

    public Finding of(Step step) {
        return findings.getOrDefault(step.id(), Finding.ABSENT);
    }
}
