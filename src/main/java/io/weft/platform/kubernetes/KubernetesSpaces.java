package io.weft.platform.kubernetes;

import io.weft.kubernetes.Namespaces;
import io.weft.kubernetes.Namespaces.State;
import io.weft.model.Network;
import io.weft.plan.Finding;
import io.weft.platform.Spaces;
import io.weft.release.ReleaseSpecs;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The namespaces of a network. */
final class KubernetesSpaces implements Spaces {
    /** Marks a namespace that weft made, and may therefore remove. */
    private static final Map.Entry<String, String> MADE_BY_WEFT = Map.entry("app.kubernetes.io/managed-by", "weft");

    private final Network network;
    private final Namespaces namespaces;
    private final Duration timeout;

    KubernetesSpaces(Network network, Namespaces namespaces, Duration timeout) {
        this.network = network;
        this.namespaces = namespaces;
        this.timeout = timeout;
    }

    @Override
    public Finding examine(String name) {
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

    @Override
    public boolean ensure(String name) {
        return namespaces.ensure(
                name,
                Map.of(MADE_BY_WEFT.getKey(), MADE_BY_WEFT.getValue(), ReleaseSpecs.PART_OF, network.name()),
                Map.of(),
                timeout);
    }

    @Override
    public boolean exists(String name) {
        return !(namespaces.state(name) instanceof State.Absent);
    }

    @Override
    public boolean isReadable(String name) {
        return namespaces.state(name) instanceof State.Active;
    }

    /** Whether weft made the namespace for this network. */
    static boolean isOwn(Network network, State state) {
        return state instanceof State.Active active
                && MADE_BY_WEFT.getValue().equals(active.metadata().labels().get(MADE_BY_WEFT.getKey()))
                && network.name().equals(active.metadata().labels().get(ReleaseSpecs.PART_OF));
    }
}
