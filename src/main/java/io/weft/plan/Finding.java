package io.weft.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What was observed of the thing that a step brings about.
 *
 * @param kind how it compares with what is wanted
 * @param details full sentences: each difference, or why it could not be asked; empty when there is nothing to say
 */
public record Finding(Kind kind, List<String> details) {
    /** How something compares with what is wanted. */
    public enum Kind {
        /** As wanted. */
        DONE,
        /** Not there. */
        ABSENT,
        /** There, but not as wanted; the step mends it. */
        DIFFERENT,
        /** There, but not as wanted, and no step can mend it: the spec has to be changed. */
        FIXED,
        /** Nobody could be asked yet, for example because the node does not run. */
        UNKNOWN
    }

    public static final Finding DONE = new Finding(Kind.DONE, List.of());
    public static final Finding ABSENT = new Finding(Kind.ABSENT, List.of());

    public Finding {
        requireNonNull(kind, "kind");
        details = List.copyOf(details);
    }

    public static Finding different(List<String> details) {
        return new Finding(Kind.DIFFERENT, details);
    }

    /** With how it differs, why that cannot be mended, and what to do instead. */
    public static Finding fixed(List<String> details) {
        return new Finding(Kind.FIXED, details);
    }

    public static Finding unknown(String detail) {
        return new Finding(Kind.UNKNOWN, List.of(detail));
    }

    public boolean isDone() {
        return kind == Kind.DONE;
    }
}
