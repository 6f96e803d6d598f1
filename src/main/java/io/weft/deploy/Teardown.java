package io.weft.deploy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Removes a network, also those parts of it that its spec has lost since. */
public final class Teardown {
    private final Site site;
    private final io.weft.platform.Teardown platform;

    public Teardown(Site site) {
        this.site = site;
        this.platform = site.surroundings.platform().teardown();
    }

    /** What was deleted, for example {@code Secret trade/org1-ca-keys}. */
    public List<String> removed() {
        return platform.removed();
    }

    /** What was found and left alone. */
    public List<String> kept() {
        return platform.kept();
    }

    /**
     * Removes everything in the namespaces and waits until it is gone.
     *
     * @param note hears what is going on
     * @throws io.weft.problem.TimedOutException naming what is left and what holds it
     */
    public void removeObjects(Consumer<String> note) {
        Optional<String> id = site.record.read();
        if (id.isPresent()) {
            platform.removeObjects(id.get(), namespaces(), note);
        }
    }

    /** Removes the namespaces that weft made, if nothing else is in them. */
    public void removeNamespaces(Consumer<String> note) {
        platform.removeNamespaces(namespaces(), note);
    }

    private Set<String> namespaces() {
        return Stream.concat(site.surroundings.network().namespaces().stream(), site.record.namespaces().stream())
                .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
    }
}
