package io.weft.problem;

/** What exists belongs to someone else or to another network, or another run holds the network; nothing was touched. */
public final class ConflictException extends WeftException {
    public ConflictException(String message) {
        super(message, null);
    }

    public ConflictException(String message, Throwable cause) {
        super(message, cause);
    }
}
