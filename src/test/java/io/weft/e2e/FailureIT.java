package io.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.apply.Outcome.Failed;
import io.weft.apply.Outcome.Skipped;
import io.weft.apply.Progress;
import io.weft.apply.Report;
import io.weft.problem.WeftException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cannot succeed says so soon: the object, what it suffers from, its last words, the cause, where to look. */
class FailureIT {
    private static final String SPEC = TestNetwork.spec("minimal.yaml");
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private TestCluster cluster;
    private String namespace;

    @BeforeEach
    void prepare() {
        cluster = TestCluster.requireOrSkip();
        namespace = cluster.freshNamespace();
        cluster.requireImages(TestNetwork.of(cluster, SPEC, namespace).network());
        cluster.createNamespace(namespace);
    }

    @AfterEach
    void clean() {
        if (cluster != null) { // A skipped test has none.
            cluster.close();
        }
    }

    private TestNetwork network(String found, String by) {
        return TestNetwork.of(cluster, TestNetwork.replaced(SPEC, found, by), namespace)
                .within(DEADLINE);
    }

    private static Failed failure(Report report, String step) {
        assertThat(report.elapsed()).isLessThan(DEADLINE);
        assertThat(report.isSuccess()).isFalse();
        Failed failed = report.failures().stream()
                .filter(one -> one.step().id().equals(step))
                .findFirst()
                .orElseThrow(() -> new AssertionError("`" + step + "` did not fail, but " + report.failures()));
        assertThat(failed.cause()).isInstanceOf(WeftException.class);
        return failed;
    }

    @Test
    void an_image_that_no_registry_has_and_the_right_one_afterwards() throws Exception {
        String image = "docker.io/library/no-such-image:1.0";
        TestNetwork wrong = network("docker.io/library/asset-transfer-basic:1.0", image);

        Report report = wrong.tryUp(Progress.SILENT);

        Failed failed = failure(report, "ready org1/trading/asset");
        assertThat(failed.cause())
                .hasMessageContaining("Object: pod `" + namespace + "/org1-cc-trading-asset-")
                .hasMessageContaining("Last seen: ")
                .hasMessageContaining("no-such-image")
                .hasMessageContaining("Cause: ")
                .hasMessageContaining("Next: `kubectl -n " + namespace + " describe pod org1-cc-trading-asset-");
        assertThat(report.outcomes())
                .filteredOn(Skipped.class::isInstance)
                .extracting(outcome -> outcome.step().id())
                .contains("verify trading/asset org1");

        TestNetwork right = TestNetwork.of(cluster, SPEC, namespace);
        right.up();
        right.assertAsWanted();
    }

    @Test
    void a_chaincode_that_crashes() throws Exception {
        TestNetwork network = network(
                "asset-transfer-basic:1.0\"}",
                "asset-transfer-basic:1.0\", environment: {CHAINCODE_TLS_DISABLED: \"false\", CHAINCODE_TLS_KEY: /none}}");

        Failed failed = failure(network.tryUp(Progress.SILENT), "ready org1/trading/asset");

        assertThat(failed.cause())
                .hasMessageContaining("Object: pod `" + namespace + "/org1-cc-trading-asset-")
                .hasMessageContaining("Last seen: ")
                .hasMessageContaining("Last lines of the log of container `chaincode`:")
                .hasMessageContaining("/none")
                .hasMessageContaining("Next: `kubectl -n " + namespace);
    }

    @Test
    void a_storage_class_that_the_cluster_does_not_have() throws Exception {
        TestNetwork network = network("peers: 1}", "peers: [{name: peer0, storageClass: no-such-class}]}");

        Failed failed = failure(network.tryUp(Progress.SILENT), "ready org1/peer0");

        assertThat(failed.cause())
                .hasMessageContaining("Object: pod `" + namespace + "/org1-peer0-0`, not on a node yet")
                .hasMessageContaining("no-such-class")
                .hasMessageContaining("Cause: The storage was not provided")
                .hasMessageContaining("Next: `kubectl -n " + namespace);
    }
}
