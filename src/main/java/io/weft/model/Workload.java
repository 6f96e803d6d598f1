package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a node or certificate authority runs on Kubernetes.
 *
 * @param storage size of its volume as a Kubernetes quantity, for example {@code 10Gi}
 * @param storageClass absent: the cluster's default
 * @param resources requests and limits
 * @param hosts further names in its TLS certificate, beside those that Kubernetes gives it
 * @param values further Helm values for its release, laid over those that weft computes; plain YAML data
 */
public record Workload(
        String storage,
        Optional<String> storageClass,
        Resources resources,
        List<String> hosts,
        Map<String, Object> values) {
    public Workload {
        requireNonNull(storage, "storage");
        requireNonNull(storageClass, "storageClass");
        requireNonNull(resources, "resources");
        hosts = List.copyOf(hosts);
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
