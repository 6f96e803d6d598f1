package io.weft.embedded.config;

import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Certificates that weft itself never makes: below several authorities, with odd extensions, from long ago. */
final class TestCertificates {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X500Name subject;
    private boolean authority;
    private Instant notBefore = Instant.now().minusSeconds(60);
    private Instant notAfter = Instant.now().plusSeconds(600);
    private Optional<KeyPurposeId> purpose = Optional.empty();

    private TestCertificates(String subject) {
        this.subject = new X500Name(subject);
    }

    /**
     * Begins a certificate.
     *
     * @param subject for example {@code OU=client,CN=alice}
     */
    static TestCertificates of(String subject) {
        return new TestCertificates(subject);
    }

    TestCertificates authority() {
        authority = true;
        return this;
    }

    TestCertificates valid(Instant from, Instant until) {
        notBefore = from;
        notAfter = until;
        return this;
    }

    TestCertificates only(KeyPurposeId use) {
        purpose = Optional.of(use);
        return this;
    }

    Credential selfSigned() {
        KeyPair pair = pair();
        return build(subject, pair.getPrivate(), pair, Optional.empty());
    }

    Credential issuedBy(Credential issuer) {
        X509Certificate above = issuer.certificate().x509();
        return build(
                X500Name.getInstance(above.getSubjectX500Principal().getEncoded()),
                issuer.key().privateKey(),
                pair(),
                Optional.of(above));
    }

    private Credential build(X500Name issuer, PrivateKey issuerKey, KeyPair pair, Optional<X509Certificate> above) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(120, RANDOM),
                    Date.from(notBefore),
                    Date.from(notAfter),
                    subject,
                    pair.getPublic());
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
            if (above.isPresent()) {
                builder.addExtension(
                        Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(above.get()));
            }
            if (purpose.isPresent()) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose.get()));
            }
            String key = pem(new PemObject("PRIVATE KEY", pair.getPrivate().getEncoded()));
            return Credential.parse(pem(builder.build(signer(issuerKey))), key, RANDOM);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** PEM of a list of what the issuer has revoked. */
    static String revocationList(Credential issuer, Certificate... revoked) {
        try {
            X509Certificate above = issuer.certificate().x509();
            X509v2CRLBuilder builder = new X509v2CRLBuilder(
                    X500Name.getInstance(above.getSubjectX500Principal().getEncoded()), Date.from(Instant.now()));
            Arrays.stream(revoked)
                    .forEach(each -> builder.addCRLEntry(
                            new BigInteger(each.serialNumber(), 16),
                            Date.from(Instant.now()),
                            CRLReason.keyCompromise));
            // The identifier that the authority's certificate has, however it was computed.
            byte[] own = above.getExtensionValue(Extension.subjectKeyIdentifier.getId());
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new AuthorityKeyIdentifier(ASN1OctetString.getInstance(
                                    ASN1OctetString.getInstance(own).getOctets())
                            .getOctets()));
            return pem(builder.build(signer(issuer.key().privateKey())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ContentSigner signer(PrivateKey key) {
        try {
            return new JcaContentSignerBuilder("SHA256withECDSA").build(key);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(Object value) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString().replace("\r\n", "\n");
    }
}
