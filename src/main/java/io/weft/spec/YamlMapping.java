package io.weft.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Keys with values, in the order of the file. */
final class YamlMapping extends YamlNode {
    /**
     * A key and what it has.
     *
     * @param key a child of the mapping, at the place of the key itself
     * @param value the value, at its own place
     */
    record Entry(YamlScalar key, YamlNode value) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    YamlMapping(YamlNode parent, Object step, int line, int column) {
        super(parent, step, line, column);
    }

    Map<String, Entry> entries() {
        return entries;
    }

    Optional<YamlNode> get(String key) {
        return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }
}
