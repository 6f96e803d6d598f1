package io.weft.embedded.ca;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which attributes a registrar may give to others: the rules of Fabric CA's {@code lib/attr/attribute.go}. */
final class AttributeRules {
    private static final Set<String> BOOLEANS = Set.of(
            UserAttribute.REVOKER,
            UserAttribute.INTERMEDIATE_CA,
            UserAttribute.REVOCATION_LIST,
            UserAttribute.AFFILIATION_MANAGER);
    private static final Set<String> LISTS =
            Set.of(UserAttribute.ROLES, UserAttribute.DELEGATE_ROLES, UserAttribute.REGISTRAR_ATTRIBUTES);
    private static final Set<String> FIXED =
            Set.of(UserAttribute.ENROLLMENT_ID, UserAttribute.TYPE, UserAttribute.AFFILIATION);
    private static final String RESERVED = "hf.";

    private final User registrar;
    private final List<UserAttribute> requested;
    private final Optional<User> owner;

    private AttributeRules(User registrar, List<UserAttribute> requested, Optional<User> owner) {
        this.registrar = registrar;
        this.requested = requested;
        this.owner = owner;
    }

    /**
     * Checks all of them.
     *
     * @param owner who has attributes already; absent for a new identity
     * @throws Refusal if one is not allowed, with an empty value for removal too
     */
    static void require(User registrar, List<UserAttribute> requested, Optional<User> owner) {
        AttributeRules rules = new AttributeRules(registrar, requested, owner);
        for (UserAttribute attribute : requested) {
            rules.whyNot(attribute).ifPresent(reason -> {
                throw Refusal.authorization(Refusal.REGISTERING_ATTRIBUTE, "Failed to register attributes: " + reason);
            });
        }
    }

    private Optional<String> whyNot(UserAttribute attribute) {
        String allowed = registrar.attribute(UserAttribute.REGISTRAR_ATTRIBUTES).orElse("");
        if (allowed.isEmpty()) {
            return Optional.of("Registrar does not have any values for '" + UserAttribute.REGISTRAR_ATTRIBUTES
                    + "' thus can't register any attributes");
        }
        String name = attribute.name();
        if (!matches(name, withoutSpaces(allowed))) {
            return Optional.of("Attribute is not part of caller's '" + allowed + "' attribute list");
        }
        if (FIXED.contains(name)) {
            return Optional.of("Cannot register fixed value attribute '" + name + "'");
        }
        boolean isBoolean = BOOLEANS.contains(name);
        if (!isBoolean && !LISTS.contains(name)) {
            return name.startsWith(RESERVED)
                    ? Optional.of("Registering attribute '" + name
                            + "' using a reserved prefix 'hf.', however this not a supported reserved attribute")
                    : Optional.empty();
        }
        Optional<String> own = registrar.attribute(name);
        if (own.isEmpty()) {
            return Optional.of(
                    "Attribute '" + name + "' requires ownership but the caller does not own this attribute");
        }
        return isBoolean ? whyNotBoolean(attribute, own.get()) : whyNotList(attribute, own.get());
    }

    private static Optional<String> whyNotBoolean(UserAttribute attribute, String own) {
        if (!GoBoolean.parse(own).orElse(false)) {
            return Optional.of("Caller has a value of 'false' for boolean attribute '" + attribute.name()
                    + "', can't perform any actions on this attribute");
        }
        return attribute.value().isEmpty() || GoBoolean.parse(attribute.value()).isPresent()
                ? Optional.empty()
                : Optional.of("Failed to get boolean value of '" + attribute.value() + "'");
    }

    private Optional<String> whyNotList(UserAttribute attribute, String own) {
        if (attribute.value().isEmpty()) {
            return Optional.empty();
        }
        if (attribute.name().equals(UserAttribute.REGISTRAR_ATTRIBUTES)) {
            return whyNotRegistrarAttributes(attribute, own);
        }
        if (!contains(own, "*") && !isSubset(attribute.value(), own)) {
            return Optional.of("The requested values for attribute '" + attribute.name()
                    + "' is a superset of the caller's attribute value");
        }
        return attribute.name().equals(UserAttribute.DELEGATE_ROLES) && !delegatesOwnRoles()
                ? Optional.of("The delegateRoles field is a superset of roles")
                : Optional.empty();
    }

    private Optional<String> whyNotRegistrarAttributes(UserAttribute attribute, String own) {
        for (String name : withoutSpaces(attribute.value())) {
            if (!matches(name, withoutSpaces(own))) {
                return Optional.of("Attribute is not part of caller's '" + own + "' attribute list");
            }
            boolean isOwned = requested.stream().anyMatch(other -> other.name().equals(name))
                    || owner.flatMap(user -> user.attribute(name)).isPresent();
            if (name.startsWith(RESERVED) && !isOwned) {
                return Optional.of("Requesting value of '" + name + "' for 'hf.Registrar.Attributes', but the identity"
                        + " being registered is not being registered with this attribute");
            }
        }
        return Optional.empty();
    }

    private boolean delegatesOwnRoles() {
        String roles = requestedValue(UserAttribute.ROLES);
        if (roles.isEmpty()) {
            roles = owner.flatMap(user -> user.attribute(UserAttribute.ROLES)).orElse("");
        }
        return contains(roles, "*") || isSubset(requestedValue(UserAttribute.DELEGATE_ROLES), roles);
    }

    private String requestedValue(String name) {
        return requested.stream()
                .filter(attribute -> attribute.name().equals(name))
                .map(UserAttribute::value)
                .findFirst()
                .orElse("");
    }

    private static boolean matches(String name, List<String> patterns) {
        return patterns.stream()
                .anyMatch(pattern -> pattern.endsWith("*")
                        ? name.startsWith(pattern.replaceAll("\\*+$", ""))
                        : name.equals(pattern));
    }

    private static List<String> withoutSpaces(String list) {
        return split(list.replace(" ", ""));
    }

    private static boolean isSubset(String small, String big) {
        return split(small).stream()
                .allMatch(part -> part.isEmpty() || split(big).stream().anyMatch(part::equalsIgnoreCase));
    }

    /** Whether a list has an entry; one space before it does not count. */
    static boolean contains(String list, String entry) {
        return split(list).stream().anyMatch(part -> (part.startsWith(" ") ? part.substring(1) : part).equals(entry));
    }

    static List<String> split(String list) {
        return Arrays.asList(list.split(",", -1));
    }
}
