package io.weft.embedded.ca;

import io.weft.pki.Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Who calls, and what he may do ({@code lib/serverrequestcontext.go} of Fabric CA).
 *
 * @param certificate what he called with; absent if with his password
 */
record Caller(User user, Optional<Certificate> certificate) {
    String id() {
        return user.id();
    }

    /** Whether this is the certificate he called with. */
    boolean calledWith(String serial, String authority) {
        return certificate
                .filter(own -> own.serialNumber().equals(serial)
                        && IssuedCertificate.authority(own).equals(authority))
                .isPresent();
    }

    /** Whether the attribute is there and true. */
    boolean is(String attribute) {
        return user.attribute(attribute).flatMap(GoBoolean::parse).orElse(false);
    }

    /** The types he may register, as a list with commas. */
    Optional<String> registrarRoles() {
        return user.attribute(UserAttribute.ROLES).filter(roles -> !roles.isEmpty());
    }

    String requireRegistrar(int code) {
        return registrarRoles().orElseThrow(() -> Refusal.authorization(code, "'" + id() + "' is not a registrar"));
    }

    void requireType(String type) {
        String roles = requireRegistrar(Refusal.REGISTERING_ATTRIBUTE);
        String wanted = type.isEmpty() ? "client" : type;
        List<String> allowed = AttributeRules.split(roles);
        if (!AttributeRules.contains(roles, "*") && allowed.stream().noneMatch(wanted::equalsIgnoreCase)) {
            throw Refusal.authorization(
                    Refusal.NOT_AFFILIATED, "Registrar does not have authority to act on type '" + type + "'");
        }
    }

    void requireAffiliation(String affiliation) {
        String own = user.affiliation();
        if (!own.isEmpty() && !affiliation.equals(own) && !affiliation.startsWith(own + ".")) {
            throw Refusal.authorization(
                    Refusal.NOT_AFFILIATED,
                    "Caller does not have authority to act on affiliation '" + affiliation + "'");
        }
    }

    /** Whether he may change another identity. */
    void requireRightOver(User other) {
        requireAffiliation(other.affiliation());
        requireType(other.type());
    }

    /** Needs a boolean attribute that is true. */
    void requireRole(String role) {
        String value = user.attribute(role)
                .orElseThrow(() -> Refusal.authorization(
                        Refusal.MISSING_ATTRIBUTE, "Invoker does not have following role '" + role + "'"));
        boolean isTrue = GoBoolean.parse(value)
                .orElseThrow(() -> Refusal.of(
                        400,
                        Refusal.INVALID_BOOLEAN,
                        "Failed to get boolean value of '" + role + "': 'strconv.ParseBool: parsing \"" + value
                                + "\": invalid syntax'"));
        if (!isTrue) {
            throw Refusal.authorization(
                    Refusal.MISSING_ROLE, "Caller has a value of 'false' for attribute/role '" + role + "'");
        }
    }
}
