package io.weft.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records as JSON objects, of texts, bytes (as base64), whole numbers, truth values, enumerations, lists, maps by text, and
 * such records. A fifth of a command's time would go into what Jackson finds out about classes; this needs their
 * components only.
 */
final class RecordJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private RecordJson() {}

    /** The value in one line. */
    static String line(Object value) {
        return text(value, false);
    }

    /** The value for a file, with one component a line. */
    static String pretty(Object value) {
        return text(value, true);
    }

    private static String text(Object value, boolean pretty) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            if (pretty) {
                generator.useDefaultPrettyPrinter();
            }
            write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator to, Object value) throws IOException {
        if (value instanceof Record) {
            to.writeStartObject();
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                to.writeFieldName(component.getName());
                write(to, read(component, value));
            }
            to.writeEndObject();
        } else if (value instanceof Map<?, ?> map) {
            to.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.writeFieldName(entry.getKey().toString());
                write(to, entry.getValue());
            }
            to.writeEndObject();
        } else if (value instanceof List<?> list) {
            to.writeStartArray();
            for (Object element : list) {
                write(to, element);
            }
            to.writeEndArray();
        } else if (value instanceof byte[] bytes) {
            to.writeBinary(bytes);
        } else if (value instanceof Integer || value instanceof Long) {
            to.writeNumber(((Number) value).longValue());
        } else if (value instanceof Boolean truth) {
            to.writeBoolean(truth);
        } else if (value instanceof String text) {
            to.writeString(text);
        } else if (value instanceof Enum<?> constant) {
            to.writeString(constant.name());
        } else {
            throw new IllegalArgumentException("Not to be had as JSON: " + value);
        }
    }

    private static Object read(RecordComponent component, Object value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Not to be read: " + component, e);
        }
    }

    /**
     * What {@link #line} or {@link #pretty} wrote.
     *
     * @param type a record
     * @throws IOException if the text is not JSON of that shape
     */
    static <T> T parse(String text, Class<T> type) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            return type.cast(value(parser, type));
        }
    }

    /** Texts to numbers. */
    static Map<String, Integer> parseNumbers(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Map<String, Integer> result = new LinkedHashMap<>();
            map(parser, Integer.class).forEach((key, number) -> result.put(key, (Integer) number));
            return result;
        }
    }

    private static Object value(JsonParser from, Type type) throws IOException {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == Map.class ? map(from, arguments[1]) : list(from, arguments[0]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return expect(from, JsonToken.VALUE_STRING).getText();
        }
        if (plain == int.class || plain == Integer.class) {
            return expect(from, JsonToken.VALUE_NUMBER_INT).getIntValue();
        }
        if (plain == long.class || plain == Long.class) {
            return expect(from, JsonToken.VALUE_NUMBER_INT).getLongValue();
        }
        if (plain == boolean.class) {
            return from.getBooleanValue();
        }
        if (plain == byte[].class) {
            return expect(from, JsonToken.VALUE_STRING).getBinaryValue();
        }
        return plain.isEnum() ? constant(from, plain) : object(from, plain);
    }

    private static JsonParser expect(JsonParser from, JsonToken token) throws IOException {
        if (from.currentToken() != token) {
            throw new JsonParseException(from, token + " expected, and found " + from.currentToken());
        }
        return from;
    }

    private static Object constant(JsonParser from, Class<?> type) throws IOException {
        String name = expect(from, JsonToken.VALUE_STRING).getText();
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new JsonParseException(from, "`" + name + "` is not known");
    }

    private static List<Object> list(JsonParser from, Type element) throws IOException {
        expect(from, JsonToken.START_ARRAY);
        List<Object> result = new ArrayList<>();
        while (from.nextToken() != JsonToken.END_ARRAY) {
            result.add(value(from, element));
        }
        return result;
    }

    private static Map<String, Object> map(JsonParser from, Type element) throws IOException {
        expect(from, JsonToken.START_OBJECT);
        Map<String, Object> result = new LinkedHashMap<>();
        while (from.nextToken() == JsonToken.FIELD_NAME) {
            String name = from.currentName();
            from.nextToken();
            result.put(name, value(from, element));
        }
        return result;
    }

    private static Object object(JsonParser from, Class<?> type) throws IOException {
        expect(from, JsonToken.START_OBJECT);
        RecordComponent[] components = type.getRecordComponents();
        Map<String, Integer> places = new HashMap<>();
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            places.put(components[i].getName(), i);
            types[i] = components[i].getType();
        }
        Object[] values = new Object[components.length];
        while (from.nextToken() == JsonToken.FIELD_NAME) {
            Integer place = places.get(from.currentName());
            from.nextToken();
            if (place == null) {
                from.skipChildren(); // Of a later version.
            } else {
                values[place] = value(from, components[place].getGenericType());
            }
        }
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                throw new JsonParseException(from, "`" + components[i].getName() + "` is missing");
            }
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new JsonParseException(from, String.valueOf(e.getCause().getMessage()), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Not to be made: " + type, e);
        }
    }
}
