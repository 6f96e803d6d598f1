package io.weft.plan;

import static java.util.Objects.requireNonNull;

import io.weft.model.Network;
import java.util.List;

/**
 * Everything that makes a network what its spec says, done or to do. Steps stand in the order in which they should
 * get a free hand when several are ready: what the first transaction waits for comes first.
 *
 * @param network what is wanted
 * @param state what was observed
 * @param steps all steps
 */
public record Plan(Network network, NetworkState state, List<PlannedStep> steps) {
    public Plan {
        requireNonNull(network, "network");
        requireNonNull(state, "state");
        steps = List.copyOf(steps);
    }

    /** The steps that have to be performed. */
    public List<PlannedStep> needed() {
        return steps.stream().filter(PlannedStep::isNeeded).toList();
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return steps.stream().noneMatch(PlannedStep::isNeeded);
    }
}
