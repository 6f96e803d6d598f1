package io.weft.pki;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** A certificate signing request as an authority receives it (PKCS#10), for a key on P-256. Immutable. */
public final class CertificationRequest {
    private final org.bouncycastle.asn1.pkcs.CertificationRequest structure;
    private final byte[] publicPoint;

    private CertificationRequest(org.bouncycastle.asn1.pkcs.CertificationRequest structure) {
        this.structure = structure;
        this.publicPoint = P256.point(publicKey(structure)).getEncoded(false);
    }

    private static SubjectPublicKeyInfo publicKey(org.bouncycastle.asn1.pkcs.CertificationRequest structure) {
        return structure.getCertificationRequestInfo().getSubjectPublicKeyInfo();
    }

    /**
     * Reads a request.
     *
     * @param der the contents of a PEM block {@code CERTIFICATE REQUEST}
     * @throws InvalidPemException if it is no request or its key is not on P-256; the message continues {@code The
     *     certificate request ...}
     */
    public static CertificationRequest parse(byte[] der) {
        try {
            CertificationRequest result =
                    new CertificationRequest(org.bouncycastle.asn1.pkcs.CertificationRequest.getInstance(der));
            result.fields();
            result.isForAuthority();
            result.alternativeNames();
            return result;
        } catch (InvalidPemException e) {
            throw e;
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException | ClassCastException e) {
            throw new InvalidPemException("is damaged: its contents are no certificate request.", e);
        }
    }

    /** The last common name of the subject; empty if it has none. */
    public String commonName() {
        List<String> all = values(BCStyle.CN);
        return all.isEmpty() ? "" : all.get(all.size() - 1);
    }

    List<String> values(ASN1ObjectIdentifier type) {
        return fields().stream()
                .filter(field -> field.getType().equals(type))
                .map(field -> IETFUtils.valueToString(field.getValue()))
                .toList();
    }

    private List<AttributeTypeAndValue> fields() {
        List<AttributeTypeAndValue> result = new ArrayList<>();
        for (RDN rdn : structure.getCertificationRequestInfo().getSubject().getRDNs()) {
            result.addAll(List.of(rdn.getTypesAndValues()));
        }
        return result;
    }

    /**
     * Whether a field of the subject is longer than a certificate's may be.
     *
     * @return what Fabric CA says of the first such field ({@code lib/serverenroll.go})
     */
    public Optional<String> overlongField() {
        for (AttributeTypeAndValue field : fields()) {
            Optional<Limit> limit = Limit.of(field.getType());
            String value = plainText(field.getValue());
            if (limit.isPresent() && value.getBytes(StandardCharsets.UTF_8).length > limit.get().length) {
                return Optional.of("The " + limit.get().name + " '" + value
                        + "' exceeds the maximum character limit of " + limit.get().length);
            }
        }
        return Optional.empty();
    }

    private static String plainText(ASN1Encodable value) {
        return value instanceof org.bouncycastle.asn1.ASN1String text
                ? text.getString()
                : IETFUtils.valueToString(value);
    }

    private record Limit(ASN1ObjectIdentifier type, String name, int length) {
        private static final List<Limit> ALL = List.of(
                new Limit(BCStyle.CN, "CN", 64),
                new Limit(BCStyle.SERIALNUMBER, "serial number", 64),
                new Limit(BCStyle.OU, "organizational unit name", 64),
                new Limit(BCStyle.O, "organization name", 64),
                new Limit(BCStyle.C, "country name", 2),
                new Limit(BCStyle.L, "locality name", 128),
                new Limit(BCStyle.ST, "state name", 128));

        static Optional<Limit> of(ASN1ObjectIdentifier type) {
            return ALL.stream().filter(limit -> limit.type.equals(type)).findFirst();
        }
    }

    /** Whether the request is for an authority's certificate (basic constraints). */
    public boolean isForAuthority() {
        return extensions()
                .map(all -> BasicConstraints.fromExtensions(all))
                .map(BasicConstraints::isCA)
                .orElse(false);
    }

    /** Whether whoever made the request holds the private key. */
    public boolean isSignedByItsKey() {
        return P256.isEcdsaWithSha256(structure.getSignatureAlgorithm())
                && P256.verify(
                        P256.point(publicKey(structure)),
                        P256.sha256(Der.encode(structure.getCertificationRequestInfo())),
                        structure.getSignature().getOctets());
    }

    /** DNS names, e-mail addresses, IP addresses and URIs that are asked for. */
    List<GeneralName> alternativeNames() {
        return extensions()
                .map(all -> GeneralNames.fromExtensions(all, Extension.subjectAlternativeName))
                .map(names -> List.of(names.getNames()))
                .orElse(List.of());
    }

    byte[] publicPoint() {
        return publicPoint.clone();
    }

    SubjectPublicKeyInfo publicKeyInfo() {
        return publicKey(structure);
    }

    private Optional<Extensions> extensions() {
        if (structure.getCertificationRequestInfo().getAttributes() == null) {
            return Optional.empty();
        }
        for (ASN1Encodable entry : structure.getCertificationRequestInfo().getAttributes()) {
            Attribute attribute = Attribute.getInstance(entry);
            if (attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)
                    && attribute.getAttrValues().size() > 0) {
                return Optional.of(
                        Extensions.getInstance(attribute.getAttrValues().getObjectAt(0)));
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "certificate request of "
                + structure.getCertificationRequestInfo().getSubject();
    }
}
