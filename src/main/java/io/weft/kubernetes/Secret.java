package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A Secret. Its text form names the keys of the data and never the values.
 *
 * @param type for example {@code Opaque}; empty for the default
 * @param data contents by key
 */
public record Secret(Metadata metadata, String type, Map<String, byte[]> data) {
    public Secret {
        requireNonNull(metadata, "metadata");
        requireNonNull(type, "type");
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && metadata.equals(secret.metadata)
                && type.equals(secret.type)
                && same(data, secret.data);
    }

    @Override
    public int hashCode() {
        return Objects.hash(metadata, type, data.keySet());
    }

    @Override
    public String toString() {
        return "Secret `" + metadata.namespace() + "/" + metadata.name() + "` with " + data.keySet();
    }

    static boolean same(Map<String, byte[]> one, Map<String, byte[]> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), other.get(e.getKey())));
    }

    static Secret of(KubeObject object) {
        return new Secret(Metadata.of(object), Json.text(object.content(), "type"), decode(object.content(), "data"));
    }

    Map<String, Object> over(Map<String, Object> existing) {
        Map<String, Object> result = new LinkedHashMap<>(existing);
        result.put("apiVersion", "v1");
        result.put("kind", "Secret");
        result.put("metadata", metadata.over(Json.map(existing, "metadata")));
        if (!type.isEmpty()) {
            result.put("type", type);
        }
        result.put("data", encode(data));
        return result;
    }

    static Map<String, byte[]> decode(Object content, String field) {
        Map<String, byte[]> result = new LinkedHashMap<>();
        Json.texts(content, field)
                .forEach((key, value) -> result.put(key, Base64.getDecoder().decode(value)));
        return result;
    }

    static Map<String, String> encode(Map<String, byte[]> data) {
        Map<String, String> result = new LinkedHashMap<>();
        data.forEach((key, value) -> result.put(key, Base64.getEncoder().encodeToString(value)));
        return result;
    }
}
