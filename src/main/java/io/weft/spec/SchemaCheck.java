package io.weft.spec;

import static java.util.stream.Collectors.toCollection;

import io.weft.spec.YamlMapping.Entry;
import io.weft.spec.YamlScalar.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks a document against the JSON Schema that ships with weft. It knows the keywords that this schema uses and
 * refuses others, so it agrees with a complete validator on it (a test compares the two); in exchange it needs a
 * seventh of the time of one from a cold start, and each mistake comes with its place, a sentence and a remedy.
 */
final class SchemaCheck {
    private static final Set<String> ANNOTATIONS =
            Set.of("$schema", "$id", "$defs", "$comment", "title", "description", "default", "examples");
    private static final Pattern CORRECTABLE = Pattern.compile("[A-Za-z0-9 _./+-]+");
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    private final YamlMapping root;
    private final Problems problems;

    private SchemaCheck(YamlMapping root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    static void check(YamlNode document, YamlMapping schema, Problems problems) {
        new SchemaCheck(schema, problems).check(document, schema);
    }

    /** Reads a schema; JSON is YAML. */
    static YamlMapping parse(String text) {
        Problems problems = new Problems("schema");
        Optional<YamlNode> result = YamlReader.read(text, problems);
        if (problems.hasErrors() || !(result.orElse(null) instanceof YamlMapping mapping)) {
            throw new AssertionError("The schema cannot be read: " + problems.sorted());
        }
        return mapping;
    }

    private void check(YamlNode node, YamlMapping unresolved) {
        if (node instanceof YamlScalar scalar && scalar.kind() == Kind.BROKEN) {
            return;
        }
        Schema schema = new Schema(unresolved);
        for (String keyword : schema.keywords()) {
            if (!schema.isKnown(keyword)) {
                throw new AssertionError("The schema uses the keyword " + keyword);
            }
        }
        if (!hasType(node, schema)) {
            typeProblem(node, schema);
            return;
        }
        if (node instanceof YamlMapping mapping) {
            checkMapping(mapping, schema);
        } else if (node instanceof YamlSequence sequence) {
            checkSequence(sequence, schema);
        } else {
            checkScalar((YamlScalar) node, schema);
        }
    }

    private static boolean hasType(YamlNode node, Schema schema) {
        List<String> types = schema.strings("type");
        return types.isEmpty() || types.stream().anyMatch(type -> isType(node, type));
    }

    private static boolean isType(YamlNode node, String type) {
        if (node instanceof YamlScalar scalar) {
            return switch (type) {
                case "string" -> scalar.kind() == Kind.TEXT;
                case "integer" -> scalar.isNumber() && scalar.isWhole();
                case "number" -> scalar.isNumber();
                case "boolean" -> scalar.kind() == Kind.BOOLEAN;
                default -> false;
            };
        }
        return type.equals(node instanceof YamlMapping ? "object" : "array");
    }

    private void typeProblem(YamlNode node, Schema schema) {
        List<String> types = schema.strings("type");
        String expected = schema.string("title").orElseGet(() -> words(types));
        if (node.parent() == null) {
            problems.error(
                    node,
                    "Found " + describe(node) + ", expected " + expected + ".",
                    "Start with `apiVersion: weft/v1`, or run `weft init` for a commented starter.");
            return;
        }
        if (!(node instanceof YamlScalar scalar)) {
            problems.error(node, "Found " + describe(node) + ", expected " + expected + ".", write(expected, schema));
            return;
        }
        String text = scalar.text();
        if (scalar.kind() == Kind.NULL) {
            problems.error(
                    node,
                    "There is no value; expected " + expected + ".",
                    write(expected, schema) + " Or remove the key.");
            return;
        }
        boolean fitsQuoted = types.contains("string")
                && !text.isEmpty()
                && schema.string("pattern").map(p -> matches(p, text)).orElse(true);
        YamlScalar unquoted = YamlScalar.plain(null, null, 0, 0, text, 0);
        String remedy;
        if (fitsQuoted) {
            remedy = "Put it in quotes: `\"" + YamlNode.shorten(text) + "\"`.";
        } else if (scalar.kind() == Kind.TEXT && types.stream().anyMatch(type -> isType(unquoted, type))) {
            remedy = "Remove the quotes.";
        } else if (types.equals(List.of("array"))) {
            remedy = "Write a list: `[" + YamlNode.shorten(text) + "]`, or one item per line after `- `.";
        } else {
            remedy = write(expected, schema);
        }
        problems.error(node, "Found " + describe(node) + ", expected " + expected + ".", remedy);
    }

    private static String write(String expected, Schema schema) {
        return "Write "
                + schema.example().map(text -> "for example `" + text + "`").orElse(expected) + ".";
    }

    private static String describe(YamlNode node) {
        if (node instanceof YamlScalar scalar) {
            return scalar.kind().words()
                    + (scalar.kind() == Kind.NULL ? "" : " `" + YamlNode.shorten(scalar.text()) + "`");
        }
        return node instanceof YamlMapping ? "a mapping (keys with values)" : "a list";
    }

    private static String words(List<String> types) {
        List<String> words = new ArrayList<>();
        for (String type : types) {
            words.add(
                    switch (type) {
                        case "string" -> "a text";
                        case "integer" -> "a whole number";
                        case "number" -> "a number";
                        case "boolean" -> "`true` or `false`";
                        case "object" -> "a mapping (keys with values)";
                        case "array" -> "a list";
                        default -> throw new AssertionError(type);
                    });
        }
        return String.join(" or ", words);
    }

    private void checkMapping(YamlMapping mapping, Schema schema) {
        Optional<YamlMapping> properties = schema.mapping("properties");
        Set<String> known = properties.map(p -> p.entries().keySet()).orElse(Set.of());
        for (Map.Entry<String, Entry> entry : mapping.entries().entrySet()) {
            String key = entry.getKey();
            YamlNode value = entry.getValue().value();
            Optional<YamlNode> property = properties.flatMap(p -> p.get(key));
            Optional<YamlNode> additional = schema.get("additionalProperties");
            if (property.isPresent()) {
                check(value, (YamlMapping) property.orElseThrow());
            } else if (additional.orElse(null) instanceof YamlMapping free) {
                check(value, free);
            } else if (additional.isPresent() && !isTrue(additional.orElseThrow())) {
                Set<String> unused = new LinkedHashSet<>(known);
                unused.removeAll(mapping.entries().keySet());
                problems.error(
                        entry.getValue().key(),
                        "Unknown key `" + YamlNode.shorten(key) + "`; known here are " + Suggestion.list(known, "and")
                                + ".",
                        Suggestion.orElse(key, unused, "remove it."));
            }
            schema.mapping("propertyNames")
                    .ifPresent(names -> check(entry.getValue().key(), names));
        }
        for (String key : schema.strings("required")) {
            if (!mapping.entries().containsKey(key)) {
                YamlMapping property =
                        (YamlMapping) properties.flatMap(p -> p.get(key)).orElseThrow();
                problems.error(
                        mapping,
                        "The key `" + key + "` is missing.",
                        "Add `" + key + ":`"
                                + new Schema(property)
                                        .example()
                                        .map(text -> ", for example `" + text + "`")
                                        .orElse("")
                                + ".");
            }
        }
    }

    private static boolean isTrue(YamlNode node) {
        return node instanceof YamlScalar scalar && Boolean.TRUE.equals(scalar.value());
    }

    private void checkSequence(YamlSequence sequence, Schema schema) {
        int size = sequence.items().size();
        schema.number("minItems")
                .filter(min -> size < min)
                .ifPresent(min -> problems.error(
                        sequence,
                        "The list has " + count(size, "item") + ", expected at least " + whole(min) + ".",
                        "Add an item."));
        schema.number("maxItems")
                .filter(max -> size > max)
                .ifPresent(max -> problems.error(
                        sequence,
                        "The list has " + count(size, "item") + ", expected at most " + whole(max) + ".",
                        "Remove some."));
        schema.mapping("items").ifPresent(items -> sequence.items().forEach(item -> check(item, items)));
        if (schema.get("uniqueItems").filter(SchemaCheck::isTrue).isPresent()) {
            Set<Object> seen = new LinkedHashSet<>();
            for (YamlNode item : sequence.items()) {
                if (item instanceof YamlScalar scalar && scalar.kind() != Kind.BROKEN && !seen.add(scalar.value())) {
                    problems.error(
                            item, "`" + YamlNode.shorten(scalar.text()) + "` is in the list twice.", "Remove one.");
                }
            }
        }
    }

    private void checkScalar(YamlScalar scalar, Schema schema) {
        String text = scalar.text();
        String shown =
                scalar.kind() == Kind.TEXT && text.isEmpty() ? "an empty text" : "`" + YamlNode.shorten(text) + "`";
        List<String> allowed = new ArrayList<>(schema.strings("enum"));
        schema.string("const").ifPresent(allowed::add);
        if (!allowed.isEmpty() && !allowed.contains(text)) {
            problems.error(
                    scalar,
                    "Found " + shown + ", expected " + Suggestion.list(allowed, "or") + ".",
                    allowed.size() == 1
                            ? "Write `" + allowed.get(0) + "`."
                            : Suggestion.orElse(text, allowed, "write one of them."));
            return;
        }
        if (scalar.kind() == Kind.TEXT) {
            int length = text.codePointCount(0, text.length());
            Optional<Double> max = schema.number("maxLength");
            boolean tooLong = max.filter(m -> length > m).isPresent();
            boolean tooShort =
                    schema.number("minLength").filter(m -> length < m).isPresent();
            boolean wrong = !tooLong
                    && schema.string("pattern").filter(p -> !matches(p, text)).isPresent();
            if (tooLong) {
                problems.error(
                        scalar,
                        "The text `" + YamlNode.shorten(text) + "` has " + length + " characters, expected at most "
                                + whole(max.orElseThrow()) + ".",
                        "Shorten it.");
            } else if (tooShort || wrong) {
                String expected = schema.string("title").orElse("a text");
                problems.error(
                        scalar,
                        "Found " + shown + ", expected " + expected + ".",
                        schema.string("pattern")
                                .flatMap(pattern -> corrected(text, pattern))
                                .map(correct -> "Write for example `" + correct + "`.")
                                .orElseGet(() -> write(expected, schema)));
            }
        } else if (scalar.isNumber()) {
            Optional<Double> min = schema.number("minimum");
            Optional<Double> max = schema.number("maximum");
            double number = scalar.number();
            if (min.filter(m -> number < m).isPresent()
                    || max.filter(m -> number > m).isPresent()) {
                String range = max.isEmpty()
                        ? "of at least " + whole(min.orElseThrow())
                        : "from " + whole(min.orElse(0.0)) + " to " + whole(max.orElseThrow());
                problems.error(
                        scalar,
                        "Found " + shown + ", expected a number " + range + ".",
                        write(schema.string("title").orElse("a number " + range), schema));
            }
        }
    }

    /** The text brought into form, if little is wrong with it. */
    private static Optional<String> corrected(String text, String pattern) {
        if (text.length() > 40 || !CORRECTABLE.matcher(text).matches()) {
            return Optional.empty();
        }
        String trimmed = text.replaceAll("^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "");
        String hyphens = trimmed.replaceAll("[^A-Za-z0-9.]+", "-");
        String words = hyphens.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
        return Stream.of(trimmed, hyphens, words)
                .filter(candidate -> candidate.length() > 1 && matches(pattern, candidate))
                .findFirst();
    }

    /** Whether the text has the form; all patterns of the schema are anchored at both ends. */
    static boolean matches(String pattern, String text) {
        return PATTERNS.computeIfAbsent(pattern, Pattern::compile).matcher(text).matches();
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String whole(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** One schema object with what it refers to laid beneath it. */
    private final class Schema {
        private final List<YamlMapping> layers = new ArrayList<>();

        Schema(YamlMapping schema) {
            for (YamlMapping layer = schema; layer != null; ) {
                layers.add(layer);
                layer = layer.get("$ref")
                        .map(ref -> resolve(((YamlScalar) ref).text()))
                        .orElse(null);
            }
        }

        private YamlMapping resolve(String reference) {
            YamlMapping result = root;
            for (String step : reference.replaceFirst("^#/", "").split("/", -1)) {
                result = (YamlMapping)
                        result.get(step).orElseThrow(() -> new AssertionError("The schema refers to " + reference));
            }
            return result;
        }

        Set<String> keywords() {
            return layers.stream()
                    .flatMap(layer -> layer.entries().keySet().stream())
                    .collect(toCollection(LinkedHashSet::new));
        }

        boolean isKnown(String keyword) {
            return ANNOTATIONS.contains(keyword)
                    || switch (keyword) {
                        case "$ref",
                                "type",
                                "enum",
                                "const",
                                "pattern",
                                "minLength",
                                "maxLength",
                                "minimum",
                                "maximum",
                                "properties",
                                "required",
                                "additionalProperties",
                                "propertyNames",
                                "items",
                                "minItems",
                                "maxItems",
                                "uniqueItems" -> true;
                        default -> false;
                    };
        }

        Optional<YamlNode> get(String keyword) {
            return layers.stream()
                    .map(layer -> layer.get(keyword))
                    .flatMap(Optional::stream)
                    .findFirst();
        }

        Optional<YamlMapping> mapping(String keyword) {
            return get(keyword).map(YamlMapping.class::cast);
        }

        Optional<String> string(String keyword) {
            return get(keyword).map(node -> ((YamlScalar) node).text());
        }

        Optional<Double> number(String keyword) {
            return get(keyword).map(node -> ((YamlScalar) node).number());
        }

        /** A value as an example: the first given, else the default, of the nearest layer that has either. */
        Optional<String> example() {
            for (YamlMapping layer : layers) {
                for (String keyword : List.of("examples", "default", "const", "enum")) {
                    List<String> texts = strings(layer.get(keyword).orElse(null));
                    if (!texts.isEmpty()) {
                        return Optional.of(texts.get(0));
                    }
                }
            }
            return Optional.empty();
        }

        /** The scalars of a list, or a single one. */
        List<String> strings(String keyword) {
            return strings(get(keyword).orElse(null));
        }

        private static List<String> strings(YamlNode node) {
            if (node instanceof YamlSequence sequence) {
                return sequence.items().stream()
                        .filter(YamlScalar.class::isInstance)
                        .map(item -> ((YamlScalar) item).text())
                        .toList();
            }
            return node instanceof YamlScalar scalar ? List.of(scalar.text()) : List.of();
        }
    }
}
