package io.weft.embedded.ca;

import java.io.StringWriter;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Signing requests that weft itself would not make. */
final class Requests {
    private Requests() {}

    private static KeyPair key(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static String pem(String subject, KeyPair key, KeyPair signer, boolean isForAuthority) throws Exception {
        JcaPKCS10CertificationRequestBuilder builder =
                new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), key.getPublic());
        if (isForAuthority) {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
        }
        StringWriter result = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(result)) {
            writer.writeObject(
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        }
        return result.toString().replace("\r\n", "\n");
    }

    private static String pem(String subject, boolean isForAuthority) throws Exception {
        KeyPair key = key("secp256r1");
        return pem(subject, key, key, isForAuthority);
    }

    static String forged(String id) throws Exception {
        return pem("CN=" + id, key("secp256r1"), key("secp256r1"), false);
    }

    static String withOrganization(String id, String organization) throws Exception {
        return pem("O=" + organization + ",CN=" + id, false);
    }

    static String forAuthority(String id) throws Exception {
        return pem("CN=" + id, true);
    }

    static String onLargerCurve(String id) throws Exception {
        KeyPair key = key("secp384r1");
        return pem("CN=" + id, key, key, false);
    }

    static String withSubject(String id) throws Exception {
        return pem(
                "CN=" + id + ",OU=mine,OU=admin,O=Örg,O=second,L=Bern,ST=BE,C=CH,STREET=Road,SERIALNUMBER=7,E=a@b",
                false);
    }
}
