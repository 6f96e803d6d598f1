package io.weft.spec;

import io.weft.problem.InvalidSpecException;
import io.weft.problem.Location;
import io.weft.problem.Problem;
import io.weft.problem.Problem.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Collects what is wrong with one file, and remembers which parts of it are, so that a later check can keep from
 * reporting a mere consequence.
 */
final class Problems {
    /** More are counted, but not kept: nobody reads them. */
    static final int MAX = 100;

    private final String file;
    private final List<Problem> list = new ArrayList<>();
    private final Set<YamlNode> broken = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<YamlNode> disturbed = Collections.newSetFromMap(new IdentityHashMap<>());
    private int dropped;
    private boolean errors;

    Problems(String file) {
        this.file = file;
    }

    void error(YamlNode node, String cause, String remedy) {
        error(node, 0, cause, remedy);
    }

    /** An error at a place within a text; {@code column} 0 stands for where the node starts. */
    void error(YamlNode node, int column, String cause, String remedy) {
        broken.add(node);
        for (YamlNode n = node; n != null; n = n.parent()) {
            disturbed.add(n);
        }
        errors = true;
        if (list.size() < MAX) {
            add(Problem.error(at(node, column), cause, remedy));
        } else {
            dropped++;
        }
    }

    /** An error that concerns no node. */
    void error(int line, int column, String cause, String remedy) {
        errors = true;
        if (list.size() < MAX) {
            add(Problem.error(new Location(file, line, column, ""), cause, remedy));
        } else {
            dropped++;
        }
    }

    void warning(YamlNode node, String cause, String remedy) {
        if (list.size() < MAX) {
            add(Problem.warning(at(node, 0), cause, remedy));
        } else {
            dropped++;
        }
    }

    private void add(Problem problem) {
        if (!list.contains(problem)) {
            list.add(problem);
        }
    }

    private Location at(YamlNode node, int column) {
        return column == 0 ? node.location(file) : new Location(file, node.line(), column, node.path());
    }

    /** Whether the node itself is known to be wrong. */
    boolean isBroken(YamlNode node) {
        return broken.contains(node);
    }

    /** Whether anything in the node is known to be wrong, so that what is missing there may only be misspelt. */
    boolean isDisturbed(YamlNode node) {
        return disturbed.contains(node);
    }

    boolean hasErrors() {
        return errors;
    }

    /** All that were found, in file order. */
    List<Problem> sorted() {
        List<Problem> result = new ArrayList<>(list);
        result.sort(Comparator.comparing(Problem::location));
        if (dropped > 0) {
            result.add(new Problem(
                    errors ? Severity.ERROR : Severity.WARNING,
                    Location.of(file),
                    "There are " + dropped + " more problems than the " + MAX + " above.",
                    "Mend those above first, then check the file again."));
        }
        return List.copyOf(result);
    }

    InvalidSpecException exception() {
        return new InvalidSpecException(sorted());
    }
}
