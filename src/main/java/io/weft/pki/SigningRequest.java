package io.weft.pki;

import java.io.IOException;
import java.util.Collection;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;

/** Certificate signing requests (PKCS#10), the form in which Fabric CA is asked for a certificate. */
public final class SigningRequest {
    private SigningRequest() {}

    /**
     * Makes a request signed with the key it is about.
     *
     * @param subject the wanted subject; Fabric CA demands the enrollment ID as common name and drops the units
     * @param hosts wanted names and IP addresses; none for enrollment certificates
     * @return PEM, one {@code CERTIFICATE REQUEST}
     */
    public static String create(SigningKey key, DistinguishedName subject, Collection<String> hosts) {
        try {
            CertificationRequestInfo info =
                    new CertificationRequestInfo(subject.toX500(), key.publicKeyInfo(), attributes(hosts));
            byte[] signature = key.sign(Der.encode(info));
            CertificationRequest request =
                    new CertificationRequest(info, P256.SIGNATURE_ALGORITHM, new DERBitString(signature));
            return Pem.encode("CERTIFICATE REQUEST", Der.encode(request));
        } catch (IOException e) {
            throw new AssertionError("A request in memory can be encoded", e);
        }
    }

    private static ASN1Set attributes(Collection<String> hosts) throws IOException {
        if (hosts.isEmpty()) {
            return new DERSet();
        }
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.subjectAlternativeName, false, CertificateAuthority.alternativeNames(hosts));
        return new DERSet(
                new Attribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, new DERSet(extensions.generate())));
    }
}
