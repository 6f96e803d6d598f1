package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON as plain data: {@code Map<String, Object>}, {@code List<Object>}, {@code String}, {@code Boolean}, numbers and
 * null, the same shape that a YAML parser gives. Order of keys is kept.
 */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /**
     * @throws IllegalArgumentException if the text is not one JSON object
     */
    public static Map<String, Object> parseObject(byte[] json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("Not a JSON object: " + beginning(json));
            }
            return object(parser);
        } catch (IOException e) {
            throw new IllegalArgumentException("Not JSON: " + beginning(json), e);
        }
    }

    /** The data as compact JSON, which is also YAML. */
    public static String write(Object data) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            write(generator, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * What is found by following the keys through nested objects.
     *
     * @return empty if a key is missing, null, or belongs to something that is not an object
     */
    public static Optional<Object> at(Object data, String... keys) {
        Object current = data;
        for (String key : keys) {
            if (!(current instanceof Map<?, ?> map)) {
                return Optional.empty();
            }
            current = map.get(key);
        }
        return Optional.ofNullable(current);
    }

    /** Like {@link #at}, as text; the empty string when there is none. */
    public static String text(Object data, String... keys) {
        return at(data, keys).map(Object::toString).orElse("");
    }

    /** Like {@link #at}, as a whole number; 0 when there is none. */
    public static long number(Object data, String... keys) {
        return at(data, keys)
                .map(value -> value instanceof Number number ? number.longValue() : 0L)
                .orElse(0L);
    }

    /** Like {@link #at}, as an object; empty when there is none. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Object data, String... keys) {
        return at(data, keys).orElse(null) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /** Like {@link #at}, as a list; empty when there is none. */
    @SuppressWarnings("unchecked")
    public static List<Object> list(Object data, String... keys) {
        return at(data, keys).orElse(null) instanceof List<?> list ? (List<Object>) list : List.of();
    }

    /** Like {@link #map}, with every value as text. */
    public static Map<String, String> texts(Object data, String... keys) {
        Map<String, String> result = new LinkedHashMap<>();
        map(data, keys).forEach((key, value) -> result.put(key, value == null ? "" : value.toString()));
        return result;
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            result.put(key, value(parser));
        }
        return result;
    }

    private static Object value(JsonParser parser) throws IOException {
        JsonToken token = requireNonNull(parser.currentToken(), "token");
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<Object> result = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    result.add(value(parser));
                }
                yield result;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IOException("Unexpected " + token);
        };
    }

    private static void write(JsonGenerator generator, Object data) throws IOException {
        if (data == null) {
            generator.writeNull();
        } else if (data instanceof Map<?, ?> map) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                generator.writeFieldName(String.valueOf(entry.getKey()));
                write(generator, entry.getValue());
            }
            generator.writeEndObject();
        } else if (data instanceof Iterable<?> items) {
            generator.writeStartArray();
            for (Object item : items) {
                write(generator, item);
            }
            generator.writeEndArray();
        } else if (data instanceof Boolean value) {
            generator.writeBoolean(value);
        } else if (data instanceof Integer value) {
            generator.writeNumber(value);
        } else if (data instanceof Long value) {
            generator.writeNumber(value);
        } else if (data instanceof Double || data instanceof Float) {
            generator.writeNumber(((Number) data).doubleValue());
        } else if (data instanceof BigInteger value) {
            generator.writeNumber(value);
        } else if (data instanceof BigDecimal value) {
            generator.writeNumber(value);
        } else if (data instanceof CharSequence) {
            generator.writeString(data.toString());
        } else {
            throw new IllegalArgumentException(
                    "Not plain data: " + data.getClass().getName());
        }
    }

    private static String beginning(byte[] json) {
        String text = new String(json, StandardCharsets.UTF_8);
        return text.length() <= 120 ? text : text.substring(0, 120) + "...";
    }
}
