package io.weft.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weft.problem.UnreachableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the client library's configuration for a context. What a kubeconfig says outright is handed over field by
 * field, because the library's own reader loads its whole object model, which takes longer than a run that finds
 * nothing to do; credential plugins and auth providers are left to the library.
 */
final class Credentials {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private Credentials() {}

    /**
     * @throws UnreachableException if the credentials cannot be read, or a plugin does not give any
     */
    static Config config(KubeConfig kubeConfig) {
        if (!Json.text(kubeConfig.cluster(), "tls-server-name").isEmpty()) {
            throw new UnreachableException("Context `" + kubeConfig.context() + "` sets `tls-server-name`, which weft"
                    + " does not support. Use a server address that its certificate names.");
        }
        Config config = kubeConfig.usesPlugin() ? fromPlugin(kubeConfig) : direct(kubeConfig);
        // Retries are the caller's: the library's have neither jitter nor a deadline.
        config.setRequestRetryBackoffLimit(0);
        config.setConnectionTimeout(5_000);
        config.setUserAgent("weft");
        if (config.getClientKeyAlgo() == null || isPkcs8(config)) {
            config.setClientKeyAlgo(keyAlgorithm(config));
        }
        return config;
    }

    private static Config direct(KubeConfig kubeConfig) {
        Object cluster = kubeConfig.cluster();
        Object user = kubeConfig.user();
        Config config = Config.empty();
        config.setMasterUrl(kubeConfig.server() + "/");
        config.setCaCertData(present(cluster, "certificate-authority-data"));
        config.setCaCertFile(present(cluster, "certificate-authority"));
        config.setTrustCerts("true".equals(Json.text(cluster, "insecure-skip-tls-verify")));
        String proxy = present(cluster, "proxy-url");
        config.setHttpProxy(proxy);
        config.setHttpsProxy(proxy);
        config.setClientCertData(present(user, "client-certificate-data"));
        config.setClientCertFile(present(user, "client-certificate"));
        config.setClientKeyData(present(user, "client-key-data"));
        config.setClientKeyFile(present(user, "client-key"));
        config.setUsername(present(user, "username"));
        config.setPassword(present(user, "password"));
        String tokenFile = present(user, "tokenFile");
        if (tokenFile != null) {
            // Read again for each request: whoever mounts such files also renews them.
            config.setOauthTokenProvider(() -> new String(contents(tokenFile), StandardCharsets.UTF_8).strip());
        } else {
            config.setOauthToken(present(user, "token"));
        }
        return config;
    }

    private static Config fromPlugin(KubeConfig kubeConfig) {
        String plugin = Json.text(kubeConfig.user(), "exec", "command");
        String named = plugin.isEmpty() ? "auth provider" : "credential plugin `" + plugin + "`";
        try {
            Config config = Config.fromKubeconfig(
                    kubeConfig.context(), kubeConfig.userFile().toFile());
            if (config.getAutoOAuthToken() == null
                    && config.getOauthToken() == null
                    && config.getClientCertData() == null
                    && config.getClientCertFile() == null) {
                throw new UnreachableException("The " + named + " of context `" + kubeConfig.context()
                        + "` gave no credentials. Check that it is installed and that you are logged in: `kubectl"
                        + " --context " + kubeConfig.context() + " get --raw /version`.");
            }
            config.setMasterUrl(kubeConfig.server() + "/");
            config.setCaCertData(present(kubeConfig.cluster(), "certificate-authority-data"));
            config.setCaCertFile(present(kubeConfig.cluster(), "certificate-authority"));
            return config;
        } catch (KubernetesClientException e) {
            throw new UnreachableException(
                    "The " + named + " of context `" + kubeConfig.context() + "` failed: " + e.getMessage() + ".", e);
        }
    }

    private static boolean isPkcs8(Config config) {
        return PKCS8.matcher(keyText(config)).find();
    }

    /** A PKCS#8 header does not say the algorithm, and the library then takes every key for RSA. */
    private static String keyAlgorithm(Config config) {
        String text = keyText(config);
        Matcher pkcs8 = PKCS8.matcher(text);
        if (!pkcs8.find()) {
            return text.contains("BEGIN EC PRIVATE KEY") ? "EC" : "RSA";
        }
        try {
            KeyFactory.getInstance("EC")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pkcs8.group(1))));
            return "EC";
        } catch (GeneralSecurityException e) {
            return "RSA";
        }
    }

    private static String keyText(Config config) {
        String data = config.getClientKeyData();
        if (data != null) {
            byte[] pem = data.startsWith("-----")
                    ? data.getBytes(StandardCharsets.US_ASCII)
                    : Base64.getMimeDecoder().decode(data);
            return new String(pem, StandardCharsets.US_ASCII);
        }
        String file = config.getClientKeyFile();
        return file == null ? "" : new String(contents(file), StandardCharsets.US_ASCII);
    }

    private static String present(Object entry, String key) {
        String text = Json.text(entry, key);
        return text.isEmpty() ? null : text;
    }

    private static byte[] contents(String file) {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new UnreachableException(
                    "The file `" + file + "`, which the kubeconfig names, cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
