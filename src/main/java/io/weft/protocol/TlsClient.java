package io.weft.protocol;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * What a client shows of itself when it opens a TLS connection. {@link #toString} tells the certificate's subject only.
 *
 * @param certificate the client's certificate
 * @param key its private key
 */
public record TlsClient(X509Certificate certificate, PrivateKey key) {
    public TlsClient {
        requireNonNull(certificate, "certificate");
        requireNonNull(key, "key");
    }

    /** SHA-256 of the certificate in DER form, by which messages are bound to the connection. */
    ByteString certificateHash() {
        try {
            return Hashes.sha256(ByteString.copyFrom(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("The TLS client certificate has no DER form", e);
        }
    }

    @Override
    public String toString() {
        return "TlsClient[" + certificate.getSubjectX500Principal().getName() + "]";
    }
}
