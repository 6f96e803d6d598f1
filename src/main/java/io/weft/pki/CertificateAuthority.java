package io.weft.pki;

import static java.util.Objects.requireNonNull;

import io.weft.problem.RejectedException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/**
 * A self-signed root and its key, which issues certificates the way cryptogen and Fabric CA do. Safe for use by several
 * threads.
 *
 * <p>Every certificate is valid from five minutes ago, for nodes whose clocks are behind, but never from before its
 * authority (the MSP verifies an identity as of its first second), and never outlives its authority.
 */
public final class CertificateAuthority {
    private static final Duration BACKDATE = Duration.ofMinutes(5);
    private static final int SERIAL_BITS = 127;

    private final Credential credential;
    private final Clock clock;
    private final SecureRandom random;
    private final X500Name subject;
    private final AuthorityKeyIdentifier identifier;

    private CertificateAuthority(Credential credential, Clock clock, SecureRandom random) {
        this.credential = requireNonNull(credential, "credential");
        TBSCertificate contents = credential.certificate().structure().getTBSCertificate();
        this.subject = contents.getSubject();
        this.identifier = new AuthorityKeyIdentifier(
                SubjectKeyIdentifier.fromExtensions(contents.getExtensions()).getKeyIdentifier());
        this.clock = requireNonNull(clock, "clock");
        this.random = requireNonNull(random, "random");
    }

    /**
     * Makes a new root with a new key.
     *
     * @param validity counted from now
     */
    public static CertificateAuthority create(
            DistinguishedName subject, Duration validity, Clock clock, SecureRandom random) {
        SigningKey key = SigningKey.generate(random);
        Instant now = clock.instant();
        X500Name name = subject.toX500();
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign | KeyUsage.cRLSign));
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            extensions.addExtension(
                    Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(key.keyIdentifier()));
        } catch (IOException e) {
            throw new AssertionError("Extensions in memory can be encoded", e);
        }
        Certificate certificate =
                sign(key, name, name, key, now.minus(BACKDATE), now.plus(validity), extensions, random);
        return new CertificateAuthority(new Credential(certificate, key), clock, random);
    }

    /**
     * Takes an existing root.
     *
     * @throws InvalidPemException if the certificate is no authority's or lacks a subject key identifier, both of which
     *     Fabric demands; the message continues {@code The certificate `x` ...}
     */
    public static CertificateAuthority of(Credential credential, Clock clock, SecureRandom random) {
        Certificate certificate = credential.certificate();
        if (!certificate.maySignCertificates()) {
            throw new InvalidPemException("is no authority's: it may not sign certificates.");
        }
        if (certificate.subjectKeyIdentifier().isEmpty()) {
            throw new InvalidPemException("has no subject key identifier, which Fabric demands of an authority.");
        }
        return new CertificateAuthority(credential, clock, random);
    }

    public Certificate certificate() {
        return credential.certificate();
    }

    /** The authority's own key, to put where its Fabric CA finds it. */
    public Credential credential() {
        return credential;
    }

    /** Time and randomness, as this authority was given them. */
    public Clock clock() {
        return clock;
    }

    public SecureRandom random() {
        return random;
    }

    /**
     * Issues a certificate for a new key.
     *
     * @throws RejectedException as {@link #issue(DistinguishedName, Profile, Duration, SigningKey)} does
     */
    public Credential issue(DistinguishedName subject, Profile profile, Duration validity) {
        return issue(subject, profile, validity, SigningKey.generate(random));
    }

    /**
     * Issues a certificate for an existing key: renewal, further host names.
     *
     * @param owner subject of the certificate, without the role, which the profile adds
     * @param validity counted from now; cut where the authority's own validity ends
     * @throws RejectedException if the authority's own certificate is not valid now
     */
    public Credential issue(DistinguishedName owner, Profile profile, Duration validity, SigningKey key) {
        Instant now = clock.instant();
        Certificate own = certificate();
        if (!own.isValidAt(now)) {
            throw new RejectedException("The authority `" + own.commonName() + "` cannot issue a certificate for `"
                    + owner.commonName() + "`: its own is valid from `" + own.notBefore() + "` to `" + own.notAfter()
                    + "`, and it is `" + now.truncatedTo(ChronoUnit.SECONDS) + "`.");
        }
        X500Name name = (profile instanceof Profile.Enrollment enrollment
                        ? owner.withUnit(enrollment.role().organizationalUnit())
                        : owner)
                .toX500();
        Certificate certificate = sign(
                credential.key(),
                subject,
                name,
                key,
                later(now.minus(BACKDATE), own.notBefore()),
                lastsUntil(validity),
                extensions(profile, key),
                random);
        return new Credential(certificate, key);
    }

    /** When a certificate that is issued now would end. */
    public Instant lastsUntil(Duration validity) {
        Instant wanted = clock.instant().plus(validity);
        return wanted.isAfter(certificate().notAfter()) ? certificate().notAfter() : wanted;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private ExtensionsGenerator extensions(Profile profile, SigningKey key) {
        ExtensionsGenerator result = new ExtensionsGenerator();
        try {
            int usage = profile instanceof Profile.TlsServer
                    ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                    : KeyUsage.digitalSignature;
            result.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            if (profile instanceof Profile.TlsServer) {
                result.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                }));
            } else if (profile instanceof Profile.TlsClient) {
                result.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
            }
            result.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            result.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(key.keyIdentifier()));
            result.addExtension(Extension.authorityKeyIdentifier, false, identifier);
            if (profile instanceof Profile.TlsServer server && !server.hosts().isEmpty()) {
                result.addExtension(Extension.subjectAlternativeName, false, alternativeNames(server.hosts()));
            }
            if (profile instanceof Profile.Enrollment enrollment
                    && !enrollment.attributes().isEmpty()) {
                result.addExtension(
                        Certificate.ATTRIBUTES,
                        false,
                        AttributeExtension.json(enrollment.attributes()).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new AssertionError("Extensions in memory can be encoded", e);
        }
        return result;
    }

    static GeneralNames alternativeNames(Collection<String> hosts) {
        Map<String, GeneralName> result = new LinkedHashMap<>();
        for (String host : hosts) {
            AlternativeName name = AlternativeName.of(host);
            result.putIfAbsent(name.value(), name.encode());
        }
        return new GeneralNames(result.values().toArray(GeneralName[]::new));
    }

    private static Certificate sign(
            SigningKey issuerKey,
            X500Name issuer,
            X500Name subject,
            SigningKey key,
            Instant notBefore,
            Instant notAfter,
            ExtensionsGenerator extensions,
            SecureRandom random) {
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(serial(random)));
        generator.setSignature(P256.SIGNATURE_ALGORITHM);
        generator.setIssuer(issuer);
        generator.setSubject(subject);
        generator.setStartDate(Der.time(notBefore));
        generator.setEndDate(Der.time(notAfter));
        generator.setSubjectPublicKeyInfo(key.publicKeyInfo());
        generator.setExtensions(extensions.generate());
        byte[] content = Der.encode(generator.generateTBSCertificate());
        byte[] der = Der.sequence(
                content, Der.encode(P256.SIGNATURE_ALGORITHM), Der.encode(new DERBitString(issuerKey.sign(content))));
        return Certificate.issued(der, key.publicPoint(), notBefore, notAfter);
    }

    private static BigInteger serial(SecureRandom random) {
        BigInteger result;
        do {
            result = new BigInteger(SERIAL_BITS, random);
        } while (result.signum() == 0);
        return result;
    }

    /** Names the certificate only. */
    @Override
    public String toString() {
        return "CertificateAuthority[" + certificate() + "]";
    }
}
