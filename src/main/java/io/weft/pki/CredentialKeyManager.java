package io.weft.pki;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Shows one credential to every TLS peer that asks for one. A key store would do the same, but encrypts the key with
 * ten thousand rounds of hashing to put it in and again to take it out.
 */
final class CredentialKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "credential";

    private final Credential credential;

    CredentialKeyManager(Credential credential) {
        this.credential = credential;
    }

    private String alias(String keyType) {
        return keyType.startsWith("EC") ? ALIAS : null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return alias(keyType) == null ? null : new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        for (String keyType : keyTypes) {
            if (alias(keyType) != null) {
                return ALIAS;
            }
        }
        return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return getClientAliases(keyType, issuers);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return alias(keyType);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return new X509Certificate[] {credential.certificate().x509()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return credential.key().privateKey();
    }
}
