package io.weft.platform;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that is kept for a network under a name. Its text form names the entries and never their contents.
 *
 * @param namespace the space it lies in
 * @param name unique within the space and the kind
 * @param labels by which it is found; the network's ID is one of them
 * @param notes further facts about it
 * @param texts contents by entry; PEM texts and such
 * @param bytes contents that are no text; an entry is in one of the two
 */
public record Item(
        String namespace,
        String name,
        Map<String, String> labels,
        Map<String, String> notes,
        Map<String, String> texts,
        Map<String, byte[]> bytes) {
    public Item {
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
        texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
        bytes = Collections.unmodifiableMap(new LinkedHashMap<>(bytes));
    }

    /** {@code namespace/name}. */
    public String path() {
        return namespace + "/" + name;
    }

    /** The same with other texts. */
    public Item withTexts(Map<String, String> others) {
        return new Item(namespace, name, labels, notes, others, bytes);
    }

    @Override
    public String toString() {
        return path() + " with " + texts.keySet() + bytes.keySet();
    }
}
