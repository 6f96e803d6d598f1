package io.weft.spec;

import io.weft.model.Network;
import java.util.IdentityHashMap;
import java.util.Optional;

/**
 * A network as far as the file could be understood, and where its parts come from. Where a value is wrong, which is
 * among the problems then, the default stands in for it.
 */
final class Draft {
    private final Network network;
    private final YamlMapping document;
    private final IdentityHashMap<Object, YamlNode> sources;

    /**
     * @param sources parts of the network, by identity, to the piece of the file that makes them
     */
    Draft(Network network, YamlMapping document, IdentityHashMap<Object, YamlNode> sources) {
        this.network = network;
        this.document = document;
        this.sources = new IdentityHashMap<>(sources);
    }

    Network network() {
        return network;
    }

    YamlMapping document() {
        return document;
    }

    /** What makes the part; a piece of the file is its own. */
    YamlNode at(Object part) {
        return part instanceof YamlNode node ? node : sources.getOrDefault(part, document);
    }

    /** The value of a key of what makes the part, or that itself without one. Steps are keys and indexes. */
    YamlNode at(Object part, Object... steps) {
        YamlNode result = at(part);
        for (Object step : steps) {
            Optional<YamlNode> next = Optional.empty();
            if (result instanceof YamlMapping mapping && step instanceof String key) {
                next = mapping.get(key);
            } else if (result instanceof YamlSequence sequence && step instanceof Integer index) {
                next = index < sequence.items().size()
                        ? Optional.of(sequence.items().get(index))
                        : Optional.empty();
            }
            if (next.isEmpty()) {
                return result;
            }
            result = next.orElseThrow();
        }
        return result;
    }

    /** Whether the file itself says it, rather than a default. */
    boolean says(Object part, String key) {
        return at(part) instanceof YamlMapping mapping && mapping.get(key).isPresent();
    }
}
