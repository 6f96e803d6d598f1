package io.weft.helm;

import static java.util.Objects.requireNonNull;

import io.weft.model.Names;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A release that should exist.
 *
 * @param name at most 53 characters
 * @param chart name of one of {@link Charts}
 * @param values plain YAML data laid over the chart's defaults; no secrets, for Helm keeps them
 */
public record ReleaseRequest(String namespace, String name, String chart, Map<String, Object> values) {
    public ReleaseRequest {
        requireNonNull(namespace, "namespace");
        requireNonNull(chart, "chart");
        if (name.isEmpty() || name.length() > Names.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "Not a release name of 1 to " + Names.MAX_LENGTH + " characters: " + name);
        }
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** What is written into the release's record, so that it tells which chart made it to the byte. */
    static String description(Chart chart) {
        return "weft chart " + chart.digest();
    }
}
