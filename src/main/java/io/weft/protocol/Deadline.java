package io.weft.protocol;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A moment by which something must have happened, on the clock that never jumps. */
public final class Deadline {
    private final Duration total;
    private final long end;

    private Deadline(Duration total) {
        this.total = total;
        this.end = System.nanoTime() + total.toNanos();
    }

    /** The moment that is {@code total} from now. */
    public static Deadline after(Duration total) {
        return new Deadline(total);
    }

    /** What is left; zero when it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** What is left, but not more than {@code limit}. */
    public Duration remaining(Duration limit) {
        Duration left = remaining();
        return left.compareTo(limit) < 0 ? left : limit;
    }

    public boolean hasPassed() {
        return remaining().isZero();
    }

    /** The whole time it gave, for messages. */
    public Duration total() {
        return total;
    }

    /**
     * Sleeps for {@code pause} or until the deadline, whichever is sooner.
     *
     * @return false once the deadline has passed
     */
    public boolean pause(Duration pause) {
        try {
            TimeUnit.NANOSECONDS.sleep(remaining(pause).toNanos());
        } catch (InterruptedException e) {
            throw Interruption.of(e);
        }
        return !hasPassed();
    }
}
