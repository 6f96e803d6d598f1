package io.weft.embedded.ca;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON object read as Go reads it: names in any case, the last of several counts, null and absent are the same, a
 * value of another type makes the whole body invalid.
 */
final class Fields {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode node;
    private final String body;

    private Fields(JsonNode node, String body) {
        this.node = node;
        this.body = body;
    }

    /**
     * Reads a request's body.
     *
     * @throws Refusal if it is no JSON object
     */
    static Fields parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            JsonNode node = JSON.readTree(bytes);
            if (node == null || node.isMissingNode()) {
                throw invalid("unexpected end of JSON input", text);
            }
            if (node.isNull()) {
                return new Fields(JsonNodeFactory.instance.objectNode(), text);
            }
            if (!node.isObject()) {
                throw invalid("json: cannot unmarshal " + kind(node) + " into an object", text);
            }
            return new Fields(node, text);
        } catch (JsonProcessingException e) {
            throw invalid(e.getOriginalMessage(), text);
        } catch (java.io.IOException e) {
            throw new AssertionError("Bytes in memory can be read", e);
        }
    }

    private static Refusal invalid(String why, String body) {
        return Refusal.of(400, Refusal.BAD_BODY, "Invalid request body: " + why + "; body=" + body);
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "bool";
            case NUMBER -> "number";
            case STRING -> "string";
            case OBJECT, POJO -> "object";
            case BINARY, MISSING, NULL -> "value";
        };
    }

    private Refusal wrongType(String name, JsonNode value, String type) {
        return invalid("json: cannot unmarshal " + kind(value) + " into field " + name + " of type " + type, body);
    }

    private Optional<JsonNode> find(String name) {
        JsonNode result = null;
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                result = entry.getValue();
            }
        }
        return Optional.ofNullable(result).filter(value -> !value.isNull());
    }

    boolean has(String name) {
        return find(name).isPresent();
    }

    /** Empty when absent. */
    String text(String name) {
        return find(name)
                .map(value -> {
                    if (!value.isTextual()) {
                        throw wrongType(name, value, "string");
                    }
                    return value.textValue();
                })
                .orElse("");
    }

    /** 0 when absent. */
    int number(String name) {
        return find(name)
                .map(value -> {
                    if (!value.canConvertToInt() || !value.isIntegralNumber()) {
                        throw wrongType(name, value, "int");
                    }
                    return value.intValue();
                })
                .orElse(0);
    }

    /** False when absent. */
    boolean flag(String name) {
        return find(name)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw wrongType(name, value, "bool");
                    }
                    return value.booleanValue();
                })
                .orElse(false);
    }

    Optional<List<String>> texts(String name) {
        return array(name).map(values -> {
            List<String> result = new ArrayList<>();
            for (JsonNode value : values) {
                if (!value.isTextual() && !value.isNull()) {
                    throw wrongType(name, value, "string");
                }
                result.add(value.isNull() ? "" : value.textValue());
            }
            return result;
        });
    }

    Optional<List<Fields>> objects(String name) {
        return array(name).map(values -> {
            List<Fields> result = new ArrayList<>();
            for (JsonNode value : values) {
                if (!value.isObject()) {
                    throw wrongType(name, value, "object");
                }
                result.add(new Fields(value, body));
            }
            return result;
        });
    }

    private Optional<JsonNode> array(String name) {
        return find(name).map(value -> {
            if (!value.isArray()) {
                throw wrongType(name, value, "list");
            }
            return value;
        });
    }

    /** Absent, too, for the year 1, which Go sends for no time at all. */
    Optional<Instant> time(String name) {
        return find(name)
                .map(value -> {
                    if (!value.isTextual()) {
                        throw wrongType(name, value, "time");
                    }
                    try {
                        return OffsetDateTime.parse(value.textValue()).toInstant();
                    } catch (DateTimeException e) {
                        throw invalid(
                                "parsing time \"" + value.textValue() + "\" as \"2006-01-02T15:04:05Z07:00\"", body);
                    }
                })
                .filter(time -> time.isAfter(Times.ZERO));
    }
}
