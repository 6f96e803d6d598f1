package io.weft.platform.kubernetes;

import io.weft.kubernetes.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What of a release's storage cannot be changed once it exists: Kubernetes refuses every change of a StatefulSet's volume
 * claim templates.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations">StatefulSets</a>
 */
final class FixedStorage {
    private static final String CLAIMS = "persistence";
    private static final List<String> OF_CLAIMS = List.of("enabled", "size", "storageClass");
    private static final Map<String, String> DEFAULTS = Map.of("stateDatabase", "goleveldb", "enabled", "true");

    private FixedStorage() {}

    /**
     * Compares the values of two revisions of a release.
     *
     * @return a full sentence for each difference that Kubernetes would refuse
     */
    static List<String> differences(Map<String, Object> made, Map<String, Object> wanted) {
        List<String> result = new ArrayList<>();
        OF_CLAIMS.forEach(name -> compare(made, wanted, result, CLAIMS, name));
        compare(made, wanted, result, "stateDatabase");
        if (result.isEmpty() && wanted.containsKey("couchdb")) {
            OF_CLAIMS.forEach(name -> compare(made, wanted, result, "couchdb", CLAIMS, name));
        }
        return result;
    }

    private static void compare(
            Map<String, Object> made, Map<String, Object> wanted, List<String> result, String... path) {
        String preset = DEFAULTS.getOrDefault(path[path.length - 1], "");
        String before = Json.at(made, path).map(String::valueOf).orElse(preset);
        String after = Json.at(wanted, path).map(String::valueOf).orElse(preset);
        if (!before.equals(after)) {
            result.add("`" + String.join(".", path) + "` is " + shown(before) + " and shall be " + shown(after)
                    + ", which Kubernetes refuses for a StatefulSet that exists. Take the change back, or remove the"
                    + " network with `weft down` and make it anew.");
        }
    }

    private static String shown(String value) {
        return value.isEmpty() ? "the cluster's default" : "`" + value + "`";
    }
}
