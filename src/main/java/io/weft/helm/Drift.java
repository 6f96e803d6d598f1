package io.weft.helm;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
}
