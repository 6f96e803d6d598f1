package io.weft.e2e;

import static io.weft.testing.Eventually.eventually;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weft.kubernetes.Clients;
import io.weft.kubernetes.Json;
import io.weft.kubernetes.KubeConfig;
import io.weft.model.Images;
import io.weft.model.Network;
import io.weft.testing.ApiServer;
import io.weft.testing.FreshName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * The cluster that {@code KUBECONFIG} names, seen with other eyes than weft's: here tests prepare what weft is to find,
 * damage what it has made, and look at what it leaves.
 */
final class TestCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What Kubernetes puts into every namespace by itself, or keeps for a while whatever happens. */
    private static final Set<String> ALWAYS_THERE =
            Set.of("configmaps/kube-root-ca.crt", "serviceaccounts/default", "configmaps/openshift-service-ca.crt");

    private static final Set<String> NOT_STATE =
            Set.of("events", "bindings", "localsubjectaccessreviews", "pods.metrics.k8s.io", "nodes.metrics.k8s.io");

    /** The image of embedded nodes, but for its version. */
    private static final String EMBEDDED = "docker.io/weft/embedded-node:";

    private static final String SAMPLE = "docker.io/library/asset-transfer-basic:1.0";
    private static final Pattern FABRIC = Pattern.compile("fabric: \\{version: ([0-9.]+)}");

    private final KubeConfig kubeConfig;
    private final KubernetesClient client;
    private final List<String> namespaces = new ArrayList<>();
    private List<String> collections = List.of();

    private TestCluster(KubeConfig kubeConfig) {
        this.kubeConfig = kubeConfig;
        this.client = Clients.of(kubeConfig);
    }

    /** Skips the calling test when there is no cluster with nodes. */
    static TestCluster requireOrSkip() {
        TestCluster cluster = new TestCluster(ApiServer.clusterOrSkip());
        Assumptions.assumeFalse(
                cluster.client.nodes().list().getItems().isEmpty(), "the cluster that KUBECONFIG names has no nodes");
        return cluster;
    }

    /** Skips the calling test when a node lacks an image that the network's spec asks for. */
    void requireImages(Network network) {
        Set<String> wanted = new TreeSet<>();
        Images images = network.fabric().images();
        wanted.addAll(List.of(images.peer(), images.orderer(), images.ca()));
        if (network.organizations().stream()
                .flatMap(o -> o.peers().stream())
                .anyMatch(p -> p.stateDatabase() == io.weft.model.StateDatabase.COUCHDB)) {
            wanted.add(images.couchdb());
        }
        network.channels().forEach(c -> c.chaincodes().forEach(chaincode -> wanted.add(chaincode.image())));
        requireImages(wanted);
    }

    /** Skips the calling test when a node lacks one of the images. */
    void requireImages(Collection<String> wanted) {
        client.nodes().list().getItems().forEach(node -> {
            Set<String> present = images(node);
            List<String> missing =
                    wanted.stream().filter(image -> !present.contains(image)).toList();
            Assumptions.assumeTrue(
                    missing.isEmpty(),
                    "node `" + node.getMetadata().getName() + "` does not have the images " + missing);
        });
    }

    private static Set<String> images(Node node) {
        return node.getStatus().getImages().stream()
                .map(ContainerImage::getNames)
                // An image that another one of its name has replaced has no name any more.
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .collect(Collectors.toSet());
    }

    /** The images that every node has. */
    private Set<String> commonImages() {
        Set<String> result = null;
        for (Node node : client.nodes().list().getItems()) {
            if (result == null) {
                result = new TreeSet<>(images(node));
            } else {
                result.retainAll(images(node));
            }
        }
        return result == null ? Set.of() : result;
    }

    /** Skips the calling test when a node lacks the image of embedded nodes, which {@code scripts/image/build} makes. */
    String embeddedImageOrSkip() {
        Optional<String> image = embeddedImage(commonImages());
        Assumptions.assumeTrue(
                image.isPresent(),
                "the nodes do not have the image `" + EMBEDDED + "...`: scripts/image/build makes it, and"
                        + " `scripts/testbed/cluster.sh import` loads it");
        return image.orElseThrow();
    }

    private static Optional<String> embeddedImage(Set<String> present) {
        return present.stream().filter(image -> image.startsWith(EMBEDDED)).findFirst();
    }

    /**
     * A spec for the images that there are: where Fabric's are missing, and with {@code -Dweft.images=embedded}, it has
     * those of embedded nodes, with the sample contract in place of the sample chaincode of the same functions.
     */
    String fitted(String spec) {
        Set<String> present = commonImages();
        Optional<String> embedded = embeddedImage(present);
        boolean isFabricThere =
                present.stream().anyMatch(image -> image.startsWith("docker.io/hyperledger/fabric-peer:"));
        boolean isEmbeddedPreferred = "embedded".equals(System.getProperty("weft.images"));
        return embedded.isEmpty() || (isFabricThere && !isEmbeddedPreferred) ? spec : embedded(spec, embedded.get());
    }

    /** A spec whose nodes and sample chaincodes are those of the image of embedded nodes. */
    static String embedded(String spec, String image) {
        return FABRIC.matcher(spec)
                .replaceFirst("fabric: {version: $1, images: {peer: \"" + image + "\", orderer: \"" + image
                        + "\", ca: \"" + image + "\"}}")
                .replace(SAMPLE, image);
    }

    KubernetesClient client() {
        return client;
    }

    KubeConfig kubeConfig() {
        return kubeConfig;
    }

    /** A name that no namespace has; the namespace will be removed with this cluster, whoever makes it. */
    String freshNamespace() {
        String name = FreshName.of("et");
        namespaces.add(name);
        return name;
    }

    /** Makes a namespace in which Pod Security is enforced as strictly as there is. */
    void createNamespace(String name) {
        if (!namespaces.contains(name)) {
            namespaces.add(name);
        }
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .addToLabels("made-by", "test")
                        .endMetadata()
                        .build())
                .create();
    }

    boolean hasNamespace(String name) {
        return client.namespaces().withName(name).get() != null;
    }

    /**
     * Metadata of everything in a namespace, of whatever kind the API server knows, by {@code plural/name}; without
     * events and what Kubernetes itself puts there.
     */
    Map<String, Map<String, Object>> everything(String namespace) {
        Map<String, CompletableFuture<Map<String, Object>>> lists = new LinkedHashMap<>();
        for (String collection : collections()) {
            lists.put(collection, CompletableFuture.supplyAsync(() -> raw(path(collection, namespace))));
        }
        Map<String, Map<String, Object>> result = new TreeMap<>();
        lists.forEach((collection, list) -> Json.list(list.join(), "items").forEach(item -> {
            String plural = collection.substring(collection.lastIndexOf('/') + 1);
            String name = plural + "/" + Json.text(item, "metadata", "name");
            if (!ALWAYS_THERE.contains(name)) {
                result.put(name, Json.map(item, "metadata"));
            }
        }));
        return result;
    }

    /** UID and resource version of everything in a namespace, by {@code plural/name}. */
    Map<String, String> versions(String namespace) {
        Map<String, String> result = new TreeMap<>();
        everything(namespace)
                .forEach((name, metadata) ->
                        result.put(name, Json.text(metadata, "uid") + " at " + Json.text(metadata, "resourceVersion")));
        return result;
    }

    /** As {@link #versions}, once Kubernetes' own controllers have come to rest. */
    Map<String, String> versionsAtRest(String namespace) {
        Map<String, String> before = versions(namespace);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            pause(Duration.ofSeconds(1));
            Map<String, String> now = versions(namespace);
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
        throw new AssertionError("Namespace `" + namespace + "` does not come to rest");
    }

    /** The paths of all collections of namespaced objects that can be listed, with {@code %s} for the namespace. */
    private List<String> collections() {
        if (collections.isEmpty()) {
            List<String> roots = new ArrayList<>(List.of("/api/v1"));
            Json.list(raw("/apis"), "groups")
                    .forEach(group -> roots.add("/apis/" + Json.text(group, "preferredVersion", "groupVersion")));
            List<String> found = new ArrayList<>();
            for (String root : roots) {
                for (Object resource : Json.list(raw(root), "resources")) {
                    String name = Json.text(resource, "name");
                    if (Boolean.TRUE.equals(Json.at(resource, "namespaced").orElse(false))
                            && Json.list(resource, "verbs").contains("list")
                            && !NOT_STATE.contains(name)) {
                        found.add(root + "/namespaces/%s/" + name);
                    }
                }
            }
            collections = List.copyOf(found);
        }
        return collections;
    }

    private static String path(String collection, String namespace) {
        return collection.replace("%s", namespace);
    }

    private Map<String, Object> raw(String path) {
        String json = client.raw(path);
        return json == null ? Map.of() : Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A kubeconfig for a service account that has the Role in each of the namespaces, and no other right.
     *
     * @param role manifest of a Role
     * @param file where to write the kubeconfig
     */
    Path kubeconfigUnder(String role, Collection<String> roleNamespaces, Path file) {
        String home = roleNamespaces.iterator().next();
        Role rules = client.getKubernetesSerialization().unmarshal(role, Role.class);
        String account = rules.getMetadata().getName() + "-tester";
        client.raw(
                "/api/v1/namespaces/" + home + "/serviceaccounts",
                "POST",
                Map.of("apiVersion", "v1", "kind", "ServiceAccount", "metadata", Map.of("name", account)));
        for (String namespace : roleNamespaces) {
            rules.getMetadata().setResourceVersion(null);
            client.resource(rules).inNamespace(namespace).create();
            client.resource(new RoleBindingBuilder()
                            .withNewMetadata()
                            .withName(account)
                            .endMetadata()
                            .withNewRoleRef(
                                    "rbac.authorization.k8s.io",
                                    "Role",
                                    rules.getMetadata().getName())
                            .addNewSubject("", "ServiceAccount", account, home)
                            .build())
                    .inNamespace(namespace)
                    .create();
        }
        String token = client.serviceAccounts()
                .inNamespace(home)
                .withName(account)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(3600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        Map<String, Object> config = new org.yaml.snakeyaml.Yaml().load(kubeConfig.toYaml());
        config.put("users", List.of(Map.of("name", "weft", "user", Map.of("token", token))));
        try {
            Files.writeString(file, Json.write(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** The last lines of every container, for the message of a test that failed. */
    String logs(Collection<String> of, int lines) {
        StringBuilder result = new StringBuilder();
        for (String namespace : of) {
            client.pods().inNamespace(namespace).list().getItems().forEach(pod -> pod.getSpec()
                    .getContainers()
                    .forEach(container -> result.append("log of ")
                            .append(pod.getMetadata().getName())
                            .append('/')
                            .append(container.getName())
                            .append(":\n")
                            .append(log(pod, container.getName(), lines))
                            .append('\n')));
        }
        return result.toString();
    }

    private String log(Pod pod, String container, int lines) {
        try {
            return client.pods()
                    .resource(pod)
                    .inContainer(container)
                    .tailingLines(lines)
                    .getLog();
        } catch (KubernetesClientException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Waits until something holds in the cluster; fails with the description when it does not in time. */
    void await(String what, Duration timeout, BooleanSupplier condition) {
        boolean unused = eventually(what, timeout, Duration.ofMillis(200), condition::getAsBoolean, holds -> holds);
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Removes the namespaces and waits until they are gone, so that the next test has the nodes to itself. */
    @Override
    public void close() {
        for (String name : namespaces) {
            try {
                client.namespaces().withName(name).delete();
            } catch (KubernetesClientException e) {
                System.err.println("Namespace `" + name + "` could not be removed: " + e.getMessage());
            }
        }
        for (String name : namespaces) {
            await("namespace `" + name + "` to be gone", PATIENCE, () -> !hasNamespace(name));
        }
        client.close();
    }
}
