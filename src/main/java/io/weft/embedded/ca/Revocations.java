package io.weft.embedded.ca;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.pki.Credential;
import io.weft.pki.RevocationList;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Revokes certificates, lists them, and makes revocation lists ({@code lib/server{revoke,gencrl,certificates}.go}). */
final class Revocations {
    private static final Duration LIST_IS_GOOD = Duration.ofHours(24);
    private static final Map<String, Integer> REASONS = Map.of(
            "unspecified", 0,
            "keycompromise", 1,
            "cacompromise", 2,
            "affiliationchanged", 3,
            "superseded", 4,
            "cessationofoperation", 5,
            "certificatehold", 6,
            "removefromcrl", 8,
            "privilegewithdrawn", 9,
            "aacompromise", 10);

    /** What to revoke; empty where the body says nothing. */
    record Wanted(String id, String serial, String authority, int reason, boolean withList) {
        static Wanted read(Fields body) {
            return new Wanted(
                    body.text("id"),
                    normal(body.text("serial")),
                    normal(body.text("aki")),
                    REASONS.getOrDefault(body.text("reason"), 0),
                    body.flag("gencrl"));
        }

        private static String normal(String hex) {
            return IssuedCertificate.withoutZeros(hex.toLowerCase(Locale.ROOT)).replace(":", "");
        }
    }

    /** Which revoked certificates a list holds. */
    record Window(
            Optional<Instant> revokedAfter,
            Optional<Instant> revokedBefore,
            Optional<Instant> expireAfter,
            Optional<Instant> expireBefore) {
        static final Window ALL = new Window(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        static Window read(Fields body) {
            return new Window(
                    body.time("revokedafter"),
                    body.time("revokedbefore"),
                    body.time("expireafter"),
                    body.time("expirebefore"));
        }

        void require() {
            if (isTurned(revokedAfter, revokedBefore)) {
                throw Refusal.of(
                        400,
                        Refusal.INVALID_REVOKED_AFTER,
                        "Invalid 'revokedafter' value. It must not be a timestamp greater than 'revokedbefore'");
            }
            if (isTurned(expireAfter, expireBefore)) {
                throw Refusal.of(
                        400,
                        Refusal.INVALID_EXPIRED_AFTER,
                        "Invalid 'expireafter' value. It must not be a timestamp greater than 'expirebefore'");
            }
        }

        private static boolean isTurned(Optional<Instant> after, Optional<Instant> before) {
            return after.isPresent() && before.isPresent() && after.get().isAfter(before.get());
        }

        boolean holds(IssuedCertificate certificate) {
            return certificate
                            .revokedAt()
                            .filter(at -> isBetween(revokedAfter, at, revokedBefore))
                            .isPresent()
                    && isBetween(expireAfter, certificate.notAfter(), expireBefore);
        }

        private static boolean isBetween(Optional<Instant> after, Instant time, Optional<Instant> before) {
            return after.map(time::isAfter).orElse(true)
                    && before.map(time::isBefore).orElse(true);
        }
    }

    private final Credential signing;
    private final Registry registry;
    private final Clock clock;

    Revocations(Credential signing, Registry registry, Clock clock) {
        this.signing = signing;
        this.registry = registry;
        this.clock = clock;
    }

    ObjectNode revoke(Caller caller, Wanted wanted) {
        List<IssuedCertificate> revoked;
        if (!wanted.serial().isEmpty() && !wanted.authority().isEmpty()) {
            revoked = List.of(revokeOne(caller, wanted));
        } else if (!wanted.id().isEmpty()) {
            revoked = revokeAll(caller, wanted);
        } else {
            throw Refusal.of(
                    400,
                    Refusal.MISSING_REVOKE_ARGUMENTS,
                    "Either Name or Serial and AKI are required for a revoke request");
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        if (revoked.isEmpty()) {
            result.putNull("RevokedCerts");
        } else {
            ArrayNode shown = result.putArray("RevokedCerts");
            revoked.forEach(one -> shown.addObject().put("Serial", one.serial()).put("AKI", one.authority()));
        }
        return result.put("CRL", wanted.withList() && !revoked.isEmpty() ? Api.base64(list(Window.ALL)) : "");
    }

    private IssuedCertificate revokeOne(Caller caller, Wanted wanted) {
        String which = "Certificate with serial " + wanted.serial() + " and AKI " + wanted.authority();
        IssuedCertificate certificate = registry.certificate(wanted.serial(), wanted.authority())
                .orElseThrow(() -> Refusal.of(
                        404,
                        Refusal.CERTIFICATE_TO_REVOKE_NOT_FOUND,
                        which + " was not found: Failed to get Certificate: sql: no rows in result set"));
        requireRevoker(caller, certificate.owner());
        if (certificate.isRevoked()) {
            throw Refusal.of(404, Refusal.ALREADY_REVOKED, which + " was already revoked");
        }
        if (!wanted.id().isEmpty() && !wanted.id().equals(certificate.owner())) {
            throw Refusal.of(400, Refusal.CERTIFICATE_OF_OTHER_OWNER, which + " is not owned by " + wanted.id());
        }
        User owner = owner(certificate.owner());
        if (!caller.calledWith(wanted.serial(), wanted.authority())) {
            caller.requireRightOver(owner);
        }
        IssuedCertificate revoked = certificate.revoked(now(), wanted.reason());
        registry.put(revoked);
        return revoked;
    }

    private List<IssuedCertificate> revokeAll(Caller caller, Wanted wanted) {
        requireRevoker(caller, wanted.id());
        User owner = owner(wanted.id());
        if (!caller.id().equals(owner.id())) {
            caller.requireRightOver(owner);
        }
        registry.put(owner.withState(User.REVOKED));
        Instant now = now();
        List<IssuedCertificate> revoked = registry.certificates().stream()
                .filter(certificate -> certificate.owner().equals(owner.id()) && !certificate.isRevoked())
                .map(certificate -> certificate.revoked(now, wanted.reason()))
                .toList();
        revoked.forEach(registry::put);
        return revoked;
    }

    private static void requireRevoker(Caller caller, String owner) {
        if (!caller.id().equals(owner) && !caller.is(UserAttribute.REVOKER)) {
            throw Refusal.authorization(Refusal.NOT_REVOKER, "Caller does not have authority to revoke");
        }
    }

    private User owner(String id) {
        return registry.user(id)
                .orElseThrow(() -> Refusal.of(
                        404,
                        Refusal.IDENTITY_TO_REVOKE_NOT_FOUND,
                        "Identity " + id + " was not found: Failed to get User: sql: no rows in result set"));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    ObjectNode list(Caller caller, Window window) {
        if (!caller.is(UserAttribute.REVOCATION_LIST)) {
            throw Refusal.authorization(
                    Refusal.NO_LIST_AUTHORITY,
                    "The identity '" + caller.id() + "' does not have authority to generate a CRL");
        }
        return JsonNodeFactory.instance.objectNode().put("CRL", Api.base64(list(window)));
    }

    private String list(Window window) {
        window.require();
        if (!RevocationList.maySign(signing.certificate())) {
            throw Refusal.of(
                    500,
                    Refusal.NO_CRL_SIGN,
                    "The CA does not have authority to generate a CRL. Its certificate does not have 'crl sign' key"
                            + " usage");
        }
        List<RevocationList.Entry> entries = registry.certificates().stream()
                .filter(window::holds)
                .map(one ->
                        new RevocationList.Entry(one.serial(), one.revokedAt().orElseThrow()))
                .toList();
        Instant now = clock.instant();
        return RevocationList.create(signing, entries, now, now.plus(LIST_IS_GOOD));
    }

    Answer certificates(Caller caller, Call call) {
        if (caller.user().attribute(UserAttribute.ROLES).isEmpty() && !caller.is(UserAttribute.REVOKER)) {
            throw Refusal.authorization(
                    Refusal.AUTHORIZATION_FAILURE,
                    "Caller does not posses either hf.Registrar.Roles or hf.Revoker attribute");
        }
        if (call.method().equals("DELETE")) {
            throw Refusal.plain("DELETE Not Implemented");
        }
        Predicate<IssuedCertificate> filter;
        try {
            filter = filter(call);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(400, Refusal.GETTING_CERTIFICATE, "Invalid Request: " + e.getMessage());
        }
        String affiliation = caller.user().affiliation();
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ArrayNode shown = result.putArray("certs");
        registry.certificates().stream()
                .filter(filter)
                .filter(one -> affiliation.isEmpty()
                        || registry.user(one.owner())
                                .filter(user -> user.isWithin(affiliation))
                                .isPresent())
                .forEach(one -> shown.addObject().put("PEM", one.pem()));
        return Answer.ok(result.put("caname", call.parameter("ca")));
    }

    private Predicate<IssuedCertificate> filter(Call call) {
        Optional<Instant> revokedStart = time(call, "revoked_start", "revoked_begin");
        Optional<Instant> revokedEnd = time(call, "revoked_end", "revoked_end");
        Optional<Instant> expiredStart = time(call, "expired_start", "expired_begin");
        Optional<Instant> expiredEnd = time(call, "expired_end", "expired_end");
        boolean notRevoked = flag(call, "notrevoked");
        boolean notExpired = flag(call, "notexpired");
        if (notExpired && (expiredStart.isPresent() || expiredEnd.isPresent())) {
            throw new IllegalArgumentException("Can't specify expiration time filter and the 'notexpired' filter");
        }
        if (notRevoked && (revokedStart.isPresent() || revokedEnd.isPresent())) {
            throw new IllegalArgumentException("Can't specify revocation time filter and the 'notrevoked' filter");
        }
        Optional<Instant> earliestEnd = notExpired ? Optional.of(clock.instant()) : expiredStart;
        boolean isRevocationAsked = revokedStart.isPresent() || revokedEnd.isPresent();
        return one -> matches(call.parameter("id"), one.owner())
                && matches(hex(call.parameter("serial")), one.serial())
                && matches(hex(call.parameter("aki")), one.authority())
                && isWithin(earliestEnd, one.notAfter(), expiredEnd)
                && (!notRevoked || !one.isRevoked())
                && (!isRevocationAsked
                        || one.revokedAt()
                                .filter(at -> isWithin(revokedStart, at, revokedEnd))
                                .isPresent());
    }

    private Optional<Instant> time(Call call, String parameter, String called) {
        String text = call.parameter(parameter);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Times.filter(text, clock.instant()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Invalid '" + called + "' value: " + e.getMessage(), e);
        }
    }

    private static boolean flag(Call call, String parameter) {
        return call.flag(parameter, IllegalArgumentException::new);
    }

    private static String hex(String text) {
        return IssuedCertificate.withoutZeros(text.toLowerCase(Locale.ROOT));
    }

    private static boolean matches(String wanted, String actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }

    private static boolean isWithin(Optional<Instant> start, Instant time, Optional<Instant> end) {
        return start.map(first -> !time.isBefore(first)).orElse(true)
                && end.map(last -> !time.isAfter(last)).orElse(true);
    }
}
