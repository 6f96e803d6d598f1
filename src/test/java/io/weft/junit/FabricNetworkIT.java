package io.weft.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.fixture.DevelopmentNetwork;
import io.weft.fixture.TestChannel;
import io.weft.kubernetes.NodeImages;
import io.weft.problem.RejectedException;
import io.weft.testing.ApiServer;
import io.weft.testing.FabricPrograms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.GatewayException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One and the same test class, on all that a network can run on. */
class FabricNetworkIT {
    /** Those of `small.yaml`; other tests run with the image of embedded nodes. */
    private static final List<String> IMAGES = List.of(
            "docker.io/hyperledger/fabric-orderer:3.1.5",
            "docker.io/hyperledger/fabric-peer:3.1.5",
            "docker.io/library/asset-transfer-basic:1.0");

    /** Not a test by itself: it is run by those below. */
    @FabricNetwork("fixture/small.yaml")
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Cases {
        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Test
        @Order(1)
        void what_one_organization_submits_the_other_reads(
                TestChannel channel,
                @Client(organization = "org1") Contract ours,
                @Client(organization = "org2") Contract theirs)
                throws Exception {
            assertThat(channel.name()).startsWith("trading-");
            ours.submitTransaction("CreateAsset", "a1", "blue", "5", "tom", "100");

            assertThat(text(theirs.evaluateTransaction("ReadAsset", "a1"))).contains("blue");
        }

        @Test
        @Order(2)
        void a_peer_that_is_cut_off_endorses_nothing(
                DevelopmentNetwork network, @Client(organization = "org1") Contract ours) {
            network.cutOff("org2/peer0");

            assertThatThrownBy(() -> ours.submitTransaction("CreateAsset", "a2", "blue", "5", "tom", "100"))
                    .isInstanceOf(GatewayException.class);
        }

        @Test
        @Order(3)
        void a_peer_that_is_stopped_and_started_again_has_what_it_had(
                DevelopmentNetwork network,
                @Client(organization = "org1") Contract ours,
                @Client(organization = "org2") Contract theirs)
                throws Exception {
            network.stop("org2/peer0");
            assertThatThrownBy(() -> theirs.evaluateTransaction("ReadAsset", "a1"))
                    .isInstanceOf(GatewayException.class);
            network.startAgain("org2/peer0");

            assertThat(text(theirs.evaluateTransaction("ReadAsset", "a1"))).contains("blue");
            ours.submitTransaction("CreateAsset", "a3", "blue", "5", "tom", "100");
            assertThat(text(theirs.evaluateTransaction("ReadAsset", "a3"))).contains("a3");
        }

        @Test
        @Order(4)
        void an_expired_identity_is_refused(DevelopmentNetwork network, TestChannel channel) {
            network.expire("org1", "user1");

            assertThatThrownBy(() -> channel.contract("org1", "user1", "asset").evaluateTransaction("ReadAsset", "a1"))
                    .isInstanceOf(GatewayException.class);
        }

        @Test
        @Order(5)
        void what_only_embedded_nodes_can_is_refused_elsewhere(DevelopmentNetwork network) {
            assertThatThrownBy(() -> network.delay("org1/peer0", Duration.ofMillis(10)))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("is possible with embedded nodes only");
        }
    }

    private static void runs(Map<String, String> where) {
        requireSuccess(FabricNetworkExtensionTest.run(where, Cases.class));
    }

    private static void requireSuccess(Map<String, String> results) {
        assertThat(results)
                .hasSizeGreaterThan(5)
                .allSatisfy((name, result) -> assertThat(result).as(name).isEqualTo("SUCCESSFUL"));
    }

    @Test
    void it_runs_on_fabrics_own_programs() {
        FabricPrograms programs = FabricPrograms.require();
        Assumptions.assumeTrue(
                programs.version().major() == 3, "FABRIC_BIN has Fabric " + programs.version() + ", the spec wants 3");

        runs(Map.of("weft.nodes", "fabric"));
    }

    @Test
    void it_runs_on_a_cluster() {
        Set<String> images = NodeImages.of(ApiServer.clusterOrSkip());
        Assumptions.assumeTrue(images.containsAll(IMAGES), "The cluster's nodes do not have the images " + IMAGES);

        runs(Map.of("weft.platform", "kubernetes"));
    }

    /** Without Testcontainers or Docker the cases are skipped, and so is this. */
    @Test
    void it_runs_on_k3s() {
        Map<String, String> results = FabricNetworkExtensionTest.run(Map.of("weft.platform", "k3s"), Cases.class);
        String skipped = results.values().stream()
                .filter(result -> result.startsWith("ABORTED"))
                .findFirst()
                .orElse("");
        Assumptions.assumeTrue(skipped.isEmpty(), skipped);

        requireSuccess(results);
    }
}
