package io.weft.ca;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * An identity as Fabric CA knows it.
 *
 * @param id enrollment ID
 * @param type Node OU of its certificates, or whatever else it was registered as
 * @param affiliation {@code a.b.c}; empty: none
 * @param attributes those that Fabric CA adds by itself ({@code hf.EnrollmentID}, {@code hf.Type}, {@code
 *     hf.Affiliation}) among them
 * @param maxEnrollments -1: no limit
 */
public record RegisteredIdentity(
        String id, String type, String affiliation, List<Attribute> attributes, int maxEnrollments) {
    public RegisteredIdentity {
        requireNonNull(id, "id");
        requireNonNull(type, "type");
        requireNonNull(affiliation, "affiliation");
        attributes = List.copyOf(attributes);
    }
}
