package io.weft.problem;

import java.util.List;
import java.util.stream.Collectors;

/** The network spec is not valid; nothing was contacted. */
public final class InvalidSpecException extends WeftException {
    private final transient List<Problem> problems;

    /**
     * @param problems all problems found, in file order; at least one is an error
     */
    public InvalidSpecException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")), null);
        this.problems = List.copyOf(problems);
    }

    /** All problems found, in file order. */
    public List<Problem> problems() {
        return problems;
    }
}
