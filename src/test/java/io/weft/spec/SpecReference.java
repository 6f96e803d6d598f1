package io.weft.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Writes the reference of the spec as Markdown, from nothing but the JSON Schema: a section for each mapping. */
final class SpecReference {
    private static final String INTRODUCTION = """
            # The spec

            <!-- Made from the JSON Schema, see SpecReferenceTest. Change the schema, not this file. -->

            A spec is one YAML file that describes one network. This page lists every key. It is made from the JSON Schema that
            `weft schema` prints.

            - `weft init` writes a commented spec to start from. `weft show SPEC` prints a spec with every default filled in.
            - `weft validate SPEC` checks a spec. All problems are reported at once, each with file, line and column.
            - Unknown keys, duplicate keys, YAML anchors and aliases, and custom tags are errors. A spec is at most 1 MB.
            - The files in [`network-specs/`](../network-specs) are complete examples.
            - For completion and checks in an editor, write the schema to a file (`weft schema > weft-v1.schema.json`) and begin the
              spec with `# yaml-language-server: $schema=weft-v1.schema.json`. `weft init` writes that line, and the schema beside the spec.

            Keys in **bold** must be given.
            """;

    private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^a-z0-9 _-]");

    private final JsonNode root;
    private final StringBuilder text = new StringBuilder(INTRODUCTION);
    private final Map<String, String> sections = new LinkedHashMap<>();
    private final Deque<String> waiting = new ArrayDeque<>();
    private final Map<String, JsonNode> mappings = new LinkedHashMap<>();
    private final Set<String> forms = new TreeSet<>();

    private SpecReference(JsonNode root) {
        this.root = root;
    }

    static String of(JsonNode schema) {
        return new SpecReference(schema).write();
    }

    private String write() {
        section("", root);
        while (!waiting.isEmpty()) {
            write(waiting.removeFirst());
        }
        text.append(
                        "\n## Forms of values\n\nWhat the regular expressions and limits behind the descriptions above are.\n\n")
                .append("| Form | Rule |\n|---|---|\n");
        for (String name : forms) {
            JsonNode form = root.at("/$defs/" + name);
            text.append("| ")
                    .append(form.path("title").asText())
                    .append(" | ")
                    .append(rule(form))
                    .append(" |\n");
        }
        return text.toString();
    }

    /** Makes sure that a mapping gets a section; returns that section's title. */
    private String section(String path, JsonNode mapping) {
        String identity = mapping.has("$ref") ? mapping.get("$ref").asText() : path;
        return sections.computeIfAbsent(identity, key -> {
            String title =
                    key.startsWith("#/$defs/") && uses(root, key) > 1 ? key.substring("#/$defs/".length()) : path;
            waiting.addLast(title);
            mappings.put(title, mapping);
            return title;
        });
    }

    /** How often the schema refers to one of its definitions. */
    private static int uses(JsonNode schema, String reference) {
        int result = schema.path("$ref").asText().equals(reference) ? 1 : 0;
        for (JsonNode child : schema) {
            result += uses(child, reference);
        }
        return result;
    }

    private void write(String path) {
        JsonNode mapping = resolve(mappings.get(path));
        text.append("\n## ").append(title(path)).append("\n\n");
        String description = description(mappings.get(path));
        if (!description.isEmpty()) {
            text.append(description).append("\n\n");
        }
        Set<String> required = new LinkedHashSet<>();
        mapping.path("required").forEach(key -> required.add(key.asText()));
        text.append("| Key | Value | Default | Meaning |\n|---|---|---|---|\n");
        mapping.get("properties").properties().forEach(property -> {
            String key = property.getKey();
            JsonNode value = property.getValue();
            String name = "`" + key + "`";
            text.append("| ")
                    .append(required.contains(key) ? "**" + name + "**" : name)
                    .append(" | ")
                    .append(form(path.isEmpty() ? key : path + "." + key, value))
                    .append(" | ")
                    .append(fallback(value))
                    .append(" | ")
                    .append(cell(description(value)))
                    .append(example(value))
                    .append(" |\n");
        });
    }

    private static String title(String path) {
        return path.isEmpty() ? "The whole file" : path;
    }

    private JsonNode resolve(JsonNode schema) {
        return schema.has("$ref") ? root.at(schema.get("$ref").asText().substring(1)) : schema;
    }

    private String inherited(JsonNode schema, String keyword) {
        return schema.has(keyword)
                ? schema.get(keyword).asText()
                : resolve(schema).path(keyword).asText();
    }

    private String description(JsonNode schema) {
        return inherited(schema, "description");
    }

    /** What a value looks like; a link when it is a mapping or a list of mappings. */
    private String form(String path, JsonNode schema) {
        JsonNode resolved = resolve(schema);
        if (resolved.has("properties")) {
            String link = link(section(path, schema));
            return isTextToo(resolved) ? "a text, or a mapping: " + link : "a mapping: " + link;
        }
        if (resolved.has("items")) {
            JsonNode items = resolved.get("items");
            JsonNode item = resolve(items);
            if (item.has("properties")) {
                String link = link(section(path + "[]", items));
                String list = isTextToo(item) ? "a list of texts or mappings: " : "a list of mappings: ";
                return isNumberToo(resolved) ? "a number, or " + list + link : list + link;
            }
            return "a list: " + cell(form(path + "[]", items));
        }
        if (resolved.has("enum")) {
            StringBuilder choices = new StringBuilder();
            resolved.get("enum").forEach(choice -> choices.append(choices.isEmpty() ? "`" : ", `")
                    .append(choice.asText())
                    .append('`'));
            return choices.toString();
        }
        if (resolved.path("additionalProperties").isObject()) {
            return "a mapping: any key to " + cell(simple(resolved.get("additionalProperties")));
        }
        if (resolved.path("type").asText().equals("object")) {
            return "a mapping";
        }
        return cell(simple(schema));
    }

    private static boolean isTextToo(JsonNode schema) {
        return hasType(schema, "string");
    }

    private static boolean isNumberToo(JsonNode schema) {
        return hasType(schema, "integer");
    }

    private static boolean hasType(JsonNode schema, String type) {
        for (JsonNode one : schema.path("type")) {
            if (one.asText().equals(type)) {
                return true;
            }
        }
        return schema.path("type").asText().equals(type);
    }

    private String simple(JsonNode schema) {
        if (schema.has("$ref")) {
            forms.add(schema.get("$ref").asText().substring("#/$defs/".length()));
        }
        String title = inherited(schema, "title");
        if (!title.isEmpty()) {
            return title;
        }
        JsonNode type = resolve(schema).path("type");
        if (type.isArray()) {
            StringBuilder types = new StringBuilder();
            type.forEach(one -> types.append(types.isEmpty() ? "" : " or ").append(word(one.asText())));
            return types.toString();
        }
        return word(type.asText());
    }

    private static String word(String type) {
        return switch (type) {
            case "boolean" -> "`true` or `false`";
            case "integer" -> "a whole number";
            case "string" -> "a text";
            default -> "a " + type;
        };
    }

    private String fallback(JsonNode schema) {
        JsonNode value =
                schema.has("default") ? schema.get("default") : resolve(schema).get("default");
        if (value == null) {
            return "";
        }
        return value.isContainerNode() && value.isEmpty() ? "none" : "`" + flow(value) + "`";
    }

    private String example(JsonNode schema) {
        JsonNode examples = schema.get("examples");
        if (examples == null && !schema.has("default")) {
            examples = resolve(schema).get("examples");
        }
        if (examples == null || examples.isEmpty()) {
            return "";
        }
        return " Example: `" + flow(examples.get(examples.size() - 1)).replace("|", "\\|") + "`.";
    }

    /** YAML's flow form of a JSON value. */
    private static String flow(JsonNode value) {
        StringBuilder result = new StringBuilder();
        if (value.isArray()) {
            value.forEach(item -> result.append(result.isEmpty() ? "" : ", ").append(flow(item)));
            return "[" + result + "]";
        }
        if (value.isObject()) {
            value.properties().forEach(entry -> result.append(result.isEmpty() ? "" : ", ")
                    .append(entry.getKey())
                    .append(": ")
                    .append(flow(entry.getValue())));
            return "{" + result + "}";
        }
        String text = value.asText();
        boolean ambiguous = value.isTextual() && (text.matches("[0-9]+\\.[0-9]+") || text.contains(","));
        return ambiguous ? "\"" + text + "\"" : text;
    }

    private static String rule(JsonNode form) {
        StringBuilder result = new StringBuilder();
        if (form.has("pattern")) {
            result.append("`").append(cell(form.get("pattern").asText())).append("`");
        }
        limit(result, form, "minimum", "at least ");
        limit(result, form, "maximum", "at most ");
        limit(result, form, "minLength", "characters: at least ");
        limit(result, form, "maxLength", "characters: at most ");
        return result.toString();
    }

    private static void limit(StringBuilder result, JsonNode form, String keyword, String words) {
        if (form.has(keyword)) {
            result.append(result.isEmpty() ? "" : "; ")
                    .append(words)
                    .append(form.get(keyword).asText());
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String link(String path) {
        String anchor = NOT_IN_ANCHORS
                .matcher(title(path).toLowerCase(java.util.Locale.ROOT))
                .replaceAll("")
                .replace(' ', '-');
        return "[" + path + "](#" + anchor + ")";
    }
}
