package io.weft.pki;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
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
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.util.IPAddress;

/**
 * Answers signing requests the way Fabric CA does: its subject, usages, extensions in its order, key identifier (SHA-1)
 * and serial number (159 bits). The sources are Fabric CA's {@code lib/serverenroll.go} and CFSSL's {@code
 * signer/signer.go}. Safe for use by several threads.
 */
public final class FabricCaIssuer {
    private static final int SERIAL_BITS = 159;
    private static final Pattern EMAIL = Pattern.compile("[^\\s@<>(),;:\\\\\"\\[\\]]+@[^\\s@<>(),;:\\\\\"]+");
    private static final Pattern URI = Pattern.compile("(/|[a-zA-Z][a-zA-Z0-9+.-]*:).*", Pattern.DOTALL);

    /** What a certificate is for. */
    public enum Usage {
        /** Signs for Fabric. */
        ENROLLMENT,
        /** Serves TLS and dials it. */
        TLS,
        /** An intermediate authority, which may not have another below. */
        AUTHORITY
    }

    /**
     * What the authority decides, beside what the request asks for.
     *
     * @param usage decides key usages and basic constraints
     * @param organizationalUnits replace those of the request, unless empty
     * @param hosts replace the alternative names of the request; absent: those stay
     * @param attributes for the attribute extension; absent: no extension
     * @param notBefore first second of the certificate
     * @param notAfter last second
     */
    public record Terms(
            Usage usage,
            List<String> organizationalUnits,
            Optional<List<String>> hosts,
            Optional<Map<String, String>> attributes,
            Instant notBefore,
            Instant notAfter) {
        public Terms {
            requireNonNull(usage, "usage");
            organizationalUnits = List.copyOf(organizationalUnits);
            hosts = hosts.map(List::copyOf);
            attributes = attributes.map(all -> Collections.unmodifiableMap(new TreeMap<>(all)));
            requireNonNull(notBefore, "notBefore");
            requireNonNull(notAfter, "notAfter");
        }
    }

    private final Credential authority;
    private final SecureRandom random;

    /**
     * @param authority whose certificate has a subject key identifier
     * @param random source of serial numbers
     */
    public FabricCaIssuer(Credential authority, SecureRandom random) {
        this.authority = requireNonNull(authority, "authority");
        this.random = requireNonNull(random, "random");
        if (!authority.certificate().maySignCertificates()) {
            throw new InvalidPemException("is no authority's: it may not sign certificates.");
        }
        if (authority.certificate().subjectKeyIdentifier().isEmpty()) {
            throw new InvalidPemException("has no subject key identifier, which Fabric demands of an authority.");
        }
    }

    /** Makes the certificate. Whether the requester may have it is for the caller to decide. */
    public Certificate issue(CertificationRequest request, Terms terms) {
        X500Name issuer = authority.certificate().structure().getSubject();
        X500Name subject = subject(request, terms.organizationalUnits());
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(serial()));
        generator.setSignature(P256.SIGNATURE_ALGORITHM);
        generator.setIssuer(issuer);
        generator.setSubject(subject);
        generator.setStartDate(Der.time(terms.notBefore()));
        generator.setEndDate(Der.time(terms.notAfter()));
        generator.setSubjectPublicKeyInfo(request.publicKeyInfo());
        generator.setExtensions(
                extensions(request, terms, issuer.equals(subject)).generate());
        byte[] content = Der.encode(generator.generateTBSCertificate());
        byte[] der = Der.sequence(
                content, Der.encode(P256.SIGNATURE_ALGORITHM), Der.encode(new DERBitString(authority.sign(content))));
        return Certificate.issued(der, request.publicPoint(), terms.notBefore(), terms.notAfter());
    }

    private BigInteger serial() {
        BigInteger result;
        do {
            result = new BigInteger(SERIAL_BITS, random);
        } while (result.signum() == 0);
        return result;
    }

    /** In the order of Go 1.26; several values of one kind share one relative name. */
    private static X500Name subject(CertificationRequest request, List<String> units) {
        List<RDN> result = new ArrayList<>();
        add(result, BCStyle.C, request.values(BCStyle.C));
        add(result, BCStyle.ST, request.values(BCStyle.ST));
        add(result, BCStyle.L, request.values(BCStyle.L));
        add(result, BCStyle.O, request.values(BCStyle.O));
        add(result, BCStyle.OU, units.isEmpty() ? request.values(BCStyle.OU) : units);
        add(result, BCStyle.CN, List.of(request.commonName()));
        List<String> serials = request.values(BCStyle.SERIALNUMBER);
        if (!serials.isEmpty()) {
            add(result, BCStyle.SERIALNUMBER, List.of(serials.get(serials.size() - 1)));
        }
        return new X500Name(result.toArray(RDN[]::new));
    }

    private static void add(List<RDN> names, ASN1ObjectIdentifier type, List<String> values) {
        if (!values.isEmpty()) {
            ASN1Encodable[] fields = values.stream()
                    .map(value -> new AttributeTypeAndValue(type, text(value)))
                    .toArray(ASN1Encodable[]::new);
            names.add(RDN.getInstance(new DERSet(fields)));
        }
    }

    private static ASN1Encodable text(String value) {
        return DERPrintableString.isPrintableString(value) ? new DERPrintableString(value) : new DERUTF8String(value);
    }

    private ExtensionsGenerator extensions(CertificationRequest request, Terms terms, boolean isNamedAsAuthority) {
        ExtensionsGenerator result = new ExtensionsGenerator();
        try {
            result.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage(terms.usage())));
            if (terms.usage() == Usage.TLS) {
                result.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                }));
            }
            result.addExtension(
                    Extension.basicConstraints,
                    true,
                    terms.usage() == Usage.AUTHORITY ? new BasicConstraints(0) : new BasicConstraints(false));
            result.addExtension(
                    Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(sha1(request.publicPoint())));
            if (!isNamedAsAuthority) {
                result.addExtension(Extension.authorityKeyIdentifier, false, identifier(authority.certificate()));
            }
            List<GeneralName> names = alternativeNames(request, terms);
            if (!names.isEmpty()) {
                result.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            if (terms.attributes().isPresent()) {
                result.addExtension(
                        Certificate.ATTRIBUTES,
                        false,
                        AttributeExtension.json(terms.attributes().get()).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new AssertionError("Extensions in memory can be encoded", e);
        }
        return result;
    }

    private static int keyUsage(Usage usage) {
        return switch (usage) {
            case ENROLLMENT -> KeyUsage.digitalSignature;
            case TLS -> KeyUsage.digitalSignature | KeyUsage.keyEncipherment | KeyUsage.keyAgreement;
            case AUTHORITY -> KeyUsage.keyCertSign | KeyUsage.cRLSign;
        };
    }

    static AuthorityKeyIdentifier identifier(Certificate authority) {
        return new AuthorityKeyIdentifier(SubjectKeyIdentifier.fromExtensions(
                        authority.structure().getTBSCertificate().getExtensions())
                .getKeyIdentifier());
    }

    /** In Go's order: DNS names, e-mail addresses, IP addresses, URIs. An authority keeps only the IP addresses. */
    private static List<GeneralName> alternativeNames(CertificationRequest request, Terms terms) {
        List<GeneralName> wanted = terms.hosts()
                .map(hosts ->
                        hosts.stream().map(FabricCaIssuer::alternativeName).toList())
                .orElseGet(request::alternativeNames);
        List<GeneralName> result = new ArrayList<>();
        int[] order = terms.usage() == Usage.AUTHORITY
                ? new int[] {GeneralName.iPAddress}
                : new int[] {
                    GeneralName.dNSName,
                    GeneralName.rfc822Name,
                    GeneralName.iPAddress,
                    GeneralName.uniformResourceIdentifier
                };
        for (int tag : order) {
            wanted.stream().filter(name -> name.getTagNo() == tag).forEach(result::add);
        }
        return result;
    }

    private static GeneralName alternativeName(String host) {
        if (IPAddress.isValid(host)) {
            return AlternativeName.of(host).encode();
        }
        if (EMAIL.matcher(host).matches()) {
            return new GeneralName(GeneralName.rfc822Name, new DERIA5String(host));
        }
        if (URI.matcher(host).matches()) {
            return new GeneralName(GeneralName.uniformResourceIdentifier, new DERIA5String(host));
        }
        return new GeneralName(GeneralName.dNSName, new DERIA5String(host));
    }

    private static byte[] sha1(byte[] publicPoint) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(publicPoint);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-1", e);
        }
    }

    /** Names the authority's certificate only. */
    @Override
    public String toString() {
        return "FabricCaIssuer[" + authority.certificate() + "]";
    }
}
