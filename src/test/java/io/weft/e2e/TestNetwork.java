package io.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.weft.ClusterConnection;
import io.weft.NetworkDeployer;
import io.weft.NetworkStatus;
import io.weft.Removal;
import io.weft.apply.Progress;
import io.weft.apply.Report;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult.Committed;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.plan.Plan;
import io.weft.spec.NetworkSpecs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A network as tests use it: every call is a run of its own with nothing in memory from the one before, as if a command
 * had been given each time.
 */
final class TestNetwork {
    private static final Path SPECS = Path.of("network-specs");
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final TestCluster cluster;
    private final Network network;
    private final ClusterConnection connection;

    private TestNetwork(TestCluster cluster, Network network, ClusterConnection connection) {
        this.cluster = cluster;
        this.network = network;
        this.connection = connection;
    }

    /** The text of a spec that comes with weft. */
    static String spec(String file) {
        try {
            return Files.readString(SPECS.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces a text that must be there. */
    static String replaced(String spec, String found, String by) {
        assertThat(spec).contains(found);
        return spec.replace(found, by);
    }

    /** A network in one namespace, of the images that are on the nodes: {@link TestCluster#fitted}. */
    static TestNetwork of(TestCluster cluster, String spec, String namespace) {
        return of(cluster, cluster.fitted(spec), Optional.of(namespace));
    }

    /** A network in one namespace, of the very images that its spec names. */
    static TestNetwork asSpecified(TestCluster cluster, String spec, String namespace) {
        return of(cluster, spec, Optional.of(namespace));
    }

    /** A network in the namespaces that its spec names. */
    static TestNetwork of(TestCluster cluster, String spec) {
        return of(cluster, cluster.fitted(spec), Optional.empty());
    }

    private static TestNetwork of(TestCluster cluster, String spec, Optional<String> namespace) {
        Network network = NetworkSpecs.parse("network.yaml", spec, namespace).network();
        return new TestNetwork(cluster, network, new ClusterConnection(kubeconfigFiles(), Optional.empty(), TIMEOUT));
    }

    static List<Path> kubeconfigFiles() {
        return List.of(System.getenv("KUBECONFIG").split(java.io.File.pathSeparator)).stream()
                .map(Path::of)
                .toList();
    }

    /** The same network by another spec. */
    TestNetwork changed(String spec) {
        return new TestNetwork(
                cluster,
                NetworkSpecs.parse("network.yaml", cluster.fitted(spec), Optional.of(network.namespace()))
                        .network(),
                connection);
    }

    /** The same network by another kubeconfig. */
    TestNetwork through(Path kubeconfig) {
        return new TestNetwork(cluster, network, new ClusterConnection(List.of(kubeconfig), Optional.empty(), TIMEOUT));
    }

    /** The same network with less patience. */
    TestNetwork within(Duration timeout) {
        return new TestNetwork(
                cluster, network, new ClusterConnection(connection.kubeconfigFiles(), connection.context(), timeout));
    }

    Network network() {
        return network;
    }

    Names names() {
        return new Names(network);
    }

    String namespace() {
        return network.namespace();
    }

    NetworkDeployer deployer() {
        return NetworkDeployer.connect(connection, network);
    }

    Plan plan() {
        try (NetworkDeployer deployer = deployer()) {
            return deployer.plan();
        }
    }

    /** {@code up} that must succeed. */
    Report up() throws InterruptedException {
        return succeeded(tryUp(Progress.SILENT));
    }

    private Report succeeded(Report report) {
        assertThat(report.isSuccess())
                .as(() -> report.outcomes().stream()
                                .map(Object::toString)
                                .collect(Collectors.joining("\n", "outcomes:\n", "\n"))
                        + cluster.logs(network.namespaces(), 60))
                .isTrue();
        return report;
    }

    Report tryUp(Progress progress) throws InterruptedException {
        try (NetworkDeployer deployer = deployer()) {
            return deployer.up(progress);
        }
    }

    Report reset() throws InterruptedException {
        try (NetworkDeployer deployer = deployer()) {
            return succeeded(deployer.reset(Progress.SILENT, note -> {}));
        }
    }

    NetworkStatus status() {
        try (NetworkDeployer deployer = deployer()) {
            return deployer.status();
        }
    }

    Removal remove() throws InterruptedException {
        try (NetworkDeployer deployer = deployer()) {
            return deployer.remove(note -> {});
        }
    }

    Committed submit(String organization, Call call) {
        return submit(organization, "user1", call);
    }

    Committed submit(String organization, String user, Call call) {
        try (NetworkDeployer deployer = deployer()) {
            return deployer.submit(organization, user, call);
        }
    }

    String evaluate(String organization, Call call) {
        return evaluate(organization, "user1", call);
    }

    String evaluate(String organization, String user, Call call) {
        try (NetworkDeployer deployer = deployer()) {
            return new String(deployer.evaluate(organization, user, call), StandardCharsets.UTF_8);
        }
    }

    /** A call that creates an asset in the sample chaincode {@code asset} of channel {@code trading}. */
    static Call createAsset(String id) {
        return Call.of("trading", "asset", "CreateAsset", id, "blue", "5", "tom", "100");
    }

    static Call readAsset(String id) {
        return Call.of("trading", "asset", "ReadAsset", id);
    }

    /** The network's ID, as its record says. */
    Optional<String> id() {
        return record().map(record -> record.getData().get("networkId"));
    }

    private Optional<ConfigMap> record() {
        return Optional.ofNullable(cluster.client()
                .configMaps()
                .inNamespace(network.namespace())
                .withName(names().networkRecord())
                .get());
    }

    /** Block 0 of each channel that has one, by channel, in base64. */
    Map<String, String> firstBlocks() {
        Map<String, String> result = new TreeMap<>();
        network.channels().forEach(channel -> Optional.ofNullable(cluster.client()
                        .configMaps()
                        .inNamespace(network.namespace())
                        .withName(names().channelRecord(channel.name()))
                        .get())
                .ifPresent(map -> result.put(channel.name(), map.getBinaryData().get("block"))));
        return result;
    }

    /** Every entry of every Secret with keys and certificates, by {@code namespace/secret/entry}, in base64. */
    Map<String, String> keys() {
        Map<String, String> result = new TreeMap<>();
        for (String namespace : network.namespaces()) {
            for (Secret secret :
                    cluster.client().secrets().inNamespace(namespace).list().getItems()) {
                if ("Opaque".equals(secret.getType())) {
                    secret.getData()
                            .forEach((entry, value) -> result.put(
                                    namespace + "/" + secret.getMetadata().getName() + "/" + entry, value));
                }
            }
        }
        return result;
    }

    /** What {@code status} has to say when all is well, asserted one by one. */
    void assertAsWanted() {
        // A single ordering node that was started anew is its own leader only after an election.
        cluster.await("every channel to have a leader", Duration.ofSeconds(60), () -> status().channels().stream()
                .allMatch(channel -> channel.leader().isPresent()));
        NetworkStatus status = status();
        assertThat(status.networkId()).isEqualTo(id()).isPresent();
        assertThat(status.nodes())
                .isNotEmpty()
                .allSatisfy(node -> assertThat(node.ready()).as(node.toString()).isTrue());
        assertThat(status.channels()).hasSameSizeAs(network.channels()).allSatisfy(channel -> {
            assertThat(channel.leader()).as("leader of " + channel.name()).isPresent();
            assertThat(channel.members()).isNotEmpty().allSatisfy((node, membership) -> {
                assertThat(membership.joined()).as(node + ": " + membership).isTrue();
                assertThat(membership.height()).as(node).isPositive();
            });
            assertThat(channel.chaincodes()).isNotEmpty().allSatisfy(chaincode -> {
                assertThat(chaincode.sequence()).as(chaincode.name()).isPositive();
                assertThat(chaincode.approvals())
                        .allSatisfy((organization, approved) ->
                                assertThat(approved).as(organization).isTrue());
                assertThat(chaincode.installed())
                        .allSatisfy((peer, installed) ->
                                assertThat(installed).as(peer).isTrue());
            });
        });
        assertThat(status.isAsWanted()).isTrue();
        assertThat(status.certificates()).isNotEmpty();
    }
}
