package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A client identity.
 *
 * @param name common name of its certificate; a DNS label
 * @param attributes what chaincode can ask of its certificate (Fabric CA's attribute extension); order kept
 */
public record User(String name, Map<String, String> attributes) {
    public User {
        requireNonNull(name, "name");
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }
}
