package io.weft.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;

/**
 * A step in its place.
 *
 * @param step what to do
 * @param prerequisites all of them must hold before the step starts
 * @param after IDs of steps that have to have ended, well or badly, because they are wanted sooner
 * @param finding what was observed; a step found done is not performed
 */
public record PlannedStep(Step step, List<Prerequisite> prerequisites, Set<String> after, Finding finding) {
    public PlannedStep {
        requireNonNull(step, "step");
        prerequisites = List.copyOf(prerequisites);
        after = Set.copyOf(after);
        requireNonNull(finding, "finding");
    }

    /** Whether the step has to be performed. */
    public boolean isNeeded() {
        return !finding.isDone();
    }
}
