package io.weft.identity;

import io.weft.pki.Certificate;
import io.weft.pki.InvalidPemException;
import io.weft.pki.SigningKey;
import io.weft.problem.Location;
import io.weft.problem.Problem;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads single entries of a Secret and notes what is wrong with them. */
final class Entries {
    private Entries() {}

    static Location location(String secret, String entry) {
        return new Location("Secret " + secret, 0, 0, entry);
    }

    static Optional<Certificate> certificate(
            String secret, Map<String, String> contents, String entry, String remedy, List<Problem> problems) {
        String text = contents.get(entry);
        if (text == null) {
            problems.add(Problem.error(location(secret, entry), "The certificate is missing.", remedy));
            return Optional.empty();
        }
        try {
            return Optional.of(Certificate.parse(text));
        } catch (InvalidPemException e) {
            problems.add(Problem.error(location(secret, entry), "The certificate " + e.getMessage(), remedy));
            return Optional.empty();
        }
    }

    static Optional<SigningKey> key(
            String secret,
            Map<String, String> contents,
            String entry,
            SecureRandom random,
            String remedy,
            List<Problem> problems) {
        String text = contents.get(entry);
        if (text == null) {
            problems.add(Problem.error(location(secret, entry), "The private key is missing.", remedy));
            return Optional.empty();
        }
        try {
            return Optional.of(SigningKey.parse(text, random));
        } catch (InvalidPemException e) {
            problems.add(Problem.error(location(secret, entry), "The private key " + e.getMessage(), remedy));
            return Optional.empty();
        }
    }

    static Problem notYetValid(Certificate certificate, Instant now, Location location) {
        Duration early = Duration.between(now, certificate.notBefore());
        return Problem.error(
                location,
                "The certificate is not valid before `" + certificate.notBefore() + "`, and it is `" + now + "` here, "
                        + Math.max(1, early.toMinutes()) + " minutes too early.",
                "Compare the clocks of this machine and of the one that issued the certificate.");
    }
}
