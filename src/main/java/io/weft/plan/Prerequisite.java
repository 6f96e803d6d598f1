package io.weft.plan;

import java.util.Set;

/**
 * What must have happened before a step can start.
 *
 * @param steps IDs of steps
 * @param atLeast how many of them suffice: all, or the quorum of an ordering service
 */
public record Prerequisite(Set<String> steps, int atLeast) {
    public Prerequisite {
        steps = Set.copyOf(steps);
        if (atLeast < 0 || atLeast > steps.size()) {
            throw new IllegalArgumentException(atLeast + " of " + steps.size());
        }
    }
}
