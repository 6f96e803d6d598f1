package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A ConfigMap.
 *
 * @param data texts by key
 * @param binaryData bytes by key; a key is in one of the two
 */
public record ConfigMap(Metadata metadata, Map<String, String> data, Map<String, byte[]> binaryData) {
    public ConfigMap {
        requireNonNull(metadata, "metadata");
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
        binaryData = Collections.unmodifiableMap(new LinkedHashMap<>(binaryData));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigMap map
                && metadata.equals(map.metadata)
                && data.equals(map.data)
                && Secret.same(binaryData, map.binaryData);
    }

    @Override
    public int hashCode() {
        return Objects.hash(metadata, data, binaryData.keySet());
    }

    static ConfigMap of(KubeObject object) {
        return new ConfigMap(
                Metadata.of(object),
                Json.texts(object.content(), "data"),
                Secret.decode(object.content(), "binaryData"));
    }

    Map<String, Object> over(Map<String, Object> existing) {
        Map<String, Object> result = new LinkedHashMap<>(existing);
        result.put("apiVersion", "v1");
        result.put("kind", "ConfigMap");
        result.put("metadata", metadata.over(Json.map(existing, "metadata")));
        result.put("data", data);
        result.put("binaryData", Secret.encode(binaryData));
        return result;
    }
}
