package io.weft.pki;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A certificate and the private key it is for. The text form names only the certificate.
 *
 * @param certificate the certificate
 * @param key the key whose public half the certificate certifies
 */
public record Credential(Certificate certificate, SigningKey key) {
    public Credential {
        requireNonNull(certificate, "certificate");
        requireNonNull(key, "key");
        if (!key.matches(certificate)) {
            throw new InvalidPemException("is for another key than the private key beside it.");
        }
    }

    /**
     * Reads both.
     *
     * @throws InvalidPemException if one of them cannot be read or they do not belong together; the message continues
     *     {@code The certificate ...} or {@code The private key ...}, and does not quote either
     */
    public static Credential parse(String certificatePem, String keyPem, SecureRandom random) {
        return new Credential(Certificate.parse(certificatePem), SigningKey.parse(keyPem, random));
    }

    public String certificatePem() {
        return certificate.pem();
    }

    /** The private key as PKCS#8 PEM. */
    public String keyPem() {
        return key.pem();
    }

    /** {@link SigningKey#sign}. */
    public byte[] sign(byte[] message) {
        return key.sign(message);
    }

    /** Shows this credential to every TLS peer that asks for a certificate, whichever CAs it names. */
    public X509ExtendedKeyManager keyManager() {
        return new CredentialKeyManager(this);
    }

    @Override
    public String toString() {
        return "Credential[" + certificate + "]";
    }
}
