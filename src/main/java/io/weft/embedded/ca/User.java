package io.weft.embedded.ca;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A registered identity.
 *
 * @param id enrollment ID
 * @param affiliation {@code a.b.c}; empty: the root
 * @param attributes names unique, in the order they were given
 * @param state how often it enrolled; {@link #REVOKED}
 * @param maxEnrollments {@link #UNLIMITED}
 * @param failedLogins since the last right password
 */
record User(
        String id,
        Password password,
        String type,
        String affiliation,
        List<UserAttribute> attributes,
        int state,
        int maxEnrollments,
        int failedLogins) {
    static final int REVOKED = -1;
    static final int UNLIMITED = -1;

    User {
        requireNonNull(id, "id");
        requireNonNull(password, "password");
        requireNonNull(type, "type");
        requireNonNull(affiliation, "affiliation");
        Map<String, UserAttribute> unique = new LinkedHashMap<>();
        attributes.forEach(attribute -> unique.put(attribute.name(), attribute));
        attributes = List.copyOf(unique.values());
    }

    static User create(
            String id,
            Password password,
            String type,
            String affiliation,
            Collection<UserAttribute> attributes,
            int maxEnrollments) {
        return new User(id, password, type, affiliation, new ArrayList<>(attributes), 0, maxEnrollments, 0);
    }

    Optional<String> attribute(String name) {
        return attributes.stream()
                .filter(attribute -> attribute.name().equals(name))
                .map(UserAttribute::value)
                .findFirst();
    }

    boolean isRevoked() {
        return state == REVOKED;
    }

    /** Whether the affiliation is this one or below it; everything is below the root. */
    boolean isWithin(String above) {
        return above.isEmpty() || affiliation.equals(above) || affiliation.startsWith(above + ".");
    }

    User withPassword(Password changed) {
        return new User(id, changed, type, affiliation, attributes, state, maxEnrollments, 0);
    }

    User withType(String changed) {
        return new User(id, password, changed, affiliation, attributes, state, maxEnrollments, failedLogins);
    }

    User withAffiliation(String changed) {
        return new User(id, password, type, changed, attributes, state, maxEnrollments, failedLogins);
    }

    User withMaxEnrollments(int changed) {
        return new User(id, password, type, affiliation, attributes, state, changed, failedLogins);
    }

    User withState(int changed) {
        return new User(id, password, type, affiliation, attributes, changed, maxEnrollments, failedLogins);
    }

    User withFailedLogins(int changed) {
        return new User(id, password, type, affiliation, attributes, state, maxEnrollments, changed);
    }

    /** With these added or changed; an empty value removes ({@code GetNewAttributes} of Fabric CA's {@code user.go}). */
    User withAttributes(List<UserAttribute> changes) {
        Map<String, UserAttribute> result = new LinkedHashMap<>();
        attributes.forEach(attribute -> result.put(attribute.name(), attribute));
        for (UserAttribute change : changes) {
            if (change.value().isEmpty()) {
                result.remove(change.name());
            } else {
                result.put(change.name(), change);
            }
        }
        return new User(
                id, password, type, affiliation, new ArrayList<>(result.values()), state, maxEnrollments, failedLogins);
    }
}
