package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long and how often a request is tried again when the API server is busy, fails or drops the connection.
 *
 * @param contact limit for the first contact: a server that has never answered is given up after this time
 * @param deadline limit for one request with all its attempts
 * @param firstDelay upper bound of the first pause; it doubles with each attempt
 * @param maxDelay upper bound of any pause that the server did not ask for itself
 * @param jitter pauses are drawn evenly between half the bound and the bound, so that clients do not come back in step
 */
record RetryPolicy(
        Duration contact, Duration deadline, Duration firstDelay, Duration maxDelay, RandomGenerator jitter) {
    /** Internal errors seldom heal: after so many attempts the server's text matters more than patience. */
    static final int MAX_INTERNAL_ERRORS = 5;

    RetryPolicy {
        requireNonNull(contact, "contact");
        requireNonNull(deadline, "deadline");
        requireNonNull(firstDelay, "firstDelay");
        requireNonNull(maxDelay, "maxDelay");
        requireNonNull(jitter, "jitter");
    }

    static RetryPolicy standard() {
        return new RetryPolicy(
                Duration.ofSeconds(5),
                Duration.ofSeconds(45),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                new java.util.SplittableRandom());
    }

    static boolean retryable(int status) {
        return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
    }

    /**
     * @param attempt from 1
     * @param askedFor what the server's Retry-After says, or zero
     */
    Duration delay(int attempt, Duration askedFor) {
        long bound = Math.min(maxDelay.toMillis(), firstDelay.toMillis() << Math.min(attempt - 1, 20));
        Duration own;
        synchronized (jitter) {
            own = Duration.ofMillis(bound / 2 + jitter.nextLong(bound / 2 + 1));
        }
        return own.compareTo(askedFor) > 0 ? own : askedFor;
    }
}
