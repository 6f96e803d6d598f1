package io.weft.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Compute resources of a container, as Kubernetes quantities.
 *
 * @param requests keys {@code cpu}, {@code memory}, {@code ephemeral-storage}
 * @param limits the same keys
 */
public record Resources(Map<String, String> requests, Map<String, String> limits) {
    public Resources {
        requests = Collections.unmodifiableMap(new LinkedHashMap<>(requests));
        limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
    }
}
