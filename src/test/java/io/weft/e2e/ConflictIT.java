package io.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.weft.apply.Outcome;
import io.weft.apply.Outcome.Failed;
import io.weft.apply.Progress;
import io.weft.apply.Report;
import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.Lock;
import io.weft.kubernetes.Metadata;
import io.weft.problem.ConflictException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others made stops a run, is named, and is not touched. */
class ConflictIT {
    private static final String SPEC = TestNetwork.spec("minimal.yaml");

    private TestCluster cluster;
    private TestNetwork network;

    @BeforeEach
    void prepare() {
        cluster = TestCluster.requireOrSkip();
        network = TestNetwork.of(cluster, SPEC, cluster.freshNamespace()).within(Duration.ofSeconds(60));
        cluster.requireImages(network.network());
        cluster.createNamespace(network.namespace());
    }

    @AfterEach
    void clean() {
        if (cluster != null) { // A skipped test has none.
            cluster.close();
        }
    }

    /** A run that fails; what is there under the name must not change. */
    private Failed failureOf(TestNetwork run, String step, String bystander) throws InterruptedException {
        Object before = cluster.versions(network.namespace()).get(bystander);
        assertThat(before).isNotNull();

        Report report = run.tryUp(Progress.SILENT);

        assertThat(cluster.versions(network.namespace())).containsEntry(bystander, (String) before);
        assertThat(report.failures()).extracting(failed -> failed.step().id()).contains(step);
        Failed failure = report.failures().stream()
                .filter(failed -> failed.step().id().equals(step))
                .findFirst()
                .orElseThrow();
        assertThat(failure.cause()).isInstanceOf(ConflictException.class);
        return failure;
    }

    @Test
    void a_secret_that_somebody_else_made() throws Exception {
        cluster.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("org1-ca-keys")
                        .endMetadata()
                        .addToData("ca.key", "c29tZWJvZHkgZWxzZSdz")
                        .build())
                .inNamespace(network.namespace())
                .create();

        Failed failure = failureOf(network, "authorities org1", "secrets/org1-ca-keys");

        assertThat(failure.cause())
                .hasMessageContaining("Secret `" + network.namespace() + "/org1-ca-keys` was not made by weft")
                .hasMessageContaining("this network is `" + network.id().orElseThrow() + "`")
                .hasMessageContaining("not touched");
        assertThat(cluster.everything(network.namespace()).keySet())
                .containsExactlyInAnyOrder(
                        "configmaps/minimal-network",
                        "persistentvolumeclaims/data-org1-ca-0",
                        "persistentvolumeclaims/data-org1-orderer0-0",
                        "persistentvolumeclaims/data-org1-peer0-0",
                        "secrets/org1-ca-keys");
        network.remove();
        assertThat(cluster.everything(network.namespace()).keySet()).containsExactly("secrets/org1-ca-keys");
    }

    @Test
    void a_service_that_somebody_else_made() throws Exception {
        cluster.client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("org1-orderer0")
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector("app", "other")
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .inNamespace(network.namespace())
                .create();

        Failed failure = failureOf(network, "release org1/orderer0", "services/org1-orderer0");

        assertThat(failure.cause())
                .hasMessageContaining("Service \"org1-orderer0\"")
                .hasMessageContaining("not touched");
        network.remove();
        assertThat(cluster.everything(network.namespace()).keySet())
                .allMatch(name -> name.endsWith("/org1-orderer0") || name.startsWith("endpoint"));
    }

    @Test
    void a_claim_with_the_ledger_of_another_network() throws Exception {
        cluster.client()
                .resource(new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withName("data-org1-orderer0-0")
                        .addToLabels("weft.io/network-id", "0123456789")
                        .endMetadata()
                        .withNewSpec()
                        .withAccessModes("ReadWriteOnce")
                        .withNewResources()
                        .addToRequests("storage", new Quantity("1Gi"))
                        .endResources()
                        .endSpec()
                        .build())
                .inNamespace(network.namespace())
                .create();
        cluster.versionsAtRest(network.namespace());

        Failed failure = failureOf(network, "storage org1/orderer0", "persistentvolumeclaims/data-org1-orderer0-0");

        assertThat(failure.cause())
                .hasMessageContaining("data-org1-orderer0-0")
                .hasMessageContaining("holds data of network `0123456789`")
                .hasMessageContaining("this network is `" + network.id().orElseThrow() + "`")
                .hasMessageContaining("not touched");
        network.remove();
        assertThat(cluster.everything(network.namespace()).keySet())
                .containsExactly("persistentvolumeclaims/data-org1-orderer0-0");
    }

    @Test
    void another_network_of_weft_in_the_same_namespace() throws Exception {
        try {
            network.tryUp(new Progress() {
                @Override
                public void finished(Outcome outcome) {
                    if (outcome.step().id().equals("release org1/ca")) {
                        throw new Enough();
                    }
                }
            });
        } catch (Enough e) {
            // Identities and at least one release are there.
        }
        String first = network.id().orElseThrow();
        Map<String, String> before = network.keys();
        TestNetwork second = TestNetwork.of(
                cluster, TestNetwork.replaced(SPEC, "name: minimal", "name: second"), network.namespace());

        Failed failure = failureOf(second, "authorities org1", "secrets/org1-ca-keys");

        assertThat(failure.cause())
                .hasMessageContaining("belongs to network `" + first + "`")
                .hasMessageContaining("this network is `" + second.id().orElseThrow() + "`");
        second.remove();
        assertThat(network.keys()).isEqualTo(before);
        assertThat(network.id()).contains(first);
        assertThat(second.id()).isEmpty();
        network.remove();
        assertThat(cluster.everything(network.namespace())).isEmpty();
    }

    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Test
    void a_run_of_somebody_else() {
        Lock.Holder other = new Lock.Holder("eve", "elsewhere", 4711, Instant.now());
        Metadata lease = Metadata.of(network.namespace(), network.names().lock(), Map.of(), Map.of());
        try (Cluster connection = Cluster.connect(cluster.kubeConfig());
                Lock lock = connection.lock(lease, other, Duration.ofSeconds(60), Duration.ZERO)) {
            for (Action action : List.<Action>of(network::up, network::remove)) {
                assertThatThrownBy(action::run)
                        .isInstanceOf(ConflictException.class)
                        .hasMessageContaining("eve@elsewhere pid 4711")
                        .hasMessageContaining("Another run");
            }
            assertThat(cluster.everything(network.namespace()).keySet())
                    .containsExactly("leases/" + network.names().lock());
            lock.requireHeld();
        }
    }

    private interface Action {
        Object run() throws InterruptedException;
    }
}
