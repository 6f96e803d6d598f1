package io.weft.helm;

import io.weft.kubernetes.Json;
import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import io.weft.kubernetes.KubeObjects;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what releases rendered with what is there. Only what the manifest says counts: fields that Kubernetes or
 * others add are not drift. Lists of named things are compared by name, others by position.
 */
final class Drift {
    private static final List<String> LIST_KEYS = List.of("mountPath", "name", "key", "containerPort", "port");
    private static final Set<String> QUANTITIES = Set.of("requests", "limits", "capacity", "hard", "sizeLimit");
    private static final Map<String, String> MANAGED = Map.of("app.kubernetes.io/managed-by", "Helm");
    private static final int SHOWN = 80;

    private Drift() {}

    /**
     * Takes one call per kind and namespace.
     *
     * @return what differs by release; nothing for a release that is as it was left
     */
    static Map<InstalledRelease, List<Difference>> of(List<InstalledRelease> releases, KubeObjects objects) {
        Map<InstalledRelease, List<Map<String, Object>>> wanted = new LinkedHashMap<>();
        Map<String, Set<Kind>> kinds = new LinkedHashMap<>();
        for (InstalledRelease release : releases) {
            List<Map<String, Object>> documents = Data.documents(release.manifest());
            wanted.put(release, documents);
            for (Map<String, Object> document : documents) {
                kind(document).ifPresent(kind -> kinds.computeIfAbsent(
                                namespace(release, document), n -> EnumSet.noneOf(Kind.class))
                        .add(kind));
            }
        }
        Map<String, KubeObject> live = new LinkedHashMap<>();
        kinds.forEach((namespace, its) -> objects.list(its, namespace, MANAGED)
                .values()
                .forEach(list -> list.forEach(o -> live.put(key(o.kind(), namespace, o.name()), o))));
        Map<InstalledRelease, List<Difference>> result = new LinkedHashMap<>();
        wanted.forEach((release, documents) -> {
            List<Difference> differences = new ArrayList<>();
            documents.forEach(document -> compare(release, document, live, objects, differences));
            if (!differences.isEmpty()) {
                result.put(release, differences);
            }
        });
        return result;
    }

    private static void compare(
            InstalledRelease release,
            Map<String, Object> document,
            Map<String, KubeObject> live,
            KubeObjects objects,
            List<Difference> differences) {
        Optional<Kind> kind = kind(document);
        if (kind.isEmpty()) {
            return;
        }
        String namespace = namespace(release, document);
        String name = Json.text(document, "metadata", "name");
        // One that lost its label is not in the list, and not missing either.
        Optional<KubeObject> found = Optional.ofNullable(live.get(key(kind.get(), namespace, name)))
                .or(() -> objects.find(kind.get(), namespace, name))
                .filter(object -> !object.terminating());
        if (found.isEmpty()) {
            differences.add(Difference.missing(kind.get().toString(), namespace, name));
            return;
        }
        boolean hidden = kind.get() == Kind.SECRET;
        // The items of a list do not repeat what they are.
        Map<String, Object> wanted = new LinkedHashMap<>(document);
        wanted.keySet().removeAll(Set.of("apiVersion", "kind"));
        for (Field field : compare(wanted, found.get().content())) {
            differences.add(new Difference(
                    kind.get().toString(),
                    namespace,
                    name,
                    field.path(),
                    hidden ? "another value" : shown(field.wanted()),
                    hidden ? "not that" : shown(field.found())));
        }
    }

    /** One field that differs. */
    record Field(String path, Object wanted, Object found) {}

    static List<Field> compare(Map<String, Object> wanted, Map<String, Object> found) {
        List<Field> result = new ArrayList<>();
        compare("", wanted, found, false, result);
        return result;
    }

    private static void compare(String path, Object wanted, Object found, boolean quantity, List<Field> result) {
        if (Data.empty(wanted) && Data.empty(found)) {
            return;
        }
        if (wanted instanceof Map<?, ?> map && found instanceof Map<?, ?> other) {
            map.forEach((key, value) -> compare(
                    path.isEmpty() ? String.valueOf(key) : path + "." + key,
                    value,
                    other.get(key),
                    quantity || QUANTITIES.contains(String.valueOf(key)),
                    result));
        } else if (wanted instanceof List<?> list && found instanceof List<?> other) {
            Optional<String> key =
                    LIST_KEYS.stream().filter(k -> identifies(k, list)).findFirst();
            if (key.isPresent()) {
                for (Object item : list) {
                    Object id = ((Map<?, ?>) item).get(key.get());
                    Object match = other.stream()
                            .filter(o -> o instanceof Map<?, ?> m && scalar(id, m.get(key.get())))
                            .findFirst()
                            .orElse(null);
                    compare(path + "[" + id + "]", item, match, quantity, result);
                }
            } else if (list.size() != other.size()) {
                result.add(new Field(path, wanted, found));
            } else {
                for (int i = 0; i < list.size(); i++) {
                    compare(path + "[" + i + "]", list.get(i), other.get(i), quantity, result);
                }
            }
        } else if (!scalar(wanted, found) && !(quantity && Quantity.same(wanted, found))) {
            result.add(new Field(path, wanted, found));
        }
    }

    /** Whether every item of the list is an object with its own value for the key. */
    private static boolean identifies(String key, List<?> list) {
        Set<Object> seen = new HashSet<>();
        return !list.isEmpty()
                && list.stream()
                        .allMatch(item ->
                                item instanceof Map<?, ?> map && map.get(key) != null && seen.add(map.get(key)));
    }

    private static boolean scalar(Object one, Object other) {
        if (one == null || other == null || container(one) || container(other)) {
            return Data.same(one, other);
        }
        return Data.same(one, other) || Objects.equals(one.toString(), other.toString());
    }

    private static boolean container(Object value) {
        return value instanceof Map || value instanceof List;
    }

    private static Optional<Kind> kind(Map<String, Object> document) {
        return Kind.of(Json.text(document, "apiVersion"), Json.text(document, "kind"));
    }

    private static String namespace(InstalledRelease release, Map<String, Object> document) {
        String own = Json.text(document, "metadata", "namespace");
        return own.isEmpty() ? release.namespace() : own;
    }

    private static String key(Kind kind, String namespace, String name) {
        return kind + " " + namespace + "/" + name;
    }

    private static String shown(Object value) {
        String text = value == null ? "absent" : "`" + value + "`";
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...`";
    }
}
