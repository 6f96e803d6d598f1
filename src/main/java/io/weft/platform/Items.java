package io.weft.platform;

import io.weft.problem.ConflictException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Things that are kept for networks, each under a name of its own. */
public interface Items {
    /** What people call such a thing here, for example {@code Secret}. */
    String kind();

    /**
     * What is there after a creation.
     *
     * @param value the thing as it now is: the given one, or the one that was there before
     * @param created whether it was created by this call
     */
    record Creation(Item value, boolean created) {}

    /** Keeps it, unless something of that name is there already, which stays as it is. */
    Creation createIfAbsent(Item item);

    /** The thing of that name. */
    Optional<Item> find(String namespace, String name);

    /** All that carry all these labels. */
    List<Item> list(String namespace, Map<String, String> labels);

    /**
     * Changes the contents of one; starts again if somebody else changed it meanwhile.
     *
     * @param change gets the current one, returns the wanted one; may be called several times
     * @return the one as it now is
     * @throws ConflictException if there is none of that name
     */
    Item update(String namespace, String name, UnaryOperator<Item> change);

    /** Removes the thing of that name if it carries these labels. */
    void delete(String namespace, String name, Map<String, String> labels);
}
