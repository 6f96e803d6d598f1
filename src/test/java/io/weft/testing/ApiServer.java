package io.weft.testing;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.weft.kubernetes.Json;
import io.weft.kubernetes.KubeConfig;
import io.weft.kubernetes.RawClient;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Assumptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A Kubernetes API for tests: the cluster that {@code KUBECONFIG} names, or else a kube-apiserver without nodes, started
 * from the programs that {@code KUBE_APISERVER} and {@code ETCD} name. Tests that need one are skipped without either.
 */
public final class ApiServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final KubeConfig kubeConfig;
    private final List<Process> processes;
    private final Optional<Path> folder;

    private ApiServer(KubeConfig kubeConfig, List<Process> processes, Optional<Path> folder) {
        this.kubeConfig = kubeConfig;
        this.processes = processes;
        this.folder = folder;
    }

    /** Skips the calling test when there is no API server to be had. */
    public static ApiServer startOrSkip() throws Exception {
        String existing = System.getenv("KUBECONFIG");
        if (existing != null && !existing.isEmpty()) {
            List<Path> files = Stream.of(existing.split(java.io.File.pathSeparator))
                    .map(Path::of)
                    .toList();
            return new ApiServer(KubeConfig.load(files, Optional.empty()), List.of(), Optional.empty());
        }
        String server = System.getenv("KUBE_APISERVER");
        String etcd = System.getenv("ETCD");
        Assumptions.assumeTrue(
                server != null && etcd != null,
                "needs a Kubernetes API: set KUBECONFIG, or KUBE_APISERVER and ETCD to the programs");
        return start(Path.of(server), Path.of(etcd));
    }

    /** A cluster with nodes, from {@code KUBECONFIG}; skips the calling test when there is none. */
    public static KubeConfig clusterOrSkip() {
        String existing = System.getenv("KUBECONFIG");
        Assumptions.assumeTrue(existing != null && !existing.isEmpty(), "needs a cluster with nodes: set KUBECONFIG");
        return KubeConfig.load(
                Stream.of(existing.split(java.io.File.pathSeparator))
                        .map(Path::of)
                        .toList(),
                Optional.empty());
    }

    public KubeConfig kubeConfig() {
        return kubeConfig;
    }

    /**
     * Creates an object that weft itself has no use for, as the administrator.
     *
     * @param target the path to post to, or {@code PATCH} and the path of an object to merge into
     * @param yaml the object
     */
    public void create(String target, String yaml) throws Exception {
        boolean patch = target.startsWith("PATCH ");
        String path = patch ? target.substring("PATCH ".length()) : target;
        try (HttpClient client = RawClient.of(kubeConfig)) {
            HttpResponse<String> reply = client.sendAsync(
                            client.newHttpRequestBuilder()
                                    .uri(URI.create(kubeConfig.server() + path))
                                    .method(
                                            patch ? "PATCH" : "POST",
                                            patch ? "application/merge-patch+json" : "application/json",
                                            Json.write(new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml)))
                                    .build(),
                            String.class)
                    .get();
            if (reply.code() >= 300) {
                throw new IllegalStateException(target + " was answered with " + reply.code() + ": " + reply.body());
            }
        }
    }

    /** Whether a cluster with nodes and controllers is behind the API. */
    public boolean hasNodes() {
        return processes.isEmpty();
    }

    @Override
    public void close() throws IOException {
        processes.forEach(process -> process.destroyForcibly().onExit().join());
        if (folder.isPresent()) {
            try (Stream<Path> files = Files.walk(folder.get())) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
            }
        }
    }

    private static ApiServer start(Path serverProgram, Path etcdProgram) throws Exception {
        Path folder = Files.createTempDirectory("weft-apiserver");
        List<Integer> ports = List.of(FreePorts.next(), FreePorts.next(), FreePorts.next());
        String etcdUrl = "http://127.0.0.1:" + ports.get(0);
        String peerUrl = "http://127.0.0.1:" + ports.get(1);
        List<Process> processes = new ArrayList<>();
        processes.add(run(
                folder,
                "etcd",
                List.of(
                        etcdProgram.toString(),
                        "--data-dir=" + folder.resolve("etcd"),
                        "--listen-client-urls=" + etcdUrl,
                        "--advertise-client-urls=" + etcdUrl,
                        "--listen-peer-urls=" + peerUrl,
                        "--initial-advertise-peer-urls=" + peerUrl,
                        "--initial-cluster=default=" + peerUrl)));
        Path key = folder.resolve("sa.key");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        Files.writeString(
                key,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(
                                        generator.generateKeyPair().getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        Files.writeString(folder.resolve("tokens.csv"), "admin-token,admin,1,\"system:masters\"\nuser-token,user,2\n");
        // A multi-call program decides by its name what it is.
        Path program = Files.createSymbolicLink(folder.resolve("kube-apiserver"), serverProgram.toRealPath());
        processes.add(run(
                folder,
                "apiserver",
                List.of(
                        program.toString(),
                        "--etcd-servers=" + etcdUrl,
                        "--secure-port=" + ports.get(2),
                        "--bind-address=127.0.0.1",
                        "--endpoint-reconciler-type=none",
                        "--cert-dir=" + folder.resolve("certs"),
                        "--service-account-key-file=" + key,
                        "--service-account-signing-key-file=" + key,
                        "--service-account-issuer=https://kubernetes.default.svc",
                        "--token-auth-file=" + folder.resolve("tokens.csv"),
                        "--authorization-mode=RBAC",
                        "--service-cluster-ip-range=10.96.0.0/16",
                        "--disable-admission-plugins=ServiceAccount",
                        "--feature-gates=WatchList=false")));
        URI url = URI.create("https://127.0.0.1:" + ports.get(2));
        ApiServer result = new ApiServer(load(folder, url, "admin-token"), processes, Optional.of(folder));
        result.awaitReady(url);
        return result;
    }

    /** The same API as somebody without any rights; only for a server that was started here. */
    public KubeConfig withoutRights() throws IOException {
        Assumptions.assumeTrue(folder.isPresent(), "needs an API server of its own");
        return load(folder.get(), kubeConfig.server(), "user-token");
    }

    private static KubeConfig load(Path folder, URI url, String token) throws IOException {
        Path file = folder.resolve(token + ".yaml");
        Files.writeString(file, """
                current-context: test
                contexts: [{name: test, context: {cluster: test, user: %s}}]
                clusters: [{name: test, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
                users: [{name: %s, user: {token: %s}}]
                """.formatted(token, url, token, token));
        return KubeConfig.load(List.of(file), Optional.empty());
    }

    private void awaitReady(URI url) throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustEveryone()}, null);
        long end = System.nanoTime() + START.toNanos();
        String last = "";
        while (System.nanoTime() < end) {
            try {
                HttpsURLConnection connection =
                        (HttpsURLConnection) url.resolve("/readyz").toURL().openConnection();
                connection.setSSLSocketFactory(trusting.getSocketFactory());
                connection.setHostnameVerifier((host, session) -> true);
                if (connection.getResponseCode() == HttpURLConnection.HTTP_OK) {
                    return;
                }
                last = "status " + connection.getResponseCode();
            } catch (IOException e) {
                last = e.toString();
            }
            Thread.sleep(100);
        }
        String log = Files.readString(folder.orElseThrow().resolve("apiserver.log"));
        close();
        throw new IllegalStateException("kube-apiserver did not become ready: " + last + "\n"
                + log.substring(Math.max(0, log.length() - 3000)));
    }

    private static Process run(Path folder, String name, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
    }

    private static final class TrustEveryone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
