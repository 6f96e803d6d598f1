package io.weft.testing;

import io.weft.protocol.Deadline;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Waits for what others bring about: looks until it is there or a deadline has passed, and then tells what was seen last. */
public final class Eventually {
    /** So long that a machine with too much to do is not taken for a defect: who waits in vain has found one. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private Eventually() {}

    /** Looks until what is seen is wanted, and returns it. */
    public static <T> T eventually(Callable<T> look, Predicate<? super T> wanted) {
        return eventually("What was looked for", PATIENCE, PAUSE, look, wanted);
    }

    /** As the other, for no longer than {@code patience}; {@code what} begins the message. */
    public static <T> T eventually(
            String what, Duration patience, Duration pause, Callable<T> look, Predicate<? super T> wanted) {
        Deadline deadline = Deadline.after(patience);
        T seen = seen(look);
        while (!wanted.test(seen)) {
            if (!deadline.pause(pause)) {
                throw new AssertionError(what + " did not come within " + patience + ". Seen last: " + seen);
            }
            seen = seen(look);
        }
        return seen;
    }

    /** Waits until something holds; {@code what} begins the message. */
    public static void eventually(String what, BooleanSupplier condition) {
        boolean unused = eventually(what, PATIENCE, PAUSE, condition::getAsBoolean, holds -> holds);
    }

    private static <T> T seen(Callable<T> look) {
        try {
            return look.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
