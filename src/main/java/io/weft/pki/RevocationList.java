package io.weft.pki;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.V2TBSCertListGenerator;

/** Certificate revocation lists as Fabric CA makes them: version 2, the authority's key identifier, no reasons. */
public final class RevocationList {
    private RevocationList() {}

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
