package io.weft.channel;

import io.weft.pki.Credential;
import io.weft.problem.RejectedException;
import io.weft.protocol.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * TLS to a node through a tunnel: the certificate must be the node's, not that of the address dialled. The JDK's HTTP
 * client cannot be told another name, so the check is made here.
 */
final class AdminTls {
    private static final int DNS_NAME = 2;

    private AdminTls() {}

    static SSLContext context(Endpoint endpoint) {
        try {
            SSLContext result = SSLContext.getInstance("TLS");
            KeyManager[] keys =
                    endpoint.client().stream().map(Credential::keyManager).toArray(KeyManager[]::new);
            result.init(keys, new TrustManager[] {trust(endpoint)}, null);
            return result;
        } catch (GeneralSecurityException | IOException e) {
            throw new RejectedException(
                    "No TLS connection to " + endpoint + " can be made: " + e.getMessage() + ".", e);
        }
    }

    private static X509ExtendedTrustManager trust(Endpoint endpoint) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
        int number = 0;
        for (String pem : endpoint.tlsRoots()) {
            for (Certificate root :
                    certificates.generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
                store.setCertificateEntry("root" + number++, root);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return new NamedNode(
                (X509TrustManager) factory.getTrustManagers()[0],
                endpoint.authority().host());
    }

    /** Trusts certificates of the given roots that name one host. */
    private static final class NamedNode extends X509ExtendedTrustManager {
        private final X509TrustManager roots;
        private final String host;

        NamedNode(X509TrustManager roots, String host) {
            this.roots = roots;
            this.host = host;
        }

        private void check(X509Certificate[] chain, String authType) throws CertificateException {
            roots.checkServerTrusted(chain, authType);
            boolean named = Optional.ofNullable(chain[0].getSubjectAlternativeNames()).stream()
                    .flatMap(names -> names.stream())
                    .anyMatch(name -> isHost(name));
            if (!named) {
                throw new CertificateException("the certificate of "
                        + chain[0].getSubjectX500Principal().getName() + " does not name `" + host + "`");
            }
        }

        private boolean isHost(List<?> name) {
            return name.get(0).equals(DNS_NAME) && host.equalsIgnoreCase(String.valueOf(name.get(1)));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("no server runs here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("no server runs here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("no server runs here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return roots.getAcceptedIssuers();
        }
    }
}
