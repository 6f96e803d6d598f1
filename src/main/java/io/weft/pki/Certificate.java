package io.weft.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

/**
 * An X.509 certificate for a P-256 key. Immutable. Its PEM text is always the same for the same certificate (64
 * columns, LF), because Fabric takes the text's bytes, not the certificate's, for an identity.
 */
public final class Certificate {
    /** Where Fabric CA puts the attributes of an identity: raw JSON {@code {"attrs":{"name":"value"}}}. */
    static final ASN1ObjectIdentifier ATTRIBUTES = new ASN1ObjectIdentifier("1.2.3.4.5.6.7.8.1");

    private static final BigInteger INT_MAX = BigInteger.valueOf(Integer.MAX_VALUE);

    private final byte[] der;
    private final byte[] publicPoint;
    private final Instant notBefore;
    private final Instant notAfter;
    /** Parsed when it is first asked for; two threads may do so both, with equal results. */
    private volatile org.bouncycastle.asn1.x509.Certificate structure;

    private Certificate(
            byte[] der,
            byte[] publicPoint,
            Instant notBefore,
            Instant notAfter,
            org.bouncycastle.asn1.x509.Certificate structure) {
        this.der = der;
        this.publicPoint = publicPoint;
        this.notBefore = notBefore;
        this.notAfter = notAfter;
        this.structure = structure;
    }

    /** A certificate just made of these parts; spares the parse. */
    static Certificate issued(byte[] der, byte[] publicPoint, Instant notBefore, Instant notAfter) {
        return new Certificate(
                der,
                publicPoint,
                notBefore.truncatedTo(ChronoUnit.SECONDS),
                notAfter.truncatedTo(ChronoUnit.SECONDS),
                null);
    }

    /**
     * Reads a certificate.
     *
     * @param pem exactly one {@code CERTIFICATE} block and nothing beside it
     * @throws InvalidPemException if the text is anything else, or the certificate's key is not on P-256; the message
     *     continues {@code The certificate `x` ...}
     */
    public static Certificate parse(String pem) {
        List<Certificate> all = parseAll(pem);
        if (all.size() != 1) {
            throw new InvalidPemException("holds " + all.size() + " certificates; exactly one was expected.");
        }
        return all.get(0);
    }

    /**
     * Reads a chain or bundle, in the order of the text.
     *
     * @param pem one or more {@code CERTIFICATE} blocks and nothing beside them
     * @throws InvalidPemException as {@link #parse} does
     */
    public static List<Certificate> parseAll(String pem) {
        List<Certificate> result = new ArrayList<>();
        for (Pem.Block block : Pem.decode(pem)) {
            if (!block.label().equals("CERTIFICATE")) {
                throw new InvalidPemException("holds a `" + block.label() + "`; a certificate was expected.");
            }
            result.add(ofDer(block.contents()));
        }
        return List.copyOf(result);
    }

    private static Certificate ofDer(byte[] der) {
        try {
            org.bouncycastle.asn1.x509.Certificate structure =
                    org.bouncycastle.asn1.x509.Certificate.getInstance(ASN1Primitive.fromByteArray(der));
            // Signatures cover the bytes as they are, so there must be no other bytes for the same contents.
            if (!Arrays.equals(der, Der.encode(structure))) {
                throw new InvalidPemException("is damaged: it is not encoded as DER.");
            }
            return new Certificate(
                    der,
                    P256.point(structure.getSubjectPublicKeyInfo()).getEncoded(false),
                    Der.instant(structure.getStartDate()),
                    Der.instant(structure.getEndDate()),
                    structure);
        } catch (InvalidPemException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new InvalidPemException("is damaged: its contents are no certificate.", e);
        }
    }

    /** The text that goes into files and Secrets. */
    public String pem() {
        return Pem.encode("CERTIFICATE", der);
    }

    /** The certificate's bytes: what TLS sends and what a TLS certificate's hash is taken over. */
    public byte[] der() {
        return der.clone();
    }

    /** The certificate as the JDK's TLS and other libraries take it. */
    public X509Certificate x509() {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new AssertionError("The JDK reads every certificate that was parsed before", e);
        }
    }

    public Instant notBefore() {
        return notBefore;
    }

    public Instant notAfter() {
        return notAfter;
    }

    /** Whether the moment is neither before nor after the certificate's validity. */
    public boolean isValidAt(Instant moment) {
        return !moment.isBefore(notBefore()) && !moment.isAfter(notAfter());
    }

    /** The first common name of the subject; empty if it has none. */
    public String commonName() {
        return subjectFields(BCStyle.CN).stream().findFirst().orElse("");
    }

    /** The organizational units of the subject, Node OU and affiliations alike, in order. */
    public List<String> organizationalUnits() {
        return subjectFields(BCStyle.OU);
    }

    /** The Node OUs among the organizational units; an identity that Fabric accepts has exactly one. */
    public List<Role> roles() {
        return organizationalUnits().stream()
                .flatMap(unit -> Role.of(unit).stream())
                .toList();
    }

    private List<String> subjectFields(ASN1ObjectIdentifier type) {
        List<String> result = new ArrayList<>();
        for (RDN rdn : structure().getSubject().getRDNs()) {
            for (AttributeTypeAndValue field : rdn.getTypesAndValues()) {
                if (field.getType().equals(type)) {
                    result.add(IETFUtils.valueToString(field.getValue()));
                }
            }
        }
        return List.copyOf(result);
    }

    /** The subject, for people: {@code C=US,O=org1,CN=org1-ca}. */
    public String subject() {
        return structure().getSubject().toString();
    }

    /** The issuer, for people. */
    public String issuer() {
        return structure().getIssuer().toString();
    }

    /** Serial number in lower-case hexadecimal digits without leading zeros, as Fabric CA writes it. */
    public String serialNumber() {
        return serial().toString(16);
    }

    BigInteger serial() {
        return structure().getSerialNumber().getValue();
    }

    /** Whether the certificate may sign certificates (basic constraints). */
    public boolean isAuthority() {
        return extension(Extension.basicConstraints)
                .map(value -> BasicConstraints.getInstance(value).isCA())
                .orElse(false);
    }

    /** Whether the certificate is an authority's and its key usage, if given, allows to sign certificates. */
    public boolean maySignCertificates() {
        return isAuthority()
                && extension(Extension.keyUsage)
                        .map(value -> KeyUsage.getInstance(value).hasUsages(KeyUsage.keyCertSign))
                        .orElse(true);
    }

    /** Subject key identifier in lower-case hexadecimal digits. */
    public Optional<String> subjectKeyIdentifier() {
        return extension(Extension.subjectKeyIdentifier)
                .map(value -> SubjectKeyIdentifier.getInstance(value).getKeyIdentifier())
                .map(HexFormat.of()::formatHex);
    }

    /** The issuer's key identifier in lower-case hexadecimal digits. */
    public Optional<String> authorityKeyIdentifier() {
        return extension(Extension.authorityKeyIdentifier)
                .map(value -> AuthorityKeyIdentifier.getInstance(value).getKeyIdentifierOctets())
                .map(HexFormat.of()::formatHex);
    }

    /** Whether there is an extended key usage at all; enrollment certificates have none. */
    public boolean hasExtendedKeyUsage() {
        return extension(Extension.extendedKeyUsage).isPresent();
    }

    /** Whether the extended key usage allows to serve TLS. */
    public boolean allowsServer() {
        return hasPurpose(KeyPurposeId.id_kp_serverAuth);
    }

    /** Whether the extended key usage allows to dial TLS. */
    public boolean allowsClient() {
        return hasPurpose(KeyPurposeId.id_kp_clientAuth);
    }

    private boolean hasPurpose(KeyPurposeId purpose) {
        return extension(Extension.extendedKeyUsage)
                .map(value -> ExtendedKeyUsage.getInstance(value).hasKeyPurposeId(purpose))
                .orElse(false);
    }

    /** DNS names and IP addresses of the subject alternative name, in order. */
    public List<String> hosts() {
        return alternativeNames().map(AlternativeName::value).toList();
    }

    /** Those of the wanted names and addresses that the certificate does not carry, as they were asked for. */
    public List<String> missingHosts(Collection<String> wanted) {
        Set<String> present = new HashSet<>(hosts());
        return wanted.stream()
                .filter(host -> !present.contains(AlternativeName.of(host).value()))
                .toList();
    }

    private java.util.stream.Stream<AlternativeName> alternativeNames() {
        GeneralName[] names = extension(Extension.subjectAlternativeName)
                .map(value -> GeneralNames.getInstance(value).getNames())
                .orElse(new GeneralName[0]);
        return Arrays.stream(names).flatMap(name -> AlternativeName.of(name).stream());
    }

    /** The JSON of Fabric CA's attribute extension, for example {@code {"attrs":{"hf.Type":"client"}}}. */
    public Optional<String> attributes() {
        return Optional.ofNullable(extensions())
                .map(all -> all.getExtension(ATTRIBUTES))
                .map(extension -> new String(extension.getExtnValue().getOctets(), StandardCharsets.UTF_8));
    }

    /** Whether the certificate carries exactly these attributes, as weft or Fabric CA would have written them. */
    public boolean hasAttributes(Profile.Enrollment profile) {
        return attributes()
                .equals(Optional.of(AttributeExtension.json(profile.attributes()))
                        .filter(json -> !profile.attributes().isEmpty()));
    }

    /** Whether the issuer's name is that authority's subject, whoever signed. */
    public boolean namesAsIssuer(Certificate authority) {
        return structure().getIssuer().equals(authority.structure().getSubject());
    }

    /** Whether the authority's key made the signature. */
    public boolean isSignedBy(Certificate authority) {
        return P256.isEcdsaWithSha256(structure().getSignatureAlgorithm())
                && P256.verify(
                        P256.point(authority.structure().getSubjectPublicKeyInfo()),
                        P256.sha256(Der.encode(structure().getTBSCertificate())),
                        structure().getSignature().getOctets());
    }

    /** Whether the signature is in the form that Fabric accepts without rewriting the certificate. */
    public boolean hasLowSignature() {
        return P256.isLowS(structure().getSignature().getOctets());
    }

    /**
     * The same certificate with its signature in the form that Fabric accepts; as good, but another text.
     *
     * @throws InvalidPemException if the signature is no ECDSA signature
     */
    public Certificate withLowSignature() {
        EcdsaSignature signature;
        try {
            signature = EcdsaSignature.parse(structure().getSignature().getOctets());
        } catch (IllegalArgumentException e) {
            throw new InvalidPemException("is damaged: its signature is no ECDSA signature.", e);
        }
        if (signature.isLow()) {
            return this;
        }
        return ofDer(Der.sequence(
                Der.encode(structure().getTBSCertificate()),
                Der.encode(structure().getSignatureAlgorithm()),
                Der.encode(new DERBitString(signature.negated().der()))));
    }

    /** Whether the certificate's key made a signature over the SHA-256 of a message, in the low or the high form. */
    public boolean verifies(byte[] message, EcdsaSignature signature) {
        return P256.verify(P256.point(structure().getSubjectPublicKeyInfo()), P256.sha256(message), signature.der());
    }

    /** How many authorities may stand between this one and a leaf; empty if any number may. */
    public OptionalInt pathLengthLimit() {
        BigInteger limit = extension(Extension.basicConstraints)
                .map(BasicConstraints::getInstance)
                .filter(BasicConstraints::isCA)
                .map(BasicConstraints::getPathLenConstraint)
                .orElse(null);
        return limit == null
                ? OptionalInt.empty()
                : OptionalInt.of(limit.min(INT_MAX).intValue());
    }

    /** Object identifiers of extensions that whoever relies on the certificate must know. */
    public List<String> criticalExtensions() {
        return extensions() == null
                ? List.of()
                : Arrays.stream(extensions().getCriticalExtensionOIDs())
                        .map(ASN1ObjectIdentifier::getId)
                        .toList();
    }

    /** Whether there are name constraints: limits to the names that an authority may certify. */
    public boolean hasNameConstraints() {
        return extension(Extension.nameConstraints).isPresent();
    }

    /** Whether both certificates have the same subject. */
    public boolean hasSameSubjectAs(Certificate other) {
        return structure().getSubject().equals(other.structure().getSubject());
    }

    /** Whether the extended key usage, if there is one, allows any use or to serve TLS. */
    public boolean toleratesServer() {
        return !hasExtendedKeyUsage() || allowsServer() || hasPurpose(KeyPurposeId.anyExtendedKeyUsage);
    }

    /** Whether the extended key usage, if there is one, allows any use or to dial TLS. */
    public boolean toleratesClient() {
        return !hasExtendedKeyUsage() || allowsClient() || hasPurpose(KeyPurposeId.anyExtendedKeyUsage);
    }

    /** Whether both certificates are for the same key. */
    public boolean hasSameKeyAs(Certificate other) {
        return Arrays.equals(publicPoint, other.publicPoint);
    }

    boolean hasPublicPoint(byte[] uncompressed) {
        return Arrays.equals(publicPoint, uncompressed);
    }

    org.bouncycastle.asn1.x509.Certificate structure() {
        org.bouncycastle.asn1.x509.Certificate result = structure;
        if (result == null) {
            result = org.bouncycastle.asn1.x509.Certificate.getInstance(der);
            structure = result;
        }
        return result;
    }

    private Extensions extensions() {
        return structure().getTBSCertificate().getExtensions();
    }

    private Optional<ASN1Encodable> extension(ASN1ObjectIdentifier type) {
        return Optional.ofNullable(extensions())
                .map(all -> all.getExtension(type))
                .map(extension -> parsed(extension.getExtnValue()));
    }

    private static ASN1Encodable parsed(ASN1OctetString value) {
        try {
            return ASN1Primitive.fromByteArray(value.getOctets());
        } catch (IOException e) {
            throw new InvalidPemException("is damaged: one of its extensions cannot be read.", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Certificate certificate && Arrays.equals(der, certificate.der);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(der);
    }

    @Override
    public String toString() {
        return "certificate of " + subject() + ", serial " + serialNumber() + ", until " + notAfter();
    }
}
