package io.weft.embedded.ca;

import io.weft.pki.Certificate;
import io.weft.pki.FabricSignature;
import io.weft.pki.InvalidPemException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** Finds out who calls: by password, or by a token signed with the key of a certificate issued here. */
final class Authentication {
    private static final int ALLOWED_ATTEMPTS = 10;
    private static final String BASIC = "basic ";

    private final Registry registry;
    private final Certificate authority;
    private final Clock clock;

    Authentication(Registry registry, Certificate authority, Clock clock) {
        this.registry = registry;
        this.authority = authority;
        this.clock = clock;
    }

    static String requireHeader(Call call) {
        return call.authorization()
                .orElseThrow(() -> Refusal.of(401, Refusal.NO_AUTHORIZATION_HEADER, "No authorization header"));
    }

    static String[] requireUserAndPassword(String header) {
        if (header.toLowerCase(Locale.ROOT).startsWith(BASIC)) {
            Optional<String> pair = decoded(header.substring(BASIC.length()));
            int colon = pair.map(text -> text.indexOf(':')).orElse(-1);
            if (colon >= 0) {
                return new String[] {pair.get().substring(0, colon), pair.get().substring(colon + 1)};
            }
        }
        throw Refusal.authentication(Refusal.NO_USER_AND_PASSWORD, "No user/pass in authorization header");
    }

    private static Optional<String> decoded(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Counts wrong passwords; the right one starts the count again. */
    Caller byPassword(String id, String secret) {
        User user = registry.user(id)
                .orElseThrow(() -> Refusal.authentication(
                        Refusal.INVALID_USER, "Failed to get user: User '" + id + "' is not registered"));
        if (user.failedLogins() == ALLOWED_ATTEMPTS) {
            throw Refusal.of(
                    401,
                    Refusal.PASSWORD_ATTEMPTS,
                    "Incorrect password entered " + ALLOWED_ATTEMPTS + " times, max incorrect password limit of "
                            + ALLOWED_ATTEMPTS + " reached");
        }
        if (!user.password().matches(secret)) {
            registry.put(user.withFailedLogins(user.failedLogins() + 1));
            throw loginFailure("Password mismatch");
        }
        if (user.maxEnrollments() == 0) {
            throw loginFailure("Zero is an invalid value for maximum enrollments on identity '" + id + "'");
        }
        if (user.isRevoked()) {
            throw loginFailure("User " + id + " is revoked; access denied");
        }
        if (user.maxEnrollments() != User.UNLIMITED && user.state() >= user.maxEnrollments()) {
            throw loginFailure("The identity " + id + " has already enrolled " + user.maxEnrollments()
                    + " times, it has reached its maximum enrollment allowance");
        }
        User known = user.withFailedLogins(0);
        if (user.failedLogins() != 0) {
            registry.put(known);
        }
        return new Caller(known, Optional.empty());
    }

    private static Refusal loginFailure(String reason) {
        return Refusal.authentication(Refusal.INVALID_PASSWORD, "Login failure: " + reason);
    }

    Caller byToken(String token, Call call) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 2) {
            throw invalidToken("Invalid token format; expecting 2 parts separated by '.'");
        }
        Certificate certificate = certificate(parts[0]);
        requireSignature(certificate, parts[0], parts[1], call);
        if (!certificate.namesAsIssuer(authority)
                || !certificate.isSignedBy(authority)
                || !certificate.isValidAt(clock.instant())) {
            throw Refusal.authentication(
                    Refusal.UNTRUSTED_CERTIFICATE, "Untrusted certificate: Failed to verify " + certificate);
        }
        IssuedCertificate issued = registry.certificate(
                        certificate.serialNumber(), IssuedCertificate.authority(certificate))
                .orElseThrow(() ->
                        Refusal.authentication(Refusal.CERTIFICATE_NOT_FOUND, "Certificate not found: " + certificate));
        if (issued.isRevoked()) {
            throw Refusal.authentication(
                    Refusal.CERTIFICATE_REVOKED,
                    "The certificate in the authorization header is a revoked certificate");
        }
        User user = registry.user(certificate.commonName())
                .orElseThrow(() -> Refusal.authentication(Refusal.GETTING_USER, "Failed to get user"));
        return new Caller(user, Optional.of(certificate));
    }

    private static Refusal invalidToken(String reason) {
        return Refusal.authentication(Refusal.INVALID_TOKEN, "Invalid token in authorization header: " + reason);
    }

    private static Certificate certificate(String base64) {
        try {
            return Certificate.parse(
                    decoded(base64).orElseThrow(() -> invalidToken("Failed to decode base64 encoded x509 cert")));
        } catch (InvalidPemException e) {
            throw invalidToken("Error in parsing x509 certificate given block bytes: it " + e.getMessage());
        }
    }

    private static void requireSignature(Certificate certificate, String encoded, String signature, Call call) {
        Base64.Encoder base64 = Base64.getEncoder();
        String signed = call.method() + "."
                + base64.encodeToString(call.target().getBytes(StandardCharsets.UTF_8)) + "."
                + base64.encodeToString(call.bytes()) + "." + encoded;
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(signature);
        } catch (IllegalArgumentException e) {
            throw invalidToken("Invalid base64 encoded signature in token");
        }
        if (!FabricSignature.isValid(certificate, signed.getBytes(StandardCharsets.UTF_8), bytes)) {
            throw invalidToken("Token signature validation failed");
        }
    }
}
