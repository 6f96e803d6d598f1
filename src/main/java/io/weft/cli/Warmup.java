package io.weft.cli;

import io.weft.LocalConnection;
import io.weft.NetworkDeployer;
import io.weft.apply.Progress;
import io.weft.embedded.http.HttpServer;
import io.weft.embedded.http.HttpServer.Request;
import io.weft.embedded.http.HttpServer.Response;
import io.weft.gateway.Call;
import io.weft.identity.Identities;
import io.weft.identity.IdentityTemplate;
import io.weft.identity.OrganizationAuthorities;
import io.weft.kubernetes.Json;
import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.Organization;
import io.weft.model.PlatformChoice.Nodes;
import io.weft.model.RunBy;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile.TlsServer;
import io.weft.problem.WeftException;
import io.weft.release.ReleaseSpecs;
import io.weft.spec.NetworkSpecs;
import io.weft.spec.StarterSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What the launcher runs once to make a class data archive (JEP 350): loads the classes that commands load, and walks the
 * paths that every command takes, because the archive keeps lambdas only if they were used. For that it plays an API
 * server on a loopback port, which knows the identities of a network and nothing else. Nothing of it outlives the process.
 */
public final class Warmup {
    private static final String CLASSES = "startup-classes.txt";
    private static final String ID = "warmup";
    private static final Duration VALIDITY = Duration.ofHours(1);

    private final Map<String, List<Object>> lists = new LinkedHashMap<>();
    private final Map<String, Object> objects = new LinkedHashMap<>();

    private Warmup() {}

    public static void main(String[] args) throws IOException {
        try (InputStream list = Warmup.class.getResourceAsStream(CLASSES);
                BufferedReader lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
            lines.lines().forEach(Warmup::load);
        }
        new Warmup().play();
        System.exit(0);
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, Warmup.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // Another Java or another version of a library: nothing to keep.
        }
    }

    private void play() throws IOException {
        Path folder = Files.createTempDirectory("weft-warmup");
        Path spec = folder.resolve("network.yaml");
        Path kubeConfig = folder.resolve("kubeconfig.yaml");
        ExecutorService threads = Executors.newCachedThreadPool();
        DistinguishedName name = DistinguishedName.of(ID);
        CertificateAuthority authority =
                CertificateAuthority.create(name, VALIDITY, Clock.systemUTC(), new SecureRandom());
        Credential credential = authority.issue(name, new TlsServer(List.of("127.0.0.1")), VALIDITY);
        try (HttpServer server = HttpServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.of(credential),
                ID,
                threads,
                this::answer)) {
            Files.writeString(spec, StarterSpec.text(ID, InitCommand.VERSION, "schema.json"));
            Files.writeString(kubeConfig, """
                    apiVersion: v1
                    kind: Config
                    current-context: warmup
                    clusters: [{name: warmup, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}}]
                    users: [{name: warmup, user: {client-certificate-data: %s, client-key-data: %s}}]
                    contexts: [{name: warmup, context: {cluster: warmup, user: warmup}}]
                    """.formatted(
                            server.address().port(),
                            base64(authority.credential().certificatePem()),
                            base64(credential.certificatePem()),
                            base64(credential.keyPem())));
            run("--help");
            run("--version");
            run("validate", spec.toString());
            run("show", spec.toString());
            run("plan", spec.toString(), "--kubeconfig", kubeConfig.toString());
            fill(NetworkSpecs.load(spec).network());
            run("plan", spec.toString(), "--kubeconfig", kubeConfig.toString());
            run("status", spec.toString(), "--kubeconfig", kubeConfig.toString(), "-o", "json");
            runHere(NetworkSpecs.load(spec).network(), folder.resolve("state"));
        } finally {
            threads.shutdownNow();
            Files.deleteIfExists(spec);
            Files.deleteIfExists(kubeConfig);
            Files.deleteIfExists(folder);
        }
    }

    private static void run(String... arguments) {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        WeftCommand.commandLine(nowhere, nowhere, arguments).execute(arguments);
    }

    /** Embedded nodes need more classes than everything else, and whoever tries weft meets them first. */
    private static void runHere(Network network, Path folder) {
        LocalConnection connection = new LocalConnection(
                folder, Optional.of(Nodes.EMBEDDED), List.of(), folder, RunBy.THIS_PROCESS, Duration.ofSeconds(30));
        try (NetworkDeployer deployer = NetworkDeployer.local(connection, network)) {
            deployer.up(Progress.SILENT);
            for (Channel channel : network.channels()) {
                for (Chaincode chaincode : channel.chaincodes()) {
                    Call call = Call.of(channel.name(), chaincode.name(), "InitLedger");
                    deployer.submit(chaincode.organizations().get(0), Organization.ADMIN, call);
                }
            }
            deployer.status();
            deployer.remove(text -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (WeftException e) {
            // The archive has fewer classes then, and that is all.
        }
    }

    private void fill(Network network) {
        Names names = new Names(network);
        SecureRandom random = new SecureRandom();
        put(network.namespace(), "configmaps", names.networkRecord(), Map.of("networkId", ID), network);
        for (Organization organization : network.organizations()) {
            OrganizationAuthorities authorities =
                    OrganizationAuthorities.create(network, organization.name(), Clock.systemUTC(), random);
            secret(organization.namespace(), names.caKeysSecret(organization.name()), authorities.contents(), network);
            for (IdentityTemplate template : new Identities(network).of(organization.name())) {
                secret(template.namespace(), template.name(), template.create(authorities), network);
            }
        }
    }

    private void secret(String namespace, String name, Map<String, String> entries, Network network) {
        Map<String, String> data = new LinkedHashMap<>();
        entries.forEach((entry, text) -> data.put(entry, base64(text)));
        put(namespace, "secrets", name, data, network);
    }

    private synchronized void put(
            String namespace, String plural, String name, Map<String, String> data, Network network) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("namespace", namespace);
        metadata.put("name", name);
        metadata.put("uid", name);
        metadata.put("resourceVersion", "1");
        metadata.put("labels", ReleaseSpecs.labels(network, ID));
        Map<String, Object> object = new LinkedHashMap<>(Map.of("metadata", metadata, "data", data));
        String path = "/api/v1/namespaces/" + namespace + "/" + plural;
        objects.put(path + "/" + name, object);
        objects.put("/api/v1/namespaces/" + namespace, Map.of("metadata", Map.of("name", namespace)));
        lists.computeIfAbsent(path, p -> new ArrayList<>()).add(object);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized Response answer(Request request) {
        String path = request.path();
        boolean list = !path.equals(request.target()) || lists.containsKey(path);
        Object found = objects.get(path);
        Map<String, Object> body = new LinkedHashMap<>();
        if (list) {
            body.put("metadata", Map.of("resourceVersion", "1"));
            body.put("items", lists.getOrDefault(path, List.of()));
        } else if (found instanceof Map<?, ?> object) {
            object.forEach((key, value) -> body.put(String.valueOf(key), value));
        } else {
            body.put("kind", "Status");
            body.put("reason", "NotFound");
        }
        return Response.of(list || found != null ? 200 : 404, "application/json", Json.write(body));
    }
}
