package io.weft.apply;

import io.weft.plan.Step;
import java.util.function.Consumer;

/** Performs single steps. */
@FunctionalInterface
public interface Performer {
    /**
     * Brings about what the step wants, unless it is so already. Blocks.
     *
     * @param note takes short phrases for the progress display
     * @return whether anything was changed
     * @throws InterruptedException if the run is given up
     */
    boolean perform(Step step, Consumer<String> note) throws InterruptedException;
}
