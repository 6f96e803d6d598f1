package io.weft.ca;

import static java.util.Objects.requireNonNull;

import io.weft.pki.Role;
import java.util.List;

/**
 * What a registrar says of a new identity. The text form hides the secret.
 *
 * @param id enrollment ID; common name of its certificates
 * @param role the Node OU of its certificates
 * @param secret the password to enroll with
 * @param affiliation {@code a.b.c}, becomes further organizational units; empty: none
 * @param attributes names unique
 * @param maxEnrollments how often the password works; -1: as often as wanted; 0: the server's own limit
 */
public record Registration(
        String id, Role role, String secret, String affiliation, List<Attribute> attributes, int maxEnrollments) {
    public Registration {
        requireNonNull(id, "id");
        requireNonNull(role, "role");
        requireNonNull(secret, "secret");
        requireNonNull(affiliation, "affiliation");
        attributes = List.copyOf(attributes);
    }

    @Override
    public String toString() {
        return "Registration[" + id + ", " + role.organizationalUnit() + ", affiliation=" + affiliation
                + ", attributes=" + attributes + "]";
    }
}
