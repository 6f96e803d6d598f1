package io.weft.apply;

import io.weft.plan.Step;
import java.time.Duration;

/** What became of a step. */
public sealed interface Outcome {
    /** The step it is about. */
    Step step();

    /** The step was performed and changed something. */
    record Changed(Step step, Timing timing) implements Outcome {}

    /** Nothing had to be changed. */
    record AlreadySatisfied(Step step, Timing timing) implements Outcome {}

    /**
     * The step did not succeed.
     *
     * @param cause a {@link io.weft.problem.WeftException}, or a defect in weft
     */
    record Failed(Step step, Timing timing, Throwable cause) implements Outcome {}

    /**
     * The step was not tried.
     *
     * @param because a full sentence
     */
    record Skipped(Step step, String because) implements Outcome {}

    /**
     * When a step ran, counted from the start of the run.
     *
     * @param start when it began
     * @param end when it ended
     */
    record Timing(Duration start, Duration end) {
        public Duration took() {
            return end.minus(start);
        }
    }
}
