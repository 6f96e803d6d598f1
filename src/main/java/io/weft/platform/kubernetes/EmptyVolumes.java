package io.weft.platform.kubernetes;

import io.weft.kubernetes.Json;
import io.weft.kubernetes.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Has a StatefulSet empty the volumes of its claims before its program starts, by init containers of the program's own
 * image and user: whatever may write to a volume may also empty it. Claims and volumes stay, since new ones take seconds
 * on one cluster and minutes on another.
 */
final class EmptyVolumes {
    private static final String PREFIX = "wipe-";
    private static final String PLACE = "/volume";

    /**
     * Empties the folder it runs in once for each word; the file {@code .wiped} tells for which it was done. The folder
     * {@code lost+found} belongs to the file system.
     */
    static final String SCRIPT = """
            if [ -f .wiped ] && read -r last <.wiped && [ "$last" = "$WIPE" ]; then exit 0; fi
            for file in .[!.]* ..?* *; do
              if [ "$file" != lost+found ]; then rm -rf "./$file"; fi
            done
            echo "$WIPE" >.wiped
            """;

    private EmptyVolumes() {}

    /**
     * A patch (RFC 7386) of a StatefulSet after which its next pod starts with empty volumes, and later ones with what they
     * find.
     *
     * @param word one that was not used before for these volumes
     */
    static Map<String, Object> patch(KubeObject statefulSet, String word) {
        Map<String, Object> content = statefulSet.content();
        List<Map<String, Object>> containers = Stream.of("initContainers", "containers")
                .flatMap(field -> Json.list(content, "spec", "template", "spec", field).stream())
                .map(container -> Json.map(container))
                .toList();
        List<Object> result = new ArrayList<>();
        for (Object claim : Json.list(content, "spec", "volumeClaimTemplates")) {
            String volume = Json.text(claim, "metadata", "name");
            containers.stream()
                    .filter(container -> mounts(container, volume) && !isWipe(container))
                    .findFirst()
                    .ifPresent(container -> result.add(wipe(container, volume, word)));
        }
        Json.list(content, "spec", "template", "spec", "initContainers").stream()
                .filter(container -> !isWipe(container))
                .forEach(result::add);
        return Map.of(
                "metadata",
                Map.of("uid", statefulSet.uid()),
                "spec",
                Map.of("replicas", 1, "template", Map.of("spec", Map.of("initContainers", result))));
    }

    private static boolean mounts(Map<String, Object> container, String volume) {
        return Json.list(container, "volumeMounts").stream().anyMatch(mount -> volume.equals(Json.text(mount, "name")));
    }

    private static boolean isWipe(Object container) {
        return Json.text(container, "name").startsWith(PREFIX);
    }

    private static Map<String, Object> wipe(Map<String, Object> owner, String volume, String word) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", PREFIX + volume);
        for (String field : List.of("image", "imagePullPolicy", "securityContext", "resources")) {
            Optional.ofNullable(owner.get(field)).ifPresent(value -> result.put(field, value));
        }
        result.put("command", List.of("sh", "-euc", SCRIPT));
        result.put("workingDir", PLACE);
        result.put("env", List.of(Map.of("name", "WIPE", "value", word)));
        result.put("volumeMounts", List.of(Map.of("name", volume, "mountPath", PLACE)));
        return result;
    }
}
