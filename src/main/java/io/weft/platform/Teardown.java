package io.weft.platform;

import io.weft.problem.TimedOutException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** The removal of a network: everything that carries its ID, and its record last, so that it can be taken up again. */
public interface Teardown {
    /**
     * Removes all that carries the ID, and waits until it is gone.
     *
     * @param note hears what is going on
     * @throws TimedOutException naming what is left and what holds it
     */
    void removeObjects(String networkId, Collection<String> namespaces, Consumer<String> note);

    /** Removes the namespaces that weft made, if nothing else is in them. */
    void removeNamespaces(Collection<String> namespaces, Consumer<String> note);

    /** What was removed, for example {@code Secret trade/org1-ca-keys}. */
    List<String> removed();

    /** What was found and left alone. */
    List<String> kept();
}
