package io.weft.problem;

/** Something answered, but did not reach the wanted condition before the deadline. The message carries what was last seen. */
public final class TimedOutException extends WeftException {
    public TimedOutException(String message) {
        super(message, null);
    }

    public TimedOutException(String message, Throwable cause) {
        super(message, cause);
    }
}
