package io.weft.problem;

/**
 * The root of everything weft reports as a failure of its surroundings or of its input. Anything else that escapes is
 * a defect in weft. The subtypes are chosen by what the caller can do about them.
 */
public abstract sealed class WeftException extends RuntimeException
        permits InvalidSpecException, UnreachableException, TimedOutException, RejectedException, ConflictException {
    protected WeftException(String message, Throwable cause) {
        super(message, cause);
    }
}
