package io.weft.deploy;

import io.weft.kubernetes.Namespaces;
import io.weft.kubernetes.Namespaces.State;
import io.weft.plan.Finding;
import io.weft.release.ReleaseSpecs;
import java.util.List;
import java.util.Map;

/** The namespaces of a network. */
final class Spaces {
    /** Marks a namespace that weft made, and may therefore remove. */
    static final Map.Entry<String, String> MADE_BY_WEFT = Map.entry("app.kubernetes.io/managed-by", "weft");

    private final Surroundings surroundings;
    private final Namespaces namespaces;

    Spaces(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.namespaces = surroundings.cluster().namespaces();
    }

    Finding examine(String name) {
        State state = namespaces.state(name);
        if (state instanceof State.Absent) {
            return Finding.ABSENT;
        }
        if (state instanceof State.Terminating terminating) {
            return Finding.different(List.of("It is being deleted. "
                    + String.join(" ", terminating.remaining()).strip()));
        }
        return Finding.DONE; // Also when weft may not look: with rights inside a namespace only, that is normal.
    }

    boolean ensure(String name) {
        return namespaces.ensure(
                name,
                Map.of(
                        MADE_BY_WEFT.getKey(),
                        MADE_BY_WEFT.getValue(),
                        ReleaseSpecs.PART_OF,
                        surroundings.network().name()),
                Map.of(),
                surroundings.timeout());
    }

    /** Whether weft made the namespace for this network. */
    boolean isOwn(State state) {
        return state instanceof State.Active active
                && MADE_BY_WEFT.getValue().equals(active.metadata().labels().get(MADE_BY_WEFT.getKey()))
                && surroundings
                        .network()
                        .name()
                        .equals(active.metadata().labels().get(ReleaseSpecs.PART_OF));
    }
}
