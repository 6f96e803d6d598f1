package io.weft.ca;

import static java.util.Objects.requireNonNull;

/**
 * Something Fabric CA knows about an identity.
 *
 * @param name {@code hf.*} is reserved for Fabric CA's own meanings
 * @param value text
 * @param inCertificate whether an enrollment certificate carries it without being asked ({@code ecert})
 */
public record Attribute(String name, String value, boolean inCertificate) {
    public Attribute {
        requireNonNull(name, "name");
        requireNonNull(value, "value");
    }
}
