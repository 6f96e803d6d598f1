package io.weft.helm;

<<<<<<< HEAD
import java.math.BigDecimal;
import java.util.ArrayList;
=======
import io.weft.kubernetes.Json;
import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import io.weft.kubernetes.KubeObjects;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
>>>>>>> kube
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
<<<<<<< HEAD
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Compares the objects of a release's manifest with those in the cluster. What the manifest does not mention is
 * Kubernetes' own business and is not compared.
 */
public final class Drift {
    private static final Set<String> TYPE = Set.of("apiVersion", "kind");
    private static final Pattern QUANTITY = Pattern.compile("(\\d+(?:\\.\\d+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?");
    private static final Map<String, BigDecimal> FACTORS = Map.ofEntries(
            Map.entry("m", new BigDecimal("0.001")),
            Map.entry("k", BigDecimal.TEN.pow(3)),
            Map.entry("M", BigDecimal.TEN.pow(6)),
            Map.entry("G", BigDecimal.TEN.pow(9)),
            Map.entry("T", BigDecimal.TEN.pow(12)),
            Map.entry("P", BigDecimal.TEN.pow(15)),
            Map.entry("E", BigDecimal.TEN.pow(18)),
            Map.entry("Ki", new BigDecimal(1L << 10)),
            Map.entry("Mi", new BigDecimal(1L << 20)),
            Map.entry("Gi", new BigDecimal(1L << 30)),
            Map.entry("Ti", new BigDecimal(1L << 40)),
            Map.entry("Pi", new BigDecimal(1L << 50)),
            Map.entry("Ei", new BigDecimal(1L << 60)));

    private Drift() {}

    /** The objects of a manifest, as plain data. */
    public static List<Map<String, Object>> objects(String manifest) {
        List<Map<String, Object>> result = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(manifest)) {
            if (document instanceof Map<?, ?> map) {
                result.add(typed(map));
            }
        }
        return result;
    }

    /**
     * What differs between an object as the manifest has it and as the cluster has it.
     *
     * @return one sentence for each difference; empty when there is none
     */
    public static List<String> differences(Map<String, Object> wanted, Map<String, Object> live) {
        List<String> result = new ArrayList<>();
        String title = wanted.get("kind") + " `" + typed((Map<?, ?>) wanted.get("metadata")).get("name") + "`";
        Map<String, Object> content = new LinkedHashMap<>(wanted);
        content.keySet().removeAll(TYPE); // A list's elements do not repeat what they are.
        compare(title, "", content, live, result);
        return result;
    }

    private static void compare(String title, String path, Object wanted, Object live, List<String> result) {
        if (wanted instanceof Map<?, ?> map && !map.isEmpty()) {
            Map<String, Object> found = live instanceof Map<?, ?> other ? typed(other) : Map.of();
            typed(map).forEach((key, value) -> compare(
                    title, path.isEmpty() ? key : path + "." + key, value, found.get(key), result));
        } else if (wanted instanceof List<?> list) {
            List<?> found = live instanceof List<?> other ? other : List.of();
            if (found.size() != list.size()) {
                result.add(title + ": `" + path + "` has " + found.size() + " elements, not " + list.size() + ".");
                return;
            }
            for (int i = 0; i < list.size(); i++) {
                compare(title, path + "[" + i + "]", list.get(i), found.get(i), result);
            }
        } else if (!isEmpty(wanted) && !isSame(wanted, live)) { // Kubernetes leaves out what is empty.
            result.add(title + ": `" + path + "` is `" + live + "`, not `" + wanted + "`.");
        }
    }

    private static boolean isEmpty(Object value) {
        return value == null
                || Objects.equals(value, "")
                || Objects.equals(value, false)
                || Objects.equals(value, 0)
                || (value instanceof Map<?, ?> map && map.isEmpty())
                || (value instanceof List<?> list && list.isEmpty());
    }

    private static boolean isSame(Object wanted, Object live) {
        if (live == null) {
            return false;
        }
        String one = String.valueOf(wanted);
        String other = String.valueOf(live);
        if (one.equals(other) || one.stripTrailing().equals(other.stripTrailing())) {
            return true;
        }
        Optional<BigDecimal> first = quantity(one);
        Optional<BigDecimal> second = quantity(other);
        return first.isPresent() && second.isPresent() && first.get().compareTo(second.get()) == 0;
    }

    private static Optional<BigDecimal> quantity(String text) {
        Matcher matcher = QUANTITY.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        return Optional.of(matcher.group(2) == null ? number : number.multiply(FACTORS.get(matcher.group(2))));
    }

    private static Map<String, Object> typed(Map<?, ?> map) {
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, value) -> result.put(String.valueOf(key), value));
        return result;
    }
=======

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
    static Map<Release, List<Difference>> of(List<Release> releases, KubeObjects objects) {
        Map<Release, List<Map<String, Object>>> wanted = new LinkedHashMap<>();
        Map<String, Set<Kind>> kinds = new LinkedHashMap<>();
        for (Release release : releases) {
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
        Map<Release, List<Difference>> result = new LinkedHashMap<>();
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
            Release release,
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
            Optional<String> key = LIST_KEYS.stream().filter(k -> identifies(k, list)).findFirst();
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
                        .allMatch(item -> item instanceof Map<?, ?> map
                                && map.get(key) != null
                                && seen.add(map.get(key)));
    }

    private static boolean scalar(Object one, Object other) {
        return Data.same(one, other)
                || one != null
                        && other != null
                        && !(one instanceof Map)
                        && !(other instanceof Map)
                        && !(one instanceof List)
                        && !(other instanceof List)
                        && Objects.equals(one.toString(), other.toString());
    }

    private static Optional<Kind> kind(Map<String, Object> document) {
        return Kind.of(Json.text(document, "apiVersion"), Json.text(document, "kind"));
    }

    private static String namespace(Release release, Map<String, Object> document) {
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
>>>>>>> kube
}
