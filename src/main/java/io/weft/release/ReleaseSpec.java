package io.weft.release;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A Helm release as it should be.
 *
 * @param name release name
 * @param namespace where it is installed
 * @param chart one of weft's charts, for example {@code fabric-peer}
 * @param values plain YAML data: maps, lists, strings, numbers, booleans; never a secret
 */
public record ReleaseSpec(String name, String namespace, String chart, Map<String, Object> values) {
    public ReleaseSpec {
        requireNonNull(name, "name");
        requireNonNull(namespace, "namespace");
        requireNonNull(chart, "chart");
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
