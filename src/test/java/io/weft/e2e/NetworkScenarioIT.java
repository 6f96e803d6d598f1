package io.weft.e2e;

import static io.weft.e2e.TestNetwork.createAsset;
import static io.weft.e2e.TestNetwork.readAsset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.weft.NetworkStatus;
import io.weft.Removal;
import io.weft.apply.Report;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult.Committed;
import io.weft.plan.Plan;
import io.weft.problem.RejectedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The life of a network of two organizations, from an empty namespace to an empty namespace. */
class NetworkScenarioIT {
    @Nested
    class OnFabric3 extends Life {
        OnFabric3() {
            super("3.1.5");
        }
    }

    @Nested
    class OnFabric2 extends Life {
        OnFabric2() {
            super("2.5.16");
        }
    }

    /** Each test leaves what the next one needs. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    abstract static class Life {
        private static final String FOREIGN = "somebody-elses";

        private final String version;
        private TestCluster cluster;
        private TestNetwork network;
        private Map<String, String> keys;
        private List<String> releases;
        private String id;

        Life(String version) {
            this.version = version;
        }

        @BeforeAll
        void prepare() {
            cluster = TestCluster.requireOrSkip();
            String spec = TestNetwork.replaced(
                    TestNetwork.spec("two-orgs.yaml"), "version: 3.1.5}", "version: " + version + "}");
            network = TestNetwork.asSpecified(cluster, spec, cluster.freshNamespace());
            cluster.requireImages(network.network());
            cluster.createNamespace(network.namespace());
            cluster.client()
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName(FOREIGN)
                            .endMetadata()
                            .addToData("kept", "yes")
                            .build())
                    .inNamespace(network.namespace())
                    .create();
        }

        @AfterAll
        void clean() {
            if (cluster != null) {
                cluster.close();
            }
        }

        @Test
        @Order(1)
        void a_plan_lists_every_step_and_writes_nothing() {
            Map<String, String> before = cluster.versions(network.namespace());

            Plan plan = network.plan();

            assertThat(plan.state().networkId()).isEmpty();
            assertThat(plan.needed()).hasSizeGreaterThan(40);
            assertThat(cluster.versions(network.namespace())).isEqualTo(before);
        }

        @Test
        @Order(2)
        void up_makes_the_network_run_under_restricted_pod_security() throws Exception {
            Report report = network.up();

            assertThat(report.changes()).isPositive();
            assertThat(report.outcomes()).hasSameSizeAs(report.plan().needed());
            network.assertAsWanted();
            id = network.id().orElseThrow();
            keys = network.keys();
            releases = releases();
        }

        @Test
        @Order(3)
        void status_knows_every_node_its_height_the_leader_and_the_approvals() {
            NetworkStatus status = network.status();

            assertThat(status.nodes())
                    .extracting(NetworkStatus.Node::name)
                    .containsExactlyInAnyOrder(
                            "orderer/orderer0",
                            "orderer/orderer1",
                            "orderer/orderer2",
                            "org1/peer0",
                            "org1/peer1",
                            "org2/peer0",
                            "org2/peer1",
                            "orderer/ca",
                            "org1/ca",
                            "org2/ca",
                            "org1/trading/asset",
                            "org2/trading/asset");
            assertThat(status.channels()).singleElement().satisfies(channel -> {
                assertThat(channel.name()).isEqualTo("trading");
                assertThat(channel.leader().orElseThrow()).startsWith("orderer/orderer");
                // Block 0, two approvals in one or two blocks, the commit, and the first transaction, `InitLedger`.
                assertThat(channel.members().get("org1/peer0").height()).isBetween(4L, 5L);
                assertThat(channel.chaincodes()).singleElement().satisfies(asset -> {
                    assertThat(asset.name()).isEqualTo("asset");
                    assertThat(asset.version()).isEqualTo("1.0");
                    assertThat(asset.sequence()).isEqualTo(1);
                    assertThat(asset.approvals()).isEqualTo(Map.of("org1", true, "org2", true));
                    assertThat(asset.installed())
                            .containsOnlyKeys("org1/peer0", "org1/peer1", "org2/peer0", "org2/peer1")
                            .doesNotContainValue(false);
                    assertThat(asset.packageIds()).containsOnlyKeys("org1", "org2");
                    assertThat(asset.packageIds().values()).allMatch(id -> id.startsWith("asset_1.0:"));
                });
            });
        }

        @Test
        @Order(4)
        void a_transaction_of_one_organization_is_seen_by_the_other() {
            Committed commit = network.submit("org1", createAsset("a1"));

            assertThat(commit.isValid()).isTrue();
            assertThat(network.evaluate("org1", readAsset("a1"))).contains("tom");
            awaitAsset("org2", "a1");
            network.submit("org2", Call.of("trading", "asset", "TransferAsset", "a1", "eve"));
            assertThat(network.evaluate("org2", readAsset("a1"))).contains("eve");
        }

        private void awaitAsset(String organization, String asset) {
            cluster.await("asset `" + asset + "` to be known to " + organization, Duration.ofSeconds(20), () -> {
                try {
                    return network.evaluate(organization, readAsset(asset)).contains(asset);
                } catch (RejectedException e) {
                    return false;
                }
            });
        }

        @Test
        @Order(5)
        void up_again_finds_nothing_to_do_and_writes_nothing() throws Exception {
            Map<String, String> before = cluster.versionsAtRest(network.namespace());
            NetworkStatus status = network.status();

            Report report = network.up();

            assertThat(report.outcomes()).isEmpty();
            assertThat(report.plan().isEmpty()).isTrue();
            assertThat(cluster.versions(network.namespace())).isEqualTo(before);
            assertThat(network.status().channels()).isEqualTo(status.channels());
        }

        @Test
        @Order(6)
        void up_again_works_without_any_right_to_write(@TempDir Path folder) throws Exception {
            Path reader = cluster.kubeconfigUnder("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: Role
                    metadata: {name: reader}
                    rules:
                      - {apiGroups: ["*"], resources: ["*"], verbs: [get, list, watch]}
                      - {apiGroups: [""], resources: [pods/portforward], verbs: [get, create]}
                    """, List.of(network.namespace()), folder.resolve("kubeconfig"));

            assertThat(network.through(reader).up().outcomes()).isEmpty();
            assertThat(network.through(reader).status().isAsWanted()).isTrue();
        }

        @Test
        @Order(7)
        void reset_wipes_the_ledger_and_keeps_identities_releases_and_volumes() throws Exception {
            Map<String, String> firstBlocks = network.firstBlocks();
            List<String> volumes = volumes();

            network.reset();

            network.assertAsWanted();
            assertThat(network.id()).contains(id);
            assertThat(network.keys()).isEqualTo(keys);
            assertThat(releases()).isEqualTo(releases);
            assertThat(volumes()).hasSizeGreaterThan(6).hasSameElementsAs(volumes);
            assertThat(network.firstBlocks()).isNotEqualTo(firstBlocks);
            assertThatThrownBy(() -> network.evaluate("org1", readAsset("a1")))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("a1")
                    .hasMessageContaining("does not exist");
            assertThat(network.submit("org1", createAsset("a2")).isValid()).isTrue();
            assertThat(network.evaluate("org1", readAsset("a2"))).contains("tom");
        }

        @Test
        @Order(8)
        void down_leaves_nothing_but_what_others_made() throws Exception {
            Removal removal = network.remove();

            Map<String, Map<String, Object>> left = new TreeMap<>(cluster.everything(network.namespace()));
            assertThat(left.remove("configmaps/" + FOREIGN)).isNotNull();
            left.keySet().removeIf(name -> name.contains("reader")); // the account of an earlier test
            assertThat(left).isEmpty();
            assertThat(cluster.hasNamespace(network.namespace())).isTrue();
            assertThat(removal.removed())
                    .anyMatch(line -> line.contains("Secret") && line.contains("org1-ca-keys"))
                    .anyMatch(line -> line.contains("PersistentVolumeClaim"));
            assertThat(removal.kept())
                    .anyMatch(line -> line.contains(FOREIGN))
                    .anyMatch(line -> line.contains(network.namespace()) && line.contains("weft did not make"));
            // Claims are gone; their volumes are the storage provider's, who takes a moment to wipe and remove them.
            cluster.await("volumes to be removed", Duration.ofSeconds(60), () -> volumes()
                    .isEmpty());
            NetworkStatus status = network.status();
            assertThat(status.networkId()).isEmpty();
            assertThat(status.isAsWanted()).isFalse();
        }

        @Test
        @Order(9)
        void down_again_finds_nothing_to_remove() throws Exception {
            Map<String, String> before = cluster.versionsAtRest(network.namespace());

            assertThat(network.remove().removed()).isEmpty();

            assertThat(cluster.versions(network.namespace())).isEqualTo(before);
        }

        private List<String> releases() {
            return cluster
                    .client()
                    .secrets()
                    .inNamespace(network.namespace())
                    .withLabel("owner", "helm")
                    .withLabel("status", "deployed")
                    .list()
                    .getItems()
                    .stream()
                    .map(secret -> secret.getMetadata().getLabels().get("name"))
                    .sorted()
                    .collect(Collectors.toList());
        }

        private List<String> volumes() {
            return cluster.client().persistentVolumes().list().getItems().stream()
                    .filter(volume -> volume.getSpec().getClaimRef() != null
                            && network.namespace()
                                    .equals(volume.getSpec().getClaimRef().getNamespace())
                            && !"Released".equals(volume.getStatus().getPhase()))
                    .map(volume -> volume.getMetadata().getName())
                    .collect(Collectors.toList());
        }
    }
}
