package io.weft.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SpecSchemaTest {
    private static final JsonNode SCHEMA = json(SpecSchema.text());
    private static final YamlMapping OWN = SchemaCheck.parse(SpecSchema.text());
    private static final JsonSchema REFERENCE =
            JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(SCHEMA);

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void it_is_valid_json_schema_2020_12() {
        JsonSchema metaSchema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(metaSchema.validate(SCHEMA)).isEmpty();
    }

    @Test
    void every_object_with_known_keys_refuses_others_and_every_key_is_described() {
        List<String> open = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        walk(SCHEMA, "", open, silent);

        assertThat(open).isEmpty();
        assertThat(silent).isEmpty();
    }

    private static void walk(JsonNode schema, String path, List<String> open, List<String> silent) {
        if (schema.has("properties")) {
            if (!schema.path("additionalProperties").isBoolean()
                    || schema.path("additionalProperties").asBoolean()) {
                open.add(path);
            }
            schema.get("properties").properties().forEach(property -> {
                JsonNode value = property.getValue();
                boolean described = value.has("description")
                        || SCHEMA.at(value.path("$ref").asText("#").substring(1))
                                .has("description");
                if (!described) {
                    silent.add(path + "." + property.getKey());
                }
            });
        }
        schema.properties().stream()
                .filter(child -> child.getValue().isObject())
                .filter(child -> !List.of("default", "examples").contains(child.getKey()))
                .forEach(child -> walk(child.getValue(), path + "/" + child.getKey(), open, silent));
    }

    static List<String> documents() throws IOException {
        List<String> result = new ArrayList<>();
        for (String folder : List.of("src/test/resources/golden/spec", "network-specs")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".yaml"))
                        .sorted()
                        .toList()) {
                    result.add(Files.readString(file));
                }
            }
        }
        return result;
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("documents")
    void a_complete_validator_finds_mistakes_where_ours_does(String text) {
        Problems reading = new Problems("");
        Optional<YamlNode> document = YamlReader.read(text, reading);
        if (document.isEmpty() || reading.hasErrors()) {
            return; // not a question for a schema
        }
        Problems own = new Problems("");
        SchemaCheck.check(document.orElseThrow(), OWN, own);

        List<String> expected = REFERENCE.validate(toJson(document.orElseThrow())).stream()
                .map(message -> {
                    String path = message.getInstanceLocation().toString();
                    return message.getType().equals("additionalProperties") ? path + "/" + message.getProperty() : path;
                })
                .map(SpecSchemaTest::withoutPunctuation)
                .distinct()
                .sorted()
                .toList();

        assertThat(own.sorted().stream()
                        .map(problem -> withoutPunctuation(problem.location().path()))
                        .distinct()
                        .sorted()
                        .toList())
                .isEqualTo(expected);
    }

    /** Two notations of the same path become equal. */
    private static String withoutPunctuation(String path) {
        return path.replaceAll("[^A-Za-z0-9_-]+", " ").strip();
    }

    private static JsonNode toJson(YamlNode node) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        if (node instanceof YamlMapping mapping) {
            ObjectNode result = factory.objectNode();
            mapping.entries().forEach((key, entry) -> result.set(key, toJson(entry.value())));
            return result;
        }
        if (node instanceof YamlSequence sequence) {
            ArrayNode result = factory.arrayNode();
            sequence.items().forEach(item -> result.add(toJson(item)));
            return result;
        }
        Object value = ((YamlScalar) node).value();
        if (value instanceof Boolean truth) {
            return factory.booleanNode(truth);
        } else if (value instanceof Integer number) {
            return factory.numberNode(number);
        } else if (value instanceof Long number) {
            return factory.numberNode(number);
        } else if (value instanceof BigInteger number) {
            return factory.numberNode(number);
        } else if (value instanceof Double number) {
            return factory.numberNode(number);
        }
        return value == null ? factory.nullNode() : factory.textNode((String) value);
    }

    @Test
    void its_defaults_are_those_that_a_spec_gets() {
        String spec = """
                apiVersion: weft/v1
                kind: Network
                metadata: {name: a}
                fabric: {version: 3.1.5}
                organizations:
                  - {name: o, orderers: [{name: o0}, {name: o1}, {name: o2}, {name: o3}], peers: [{name: p}]}
                channels:
                  - name: c
                    members: [o]
                    chaincodes:
                      - name: cc
                        version: "1"
                        image: a/b:1
                        init: {function: f}
                        collections: [{name: x, policy: "OR('OMSP.member')"}]
                  - {name: d, members: [o], ordering: {type: bft}}
                """;
        Problems problems = new Problems("");
        YamlNode printed = YamlReader.read(
                        SpecPrinter.print(NetworkSpecs.parse("a", spec).network()), problems)
                .orElseThrow();
        List<String> compared = new ArrayList<>();
        List<String> differing = new ArrayList<>();

        compareDefaults(toJson(printed), SCHEMA, "", compared, differing);

        assertThat(differing)
                .containsOnly( // given in the spec above, because their own defaults would leave nothing to compare
                        "/organizations/0/orderers",
                        "/organizations/0/peers",
                        "/channels",
                        "/channels/0/chaincodes",
                        "/channels/0/chaincodes/0/collections",
                        "/channels/1/ordering/type");
        assertThat(compared)
                .contains(
                        "/fabric/caVersion",
                        "/validity/ca",
                        "/organizations/0/peers/0/storage",
                        "/organizations/0/ca/storage",
                        "/channels/0/ordering/batch/preferredMaxBytes",
                        "/channels/0/ordering/options/snapshotIntervalSize",
                        "/channels/1/ordering/options/requestAutoRemoveTimeout",
                        "/channels/0/chaincodes/0/port",
                        "/channels/0/chaincodes/0/collections/0/maxPeerCount");
    }

    private static void compareDefaults(
            JsonNode value, JsonNode unresolved, String path, List<String> compared, List<String> differing) {
        JsonNode schema = unresolved;
        while (true) {
            if (schema.has("default")) {
                compared.add(path);
                if (!schema.get("default").equals(value)) {
                    differing.add(path);
                }
            }
            if (!schema.has("$ref")) {
                break;
            }
            schema = SCHEMA.at(schema.get("$ref").asText().substring(1));
        }
        JsonNode resolved = schema;
        if (value.isObject()) {
            value.properties()
                    .forEach(child -> compareDefaults(
                            child.getValue(),
                            resolved.path("properties").path(child.getKey()),
                            path + "/" + child.getKey(),
                            compared,
                            differing));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                compareDefaults(value.get(i), resolved.path("items"), path + "/" + i, compared, differing);
            }
        }
    }
}
