package io.weft.plan;

import static java.util.Objects.requireNonNull;

import io.weft.model.Network;
import io.weft.problem.RejectedException;
import java.util.List;
import java.util.stream.Collectors;

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

    /** The steps that cannot succeed, because what exists cannot become what is wanted. */
    public List<PlannedStep> impossible() {
        return steps.stream()
                .filter(planned -> planned.finding().kind() == Finding.Kind.FIXED)
                .toList();
    }

    /**
     * Refuses a plan that cannot succeed.
     *
     * @throws RejectedException naming every step of {@link #impossible}, and what to do
     */
    public void requirePossible() {
        if (!impossible().isEmpty()) {
            throw new RejectedException(impossible().stream()
                    .map(planned -> "\n  " + planned.step().id() + ":\n    "
                            + String.join("\n    ", planned.finding().details()))
                    .collect(Collectors.joining(
                            "", "The spec asks for changes that cannot be made. Nothing was changed.", "")));
        }
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return steps.stream().noneMatch(PlannedStep::isNeeded);
    }
}
