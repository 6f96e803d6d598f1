package io.weft.identity;

import io.weft.problem.Problem;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a check of an existing Secret found.
 *
 * @param problems what a person has to look at; an error means that the Secret cannot be used, and that weft will not
 *     touch it
 * @param repairs what weft can mend without another key: entry (for example {@code tls.crt}) to the reason, a full
 *     sentence
 */
public record IdentityCheck(List<Problem> problems, Map<String, String> repairs) {
    public IdentityCheck {
        problems = List.copyOf(problems);
        repairs = Collections.unmodifiableMap(new LinkedHashMap<>(repairs));
    }

    /** Whether there is no error. */
    public boolean isUsable() {
        return problems.stream().noneMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }

    /** Whether {@link IdentityTemplate#repair} would change something. */
    public boolean isRepairable() {
        return isUsable() && !repairs.isEmpty();
    }
}
