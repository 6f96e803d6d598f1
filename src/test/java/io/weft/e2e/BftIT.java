package io.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.NetworkStatus;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult.Committed;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Four organizations order together and put up with the loss of one. Each test leaves what the next one needs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BftIT {
    private TestCluster cluster;
    private TestNetwork network;

    @BeforeAll
    void prepare() {
        cluster = TestCluster.requireOrSkip();
        network = TestNetwork.asSpecified(cluster, TestNetwork.spec("bft.yaml"), cluster.freshNamespace());
        cluster.requireImages(network.network());
        cluster.createNamespace(network.namespace());
    }

    @AfterAll
    void clean() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Call create(String asset) {
        return Call.of("settlement", "asset", "CreateAsset", asset, "blue", "5", "tom", "100");
    }

    @Test
    @Order(1)
    void up_makes_four_consenters_agree_on_a_transaction() throws Exception {
        network.up();

        network.assertAsWanted();
        assertThat(network.submit("org1", create("a1")).isValid()).isTrue();
        assertThat(network.up().outcomes()).isEmpty();
    }

    @Test
    @Order(2)
    void three_of_four_still_agree() {
        scale(0);
        cluster.await(
                "the pod of org4's ordering node to be gone",
                Duration.ofSeconds(60),
                () -> cluster.client()
                                .pods()
                                .inNamespace(network.namespace())
                                .withName("org4-orderer0-0")
                                .get()
                        == null);

        Committed commit = network.submit("org2", create("a2"));

        assertThat(commit.isValid()).isTrue();
        NetworkStatus status = network.status();
        assertThat(status.isAsWanted()).isFalse();
        assertThat(status.nodes())
                .filteredOn(node -> !node.ready())
                .extracting(NetworkStatus.Node::name)
                .containsExactly("org4/orderer0");
    }

    @Test
    @Order(3)
    void up_brings_the_lost_node_back_and_it_catches_up() throws Exception {
        network.up();

        network.assertAsWanted();
        assertThat(network.submit("org1", create("a3")).isValid()).isTrue();
        cluster.await("org4's ordering node to catch up", Duration.ofSeconds(60), () -> {
            NetworkStatus.Channel channel = network.status().channels().get(0);
            return channel.members().get("org4/orderer0").height()
                    == channel.members().get("org1/orderer0").height();
        });
    }

    @Test
    @Order(4)
    void down_leaves_nothing() throws Exception {
        network.remove();

        assertThat(cluster.everything(network.namespace())).isEmpty();
    }

    private void scale(int replicas) {
        cluster.client()
                .apps()
                .statefulSets()
                .inNamespace(network.namespace())
                .withName("org4-orderer0")
                .scale(replicas);
    }
}
