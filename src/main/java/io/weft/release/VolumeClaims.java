package io.weft.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the charts' volume claim templates come to; see {@code weft-common.volumeClaimTemplate}. */
final class VolumeClaims {
    private static final Map<String, String> COMPONENTS =
            Map.of("fabric-ca", "ca", "fabric-orderer", "orderer", "fabric-peer", "peer");

    private VolumeClaims() {}

    static List<Map<String, Object>> of(ReleaseSpec release) {
        Map<?, ?> persistence = map(release.values(), "persistence");
        List<Map<String, Object>> result = new ArrayList<>();
        if (!Boolean.FALSE.equals(persistence.get("enabled"))) {
            result.add(claim(release, "data", persistence));
            if ("CouchDB".equals(release.values().get("stateDatabase"))) {
                result.add(claim(release, "couchdb", map(map(release.values(), "couchdb"), "persistence")));
            }
        }
        return result;
    }

    private static Map<String, Object> claim(ReleaseSpec release, String volume, Map<?, ?> persistence) {
        Map<String, Object> labels = new LinkedHashMap<>();
        map(release.values(), "commonLabels").forEach((name, value) -> labels.put(String.valueOf(name), value));
        labels.put("app.kubernetes.io/component", COMPONENTS.get(release.chart()));
        labels.put("app.kubernetes.io/instance", release.name());
        labels.put("app.kubernetes.io/managed-by", "Helm");
        labels.put("app.kubernetes.io/name", release.chart());
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", volume + "-" + release.name() + "-0");
        metadata.put("namespace", release.namespace());
        metadata.put("labels", labels);
        metadata.put("annotations", map(release.values(), "commonAnnotations"));
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("accessModes", List.of("ReadWriteOnce"));
        storageClass(persistence).ifPresent(name -> spec.put("storageClassName", name));
        spec.put("resources", Map.of("requests", Map.of("storage", String.valueOf(persistence.get("size")))));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("apiVersion", "v1");
        result.put("kind", "PersistentVolumeClaim");
        result.put("metadata", metadata);
        result.put("spec", spec);
        return result;
    }

    private static Optional<String> storageClass(Map<?, ?> persistence) {
        return Optional.ofNullable(persistence.get("storageClass"))
                .map(String::valueOf)
                .filter(name -> !name.isEmpty());
    }

    private static Map<?, ?> map(Map<?, ?> values, String name) {
        return values.get(name) instanceof Map<?, ?> map ? map : Map.of();
    }
}
