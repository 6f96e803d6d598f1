package io.weft.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.TBSCertList;

/** A list of certificates that an authority has revoked. Immutable. */
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
}
