package io.weft.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A step in its place.
 *
 * @param step what to do
 * @param prerequisites all of them must hold before the step starts
 * @param finding what was observed; a step found done is not performed
 */
public record PlannedStep(Step step, List<Prerequisite> prerequisites, Finding finding) {
    public PlannedStep {
        requireNonNull(step, "step");
        prerequisites = List.copyOf(prerequisites);
        requireNonNull(finding, "finding");
    }

    /** Whether the step has to be performed. */
    public boolean isNeeded() {
        return !finding.isDone();
    }
}
