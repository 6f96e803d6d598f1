package io.weft.embedded.orderer;

import java.time.Duration;

/** Runs something later; tests pass the time themselves. */
@FunctionalInterface
interface BatchTimer {
    /**
     * Runs the task once after the delay, on a thread of its own choice.
     *
     * @return cancels the task if it has not begun
     */
    Runnable schedule(Duration delay, Runnable task);
}
