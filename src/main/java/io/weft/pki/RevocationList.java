package io.weft.pki;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.V2TBSCertListGenerator;

/** A list of certificates that an authority has revoked: read, or made as Fabric CA makes it. Immutable. */
public final class RevocationList {
    private static final String LABEL = "X509 CRL";

    private final CertificateList structure;

    private RevocationList(CertificateList structure) {
        this.structure = structure;
    }

    /**
     * Reads a list.
     *
     * @param bytes one PEM block {@code X509 CRL}, or the list in DER
     * @throws InvalidPemException if the bytes are anything else; the message continues {@code The revocation list ...}
     */
    public static RevocationList parse(byte[] bytes) {
        byte[] der = bytes;
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.startsWith("-----BEGIN ")) {
            List<Pem.Block> blocks = Pem.decode(text);
            if (blocks.size() != 1 || !blocks.get(0).label().equals(LABEL)) {
                throw new InvalidPemException("is something else; one PEM block `" + LABEL + "` was expected.");
            }
            der = blocks.get(0).contents();
        }
        try {
            return new RevocationList(CertificateList.getInstance(ASN1Primitive.fromByteArray(der)));
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new InvalidPemException("is damaged: its contents are no revocation list.", e);
        }
    }

    /** The key identifier of the authority that made the list, in lower-case hexadecimal digits. */
    public Optional<String> authorityKeyIdentifier() {
        return Optional.ofNullable(structure.getTBSCertList().getExtensions())
                .map(all -> all.getExtension(Extension.authorityKeyIdentifier))
                .map(extension -> AuthorityKeyIdentifier.getInstance(extension.getParsedValue())
                        .getKeyIdentifierOctets())
                .map(HexFormat.of()::formatHex);
    }

    /** Whether the list names the certificate's serial number; whose numbers these are is another question. */
    public boolean names(Certificate certificate) {
        return Arrays.stream(structure.getRevokedCertificates())
                .map(TBSCertList.CRLEntry::getUserCertificate)
                .anyMatch(serial -> serial.getValue().equals(certificate.serial()));
    }

    /** Whether the authority's key made the signature. */
    public boolean isSignedBy(Certificate authority) {
        return P256.isEcdsaWithSha256(structure.getSignatureAlgorithm())
                && P256.verify(
                        P256.point(authority.structure().getSubjectPublicKeyInfo()),
                        P256.sha256(Der.encode(structure.getTBSCertList())),
                        structure.getSignature().getOctets());
    }

    @Override
    public String toString() {
        return "revocation list of " + structure.getIssuer();
    }

    /**
     * One revoked certificate.
     *
     * @param serialNumber hexadecimal digits
     * @param at when it was revoked
     */
    public record Entry(String serialNumber, Instant at) {
        public Entry {
            requireNonNull(serialNumber, "serialNumber");
            requireNonNull(at, "at");
        }
    }

    /** Whether an authority's key usage allows to sign revocation lists. */
    public static boolean maySign(Certificate authority) {
        Extensions all = authority.structure().getTBSCertificate().getExtensions();
        KeyUsage usage = all == null ? null : KeyUsage.fromExtensions(all);
        return usage != null && usage.hasUsages(KeyUsage.cRLSign);
    }

    /**
     * Makes a list.
     *
     * @param thisUpdate when it is made
     * @param nextUpdate until when it is good
     * @return PEM, one {@code X509 CRL}
     */
    public static String create(Credential authority, List<Entry> entries, Instant thisUpdate, Instant nextUpdate) {
        V2TBSCertListGenerator generator = new V2TBSCertListGenerator();
        generator.setSignature(P256.SIGNATURE_ALGORITHM);
        generator.setIssuer(authority.certificate().structure().getSubject());
        generator.setThisUpdate(Der.time(thisUpdate));
        generator.setNextUpdate(Der.time(nextUpdate));
        for (Entry entry : entries) {
            generator.addCRLEntry(
                    new ASN1Integer(new BigInteger(entry.serialNumber(), 16)), Der.time(entry.at()), (Extensions) null);
        }
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(
                    Extension.authorityKeyIdentifier, false, FabricCaIssuer.identifier(authority.certificate()));
        } catch (IOException e) {
            throw new AssertionError("Extensions in memory can be encoded", e);
        }
        generator.setExtensions(extensions.generate());
        byte[] content = Der.encode(generator.generateTBSCertList());
        return Pem.encode(
                "X509 CRL",
                Der.sequence(
                        content,
                        Der.encode(P256.SIGNATURE_ALGORITHM),
                        Der.encode(new DERBitString(authority.sign(content)))));
    }
}
