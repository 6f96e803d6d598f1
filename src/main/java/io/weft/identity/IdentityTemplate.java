package io.weft.identity;

import static java.util.Objects.requireNonNull;

import io.weft.model.Organization;
import io.weft.pki.Certificate;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.SigningKey;
import io.weft.problem.Location;
import io.weft.problem.Problem;
import io.weft.problem.RejectedException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one identity Secret must contain: makes it, checks one that exists, and mends what can be mended without another
 * key. Immutable; holds no key itself.
 */
public final class IdentityTemplate {
    /** Name of the registrar of every organization's Fabric CA. */
    public static final String REGISTRAR = "registrar";

    static final String USERNAME = "username";
    static final String PASSWORD = "password";

    /** A certificate is renewed when less than this is left of it, or less than a third of its whole validity. */
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private static final int PASSWORD_BYTES = 24;
    private static final String LOST =
            "Put the entry back from a backup, or delete the Secret and run `weft up`: it then"
                    + " gets a new key. Do that only while no other organization relies on the old one.";

    private static final String UNREADABLE =
            "Remove the entry from the Secret and run `weft up`: the certificate is then issued anew for the same key.";

    private final Organization organization;
    private final String name;
    private final String title;
    private final List<Pair> pairs;
    private final Map<String, Fixed> fixed;
    private final boolean registrar;

    private IdentityTemplate(Builder builder) {
        organization = builder.organization;
        name = builder.name;
        title = builder.title;
        pairs = List.copyOf(builder.pairs);
        fixed = Collections.unmodifiableMap(new LinkedHashMap<>(builder.fixed));
        registrar = builder.registrar;
    }

    private record Pair(String entry, Issuer issuer, DistinguishedName subject, Profile profile, Duration validity) {
        String certificateEntry() {
            return entry + ".crt";
        }

        String keyEntry() {
            return entry + ".key";
        }

        Credential issue(OrganizationAuthorities authorities) {
            return issuer.of(authorities).issue(subject, profile, validity);
        }
    }

    static final class Builder {
        private final Organization organization;
        private final String name;
        private final String title;
        private final List<Pair> pairs = new ArrayList<>();
        private final Map<String, Fixed> fixed = new LinkedHashMap<>();
        private boolean registrar;

        Builder(Organization organization, String name, String title) {
            this.organization = requireNonNull(organization, "organization");
            this.name = requireNonNull(name, "name");
            this.title = requireNonNull(title, "title");
        }

        Builder pair(String entry, Issuer issuer, DistinguishedName subject, Profile profile, Duration validity) {
            pairs.add(new Pair(entry, issuer, subject, profile, validity));
            return this;
        }

        Builder fixed(String entry, Fixed value) {
            fixed.put(entry, value);
            return this;
        }

        Builder registrar() {
            registrar = true;
            return this;
        }

        IdentityTemplate build() {
            return new IdentityTemplate(this);
        }
    }

    /** The organization's name. */
    public String organization() {
        return organization.name();
    }

    /** Namespace of the Secret. */
    public String namespace() {
        return organization.namespace();
    }

    /** Name of the Secret. */
    public String name() {
        return name;
    }

    /** What it is, within a sentence: {@code the identity of node `org1/peer0`}. */
    public String title() {
        return title;
    }

    /** Makes the Secret's contents with new keys. The result holds private keys. */
    public Map<String, String> create(OrganizationAuthorities authorities) {
        Map<String, String> result = new LinkedHashMap<>();
        for (Pair pair : pairs) {
            Credential credential = pair.issue(authorities);
            result.put(pair.certificateEntry(), credential.certificatePem());
            result.put(pair.keyEntry(), credential.keyPem());
        }
        fixed.forEach((entry, value) -> result.put(entry, value.of(authorities)));
        if (registrar) {
            result.put(USERNAME, REGISTRAR);
            result.put(PASSWORD, password(authorities.signing().random()));
        }
        return Collections.unmodifiableMap(result);
    }

    private static String password(SecureRandom random) {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Checks the contents of an existing Secret: keys belong to their certificates, these to the organization's
     * authorities (by key, not only by name) and to this identity, they are valid, of the right role and usage, and
     * carry every host name. Time is the authorities'.
     */
    public IdentityCheck check(Map<String, String> contents, OrganizationAuthorities authorities) {
        List<Problem> problems = new ArrayList<>();
        Map<String, String> repairs = new LinkedHashMap<>();
        for (Pair pair : pairs) {
            check(pair, contents, pair.issuer().of(authorities), problems, repairs);
        }
        fixed.forEach((entry, value) -> {
            String found = contents.get(entry);
            if (found == null) {
                repairs.put(entry, "The entry `" + entry + "` is missing.");
            } else if (!found.equals(value.of(authorities))) {
                repairs.put(entry, "The entry `" + entry + "` differs from what the organization's authorities say.");
            }
        });
        if (registrar) {
            for (String entry : List.of(USERNAME, PASSWORD)) {
                if (contents.getOrDefault(entry, "").isBlank()) {
                    problems.add(Problem.error(location(entry), "The registrar's " + entry + " is missing.", LOST));
                }
            }
        }
        return new IdentityCheck(problems, repairs);
    }

    private void check(
            Pair pair,
            Map<String, String> contents,
            CertificateAuthority authority,
            List<Problem> problems,
            Map<String, String> repairs) {
        Optional<SigningKey> key = Entries.key(secret(), contents, pair.keyEntry(), authority.random(), LOST, problems);
        if (key.isPresent() && !contents.containsKey(pair.certificateEntry())) {
            repairs.put(pair.certificateEntry(), "The certificate is missing, and its key is there.");
            return;
        }
        Optional<Certificate> found =
                Entries.certificate(secret(), contents, pair.certificateEntry(), UNREADABLE, problems);
        if (key.isEmpty() || found.isEmpty()) {
            return;
        }
        Certificate certificate = found.get();
        Location location = location(pair.certificateEntry());
        if (!key.get().matches(certificate)) {
            problems.add(Problem.error(
                    location,
                    "The certificate is for another key than `" + pair.keyEntry() + "`, which has the identifier `"
                            + key.get().subjectKeyIdentifier() + "`.",
                    LOST));
            return;
        }
        Optional<Problem> stranger = stranger(pair, certificate, authority.certificate(), location);
        if (stranger.isPresent()) {
            problems.add(stranger.get());
            return;
        }
        Instant now = authority.clock().instant();
        if (now.isBefore(certificate.notBefore())) {
            problems.add(Entries.notYetValid(certificate, now, location));
            return;
        }
        reasonToReissue(pair, certificate, authority, now)
                .ifPresent(reason -> repairs.put(pair.certificateEntry(), reason));
    }

    /** Says so if the certificate is someone else's or from somewhere else. */
    private Optional<Problem> stranger(Pair pair, Certificate certificate, Certificate authority, Location location) {
        if (!certificate.isSignedBy(authority)) {
            String cause = certificate.namesAsIssuer(authority)
                    ? "The certificate's issuer has the same name as the "
                            + pair.issuer().title() + " of `" + organization.name() + "`, `" + authority.subject()
                            + "`, but a different key."
                    : "The certificate's issuer is `" + certificate.issuer() + "`, which is not the "
                            + pair.issuer().title() + " of `" + organization.name() + "`, `" + authority.subject()
                            + "`.";
            return Optional.of(Problem.error(
                    location,
                    cause,
                    "Find out which network the Secret belongs to; if it is a leftover, delete it and run `weft up`."));
        }
        if (!certificate.commonName().equals(pair.subject().commonName())) {
            return Optional.of(Problem.error(
                    location,
                    "The certificate is that of `" + certificate.commonName() + "`; `"
                            + pair.subject().commonName() + "` was expected.",
                    "Put this Secret's own contents back; they were exchanged with another identity's."));
        }
        return Optional.empty();
    }

    private static Optional<String> reasonToReissue(
            Pair pair, Certificate certificate, CertificateAuthority authority, Instant now) {
        Optional<String> wrong = wrongContents(pair.profile(), certificate);
        if (wrong.isPresent()) {
            return wrong;
        }
        if (now.isAfter(certificate.notAfter())) {
            return Optional.of("The certificate ended at `" + certificate.notAfter() + "`.");
        }
        Duration whole = Duration.between(certificate.notBefore(), certificate.notAfter());
        Duration third = whole.dividedBy(3);
        Duration margin = third.compareTo(RENEW_BEFORE) < 0 ? third : RENEW_BEFORE;
        boolean due = now.plus(margin).isAfter(certificate.notAfter());
        // Next to the authority's own end a new certificate would last no longer.
        boolean gains = authority
                .lastsUntil(pair.validity())
                .isAfter(certificate.notAfter().plus(margin));
        return due && gains
                ? Optional.of("The certificate ends at `" + certificate.notAfter() + "`.")
                : Optional.empty();
    }

    private static Optional<String> wrongContents(Profile profile, Certificate certificate) {
        if (!certificate.hasLowSignature()) {
            return Optional.of("The certificate's signature has a high S, which Fabric rewrites.");
        }
        if (profile instanceof Profile.Enrollment enrollment) {
            if (!certificate.roles().equals(List.of(enrollment.role()))) {
                return Optional.of("The certificate has the organizational units `" + certificate.organizationalUnits()
                        + "`; exactly one Node OU, `" + enrollment.role().organizationalUnit() + "`, was expected.");
            }
            if (certificate.hasExtendedKeyUsage()) {
                return Optional.of("The certificate has an extended key usage, which an MSP may reject.");
            }
            if (!certificate.hasAttributes(enrollment)) {
                return Optional.of("The certificate's attributes differ from those of the spec.");
            }
        } else if (profile instanceof Profile.TlsServer server) {
            List<String> missing = certificate.missingHosts(server.hosts());
            if (!missing.isEmpty()) {
                return Optional.of("The certificate lacks the names `" + String.join("`, `", missing) + "`.");
            }
            if (!certificate.allowsServer() || !certificate.allowsClient()) {
                return Optional.of("The certificate's extended key usage lacks serverAuth or clientAuth.");
            }
        } else if (!certificate.allowsClient()) {
            return Optional.of("The certificate's extended key usage lacks clientAuth.");
        }
        return Optional.empty();
    }

    /**
     * Mends an existing Secret: every entry that {@link #check} found repairable is made anew, certificates for the
     * key they were for. All other entries, and every key, stay as they are.
     *
     * @return the complete contents; equal to those given when nothing was to be mended
     * @throws RejectedException if the check found an error
     */
    public Map<String, String> repair(Map<String, String> contents, OrganizationAuthorities authorities) {
        IdentityCheck check = check(contents, authorities);
        if (!check.isUsable()) {
            throw new RejectedException(String.join(
                    "\n", check.problems().stream().map(Problem::toString).toList()));
        }
        Set<String> wanted = check.repairs().keySet();
        Map<String, String> result = new LinkedHashMap<>(contents);
        for (Pair pair : pairs) {
            if (wanted.contains(pair.certificateEntry())) {
                CertificateAuthority authority = pair.issuer().of(authorities);
                SigningKey key = SigningKey.parse(contents.get(pair.keyEntry()), authority.random());
                result.put(
                        pair.certificateEntry(),
                        authority
                                .issue(pair.subject(), pair.profile(), pair.validity(), key)
                                .certificatePem());
            }
        }
        fixed.forEach((entry, value) -> {
            if (wanted.contains(entry)) {
                result.put(entry, value.of(authorities));
            }
        });
        return Collections.unmodifiableMap(result);
    }

    private String secret() {
        return namespace() + "/" + name;
    }

    private Location location(String entry) {
        return Entries.location(secret(), entry);
    }

    @Override
    public String toString() {
        return "IdentityTemplate[" + secret() + "]";
    }
}
