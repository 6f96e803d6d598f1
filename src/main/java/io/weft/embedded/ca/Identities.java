package io.weft.embedded.ca;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Registers, shows and changes identities ({@code lib/serverregister.go}, {@code lib/serveridentities.go}). */
final class Identities {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int SECRET_LENGTH = 12;
    /** What a change says where it means 0, which stands for no change. */
    private static final int ZERO_ENROLLMENTS = -2;

    /** What a body says of an identity; empty and 0 where it says nothing. The text form hides the secret. */
    record Wanted(
            String id,
            String type,
            String secret,
            int maxEnrollments,
            String affiliation,
            List<UserAttribute> attributes) {
        static Wanted read(Fields body) {
            return new Wanted(
                    body.text("id"),
                    body.text("type"),
                    body.text("secret"),
                    body.number("max_enrollments"),
                    body.text("affiliation"),
                    body.objects("attrs").orElse(List.of()).stream()
                            .map(UserAttribute::read)
                            .toList());
        }

        @Override
        public String toString() {
            return "Wanted[" + id + "]";
        }
    }

    private final Registry registry;
    private final SecureRandom random;

    Identities(Registry registry, SecureRandom random) {
        this.registry = registry;
        this.random = random;
    }

    Answer register(Caller registrar, Wanted wanted) {
        String secret = insert(registrar, wanted);
        return Answer.created(JsonNodeFactory.instance.objectNode().put("secret", secret))
                .at(place(wanted.id()));
    }

    private static String place(String id) {
        return "/api/v1/identities/"
                + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Returns the secret. */
    private String insert(Caller registrar, Wanted wanted) {
        String type = wanted.type().isEmpty() ? registrar.user().type() : wanted.type();
        String affiliation =
                switch (wanted.affiliation()) {
                    case "" -> registrar.user().affiliation();
                    case "." -> "";
                    default -> wanted.affiliation();
                };
        requireRight(registrar, wanted, type, affiliation);
        if (wanted.maxEnrollments() < User.UNLIMITED) {
            throw Refusal.of(
                    400,
                    Refusal.INVALID_MAX_ENROLLMENTS,
                    "Max enrollment in registration request may not be less than -1, but was "
                            + wanted.maxEnrollments());
        }
        if (registry.user(wanted.id()).isPresent()) {
            throw Refusal.of(409, Refusal.ALREADY_REGISTERED, "Identity '" + wanted.id() + "' is already registered");
        }
        List<UserAttribute> attributes = new ArrayList<>(wanted.attributes());
        attributes.add(new UserAttribute(UserAttribute.ENROLLMENT_ID, wanted.id(), true));
        attributes.add(new UserAttribute(UserAttribute.TYPE, type, true));
        attributes.add(new UserAttribute(UserAttribute.AFFILIATION, affiliation, true));
        String secret = wanted.secret().isEmpty() ? randomSecret() : wanted.secret();
        registry.put(User.create(
                wanted.id(),
                Password.of(secret, random),
                type,
                affiliation,
                attributes,
                wanted.maxEnrollments() == 0 ? User.UNLIMITED : wanted.maxEnrollments()));
        return secret;
    }

    /** Whatever is missing, the caller learns no more than that something is. */
    private void requireRight(Caller registrar, Wanted wanted, String type, String affiliation) {
        try {
            registrar.requireType(type);
            registrar.requireAffiliation(affiliation);
            if (!affiliation.isEmpty() && !registry.hasAffiliation(affiliation)) {
                throw Refusal.of(
                        404,
                        Refusal.GETTING_AFFILIATION,
                        "Failed getting affiliation '" + affiliation + "': it does not exist");
            }
            AttributeRules.require(registrar.user(), wanted.attributes(), Optional.empty());
        } catch (Refusal e) {
            throw Refusal.authorization(
                    Refusal.REGISTRAR_MAY_NOT, "Registration of '" + wanted.id() + "' failed: " + e.getMessage());
        }
    }

    private String randomSecret() {
        StringBuilder result = new StringBuilder(SECRET_LENGTH);
        for (int i = 0; i < SECRET_LENGTH; i++) {
            result.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return result.toString();
    }

    Answer all(Caller caller, Call call, String authority) {
        return call.method().equals("POST") ? add(caller, call.body(), authority) : list(caller, authority);
    }

    private Answer add(Caller caller, Fields body, String authority) {
        Wanted wanted = Wanted.read(body);
        if (wanted.id().isEmpty()) {
            throw Refusal.of(400, Refusal.ADDING_IDENTITY, "Missing 'ID' in request to add a new identity");
        }
        String secret = insert(caller, wanted);
        return Answer.created(shown(existing(wanted.id()), secret, authority)).at(place(wanted.id()));
    }

    private Answer list(Caller caller, String authority) {
        String roles = caller.requireRegistrar(Refusal.GETTING_USER);
        boolean isForAll = AttributeRules.contains(roles, "*");
        List<String> types =
                AttributeRules.split(roles).stream().map(String::strip).toList();
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ArrayNode shown = result.putArray("identities");
        registry.users().stream()
                .filter(user -> user.isWithin(caller.user().affiliation()))
                .filter(user -> isForAll || types.contains(user.type()))
                .forEach(user -> shown.add(described(user)));
        return Answer.ok(result.put("caname", authority));
    }

    Answer one(Caller caller, Call call, String id, String authority) {
        return switch (call.method()) {
            case "PUT" -> change(caller, call, id, authority);
            case "DELETE" ->
                // As cfg.identities.allowremove is by default.
                throw Refusal.of(403, Refusal.REMOVING_IDENTITY, "Identity removal is disabled");
            default -> {
                User user = existing(id);
                caller.requireRightOver(user);
                yield Answer.ok(described(user).put("caname", authority));
            }
        };
    }

    private User existing(String id) {
        return registry.user(id).orElseThrow(() -> Refusal.notInDatabase("User"));
    }

    private Answer change(Caller caller, Call call, String id, String authority) {
        User user = existing(id);
        caller.requireRightOver(user);
        Wanted wanted = Wanted.read(call.body());
        if (!wanted.affiliation().isEmpty()) {
            if (!wanted.affiliation().equals(".") && !registry.hasAffiliation(wanted.affiliation())) {
                throw Refusal.of(
                        400, Refusal.MODIFYING_IDENTITY, "Affiliation '" + wanted.affiliation() + "' is not supported");
            }
            caller.requireAffiliation(wanted.affiliation());
        }
        if (!wanted.type().isEmpty()) {
            caller.requireType(wanted.type());
        }
        AttributeRules.require(caller.user(), wanted.attributes(), Optional.of(user));
        User changed = changed(user, wanted);
        registry.put(changed);
        return Answer.ok(shown(changed, wanted.secret(), authority));
    }

    /** Moving an identity to the root removes its attribute {@code hf.Affiliation}, in Fabric CA as well. */
    private User changed(User user, Wanted wanted) {
        User result = user;
        List<UserAttribute> attributes = new ArrayList<>(wanted.attributes());
        if (!wanted.secret().isEmpty()) {
            result = result.withPassword(Password.of(wanted.secret(), random));
        }
        if (wanted.maxEnrollments() != 0) {
            result = result.withMaxEnrollments(
                    wanted.maxEnrollments() == ZERO_ENROLLMENTS ? 0 : wanted.maxEnrollments());
        }
        if (!wanted.affiliation().isEmpty()) {
            String affiliation = wanted.affiliation().equals(".") ? "" : wanted.affiliation();
            result = result.withAffiliation(affiliation);
            attributes.add(new UserAttribute(UserAttribute.AFFILIATION, affiliation, true));
        }
        if (!wanted.type().isEmpty()) {
            result = result.withType(wanted.type());
            attributes.add(new UserAttribute(UserAttribute.TYPE, wanted.type(), true));
        }
        return result.withAttributes(attributes);
    }

    static ObjectNode described(User user) {
        ObjectNode result = JsonNodeFactory.instance
                .objectNode()
                .put("id", user.id())
                .put("type", user.type())
                .put("affiliation", user.affiliation());
        ArrayNode attributes = result.putArray("attrs");
        user.attributes().forEach(attribute -> attributes.add(attribute.json()));
        return result.put("max_enrollments", user.maxEnrollments());
    }

    /** What Go leaves away when it is empty is left away here as well. */
    private static ObjectNode shown(User user, String secret, String authority) {
        ObjectNode result = described(user);
        if (user.maxEnrollments() == 0) {
            result.remove("max_enrollments");
        }
        if (!secret.isEmpty()) {
            result.put("secret", secret);
        }
        return result.put("caname", authority);
    }
}
