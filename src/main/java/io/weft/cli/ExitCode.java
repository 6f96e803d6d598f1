package io.weft.cli;

import io.weft.problem.ConflictException;
import io.weft.problem.InvalidSpecException;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;

/** The exit codes of every command, documented in {@code docs/exit-codes.md}. */
final class ExitCode {
    static final int DONE = 0;
    static final int REJECTED = 1;
    static final int USAGE = 2;
    static final int INVALID_SPEC = 3;
    static final int UNREACHABLE = 4;
    static final int TIMED_OUT = 5;
    static final int CONFLICT = 6;
    static final int NOT_AS_WANTED = 7;
    static final int DEFECT = 70;
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(Throwable failure) {
        if (Console.isInterruption(failure)) {
            return INTERRUPTED;
        }
        return failure instanceof WeftException known ? of(known) : DEFECT;
    }

    private static int of(WeftException failure) {
        if (failure instanceof InvalidSpecException) {
            return INVALID_SPEC;
        }
        if (failure instanceof UnreachableException) {
            return UNREACHABLE;
        }
        if (failure instanceof TimedOutException) {
            return TIMED_OUT;
        }
        if (failure instanceof ConflictException) {
            return CONFLICT;
        }
        if (failure instanceof RejectedException) {
            return REJECTED;
        }
        throw new AssertionError("Not mapped: " + failure.getClass(), failure);
    }
}
