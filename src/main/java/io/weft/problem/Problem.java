package io.weft.problem;

import static java.util.Objects.requireNonNull;

/**
 * Something a person has to look at: where it is, what was found and expected, and what to do about it.
 *
 * @param severity whether the run can go on
 * @param location where in the user's file
 * @param cause one or more full sentences: what was found and what was expected
 * @param remedy what to do, as an imperative sentence
 */
public record Problem(Severity severity, Location location, String cause, String remedy) {
    /** Whether a problem stops the run. */
    public enum Severity {
        /** Nothing is done until it is mended. */
        ERROR,
        /** Legal, but seldom what is wanted. */
        WARNING
    }

    public Problem {
        requireNonNull(severity, "severity");
        requireNonNull(location, "location");
        requireNonNull(cause, "cause");
        requireNonNull(remedy, "remedy");
    }

    public static Problem error(Location location, String cause, String remedy) {
        return new Problem(Severity.ERROR, location, cause, remedy);
    }

    public static Problem warning(Location location, String cause, String remedy) {
        return new Problem(Severity.WARNING, location, cause, remedy);
    }

    @Override
    public String toString() {
        String word = severity == Severity.WARNING ? "warning: " : "";
        return location + ": " + word + cause + "\n  Fix: " + remedy;
    }
}
