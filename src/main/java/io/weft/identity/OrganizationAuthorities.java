package io.weft.identity;

import static java.util.Objects.requireNonNull;

import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.Organization;
import io.weft.msp.OrganizationMsp;
import io.weft.pki.Certificate;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.InvalidPemException;
import io.weft.pki.SigningKey;
import io.weft.problem.Location;
import io.weft.problem.Problem;
import io.weft.problem.RejectedException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The three roots of an organization. The text form names no key.
 *
 * @param signing certifies the organization's identities; its Fabric CA runs with this key
 * @param tls certifies the TLS servers of its nodes
 * @param admin certifies who may use the admin listener of its ordering nodes
 */
public record OrganizationAuthorities(
        CertificateAuthority signing, CertificateAuthority tls, CertificateAuthority admin) {
    /** Entries of the Secret {@link Names#caKeysSecret}. */
    public static final String SIGNING_CERTIFICATE = "ca.crt";

    public static final String SIGNING_KEY = "ca.key";
    public static final String TLS_CERTIFICATE = "tlsca.crt";
    public static final String TLS_KEY = "tlsca.key";
    public static final String ADMIN_CERTIFICATE = "adminca.crt";
    public static final String ADMIN_KEY = "adminca.key";

    private static final Duration TOO_LATE = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofDays(90);

    public OrganizationAuthorities {
        requireNonNull(signing, "signing");
        requireNonNull(tls, "tls");
        requireNonNull(admin, "admin");
    }

    /** Makes new roots with new keys. */
    public static OrganizationAuthorities create(
            Network network, String organization, Clock clock, SecureRandom random) {
        Organization owner = network.organization(organization);
        String name = new Names(network).ca(organization);
        Duration validity = network.validity().ca();
        return new OrganizationAuthorities(
                CertificateAuthority.create(DistinguishedName.of(owner.subject(), name), validity, clock, random),
                CertificateAuthority.create(
                        DistinguishedName.of(owner.subject(), name + "-tls"), validity, clock, random),
                CertificateAuthority.create(
                        DistinguishedName.of(owner.subject(), name + "-admin"), validity, clock, random));
    }

    /**
     * Reads the Secret's contents.
     *
     * @param secret what to call the Secret in messages, for example {@code trade/org1-ca-keys}
     * @throws RejectedException naming every problem, if there is one that makes the roots unusable
     */
    public static OrganizationAuthorities parse(
            String secret, Map<String, String> contents, Clock clock, SecureRandom random) {
        List<Problem> problems = new ArrayList<>();
        Optional<CertificateAuthority> signing =
                read(secret, contents, SIGNING_CERTIFICATE, SIGNING_KEY, clock, random, problems);
        Optional<CertificateAuthority> tls = read(secret, contents, TLS_CERTIFICATE, TLS_KEY, clock, random, problems);
        Optional<CertificateAuthority> admin =
                read(secret, contents, ADMIN_CERTIFICATE, ADMIN_KEY, clock, random, problems);
        List<Problem> errors = problems.stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            throw new RejectedException(
                    String.join("\n", errors.stream().map(Problem::toString).toList()));
        }
        return new OrganizationAuthorities(signing.orElseThrow(), tls.orElseThrow(), admin.orElseThrow());
    }

    /**
     * What is wrong with the Secret's contents, and what will soon be.
     *
     * @param secret what to call the Secret in messages
     * @return errors make the roots unusable; warnings say which root ends within 90 days
     */
    public static List<Problem> check(String secret, Map<String, String> contents, Clock clock) {
        List<Problem> problems = new ArrayList<>();
        SecureRandom random = new SecureRandom();
        read(secret, contents, SIGNING_CERTIFICATE, SIGNING_KEY, clock, random, problems);
        read(secret, contents, TLS_CERTIFICATE, TLS_KEY, clock, random, problems);
        read(secret, contents, ADMIN_CERTIFICATE, ADMIN_KEY, clock, random, problems);
        return List.copyOf(problems);
    }

    private static Optional<CertificateAuthority> read(
            String secret,
            Map<String, String> contents,
            String certificateEntry,
            String keyEntry,
            Clock clock,
            SecureRandom random,
            List<Problem> problems) {
        String remedy = "Put the organization's original keys back from a backup of this Secret, or remove the network"
                + " with `weft down` and make a new one.";
        Optional<Certificate> certificate = Entries.certificate(secret, contents, certificateEntry, remedy, problems);
        Optional<SigningKey> key = Entries.key(secret, contents, keyEntry, random, remedy, problems);
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        Location location = Entries.location(secret, certificateEntry);
        try {
            CertificateAuthority authority =
                    CertificateAuthority.of(new Credential(certificate.get(), key.get()), clock, random);
            checkValidity(authority.certificate(), clock.instant(), location, problems);
            return Optional.of(authority);
        } catch (InvalidPemException e) {
            problems.add(Problem.error(location, "The certificate " + e.getMessage(), remedy));
            return Optional.empty();
        }
    }

    private static void checkValidity(Certificate certificate, Instant now, Location location, List<Problem> problems) {
        if (now.isBefore(certificate.notBefore())) {
            problems.add(Entries.notYetValid(certificate, now, location));
        } else if (now.plus(TOO_LATE).isAfter(certificate.notAfter())) {
            problems.add(Problem.error(
                    location,
                    "The authority's certificate " + (now.isAfter(certificate.notAfter()) ? "ended" : "ends") + " at `"
                            + certificate.notAfter() + "`, and it is `" + now + "`.",
                    "Make a new network; the certificates of this one cannot be renewed without its authority."));
        } else if (now.plus(SOON).isAfter(certificate.notAfter())) {
            problems.add(Problem.warning(
                    location,
                    "The authority's certificate ends at `" + certificate.notAfter()
                            + "`, and every certificate it issued ends with it.",
                    "Plan a new network before then."));
        }
    }

    /** The Secret's contents. Holds private keys. */
    public Map<String, String> contents() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put(SIGNING_CERTIFICATE, signing.credential().certificatePem());
        result.put(SIGNING_KEY, signing.credential().keyPem());
        result.put(TLS_CERTIFICATE, tls.credential().certificatePem());
        result.put(TLS_KEY, tls.credential().keyPem());
        result.put(ADMIN_CERTIFICATE, admin.credential().certificatePem());
        result.put(ADMIN_KEY, admin.credential().keyPem());
        return Collections.unmodifiableMap(result);
    }

    /** The organization as others see it. */
    public OrganizationMsp msp(Organization organization) {
        return new OrganizationMsp(organization.mspId(), signing.certificate(), tls.certificate());
    }
}
