package io.weft.e2e;

import static io.weft.e2e.TestNetwork.createAsset;
import static io.weft.e2e.TestNetwork.readAsset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.weft.NetworkStatus;
import io.weft.Removal;
import io.weft.problem.RejectedException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The charts and weft's commands with embedded nodes in the pods, under Pod Security {@code restricted}: three ordering
 * nodes, two organizations with two peers each. Each test leaves what the next one needs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmbeddedImageIT {
    private TestCluster cluster;
    private TestNetwork network;

    @BeforeAll
    void prepare() {
        cluster = TestCluster.requireOrSkip();
        String spec = TestCluster.embedded(TestNetwork.spec("two-orgs.yaml"), cluster.embeddedImageOrSkip());
        network = TestNetwork.asSpecified(cluster, spec, cluster.freshNamespace());
        cluster.createNamespace(network.namespace());
    }

    @AfterAll
    void clean() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void up_makes_the_network_and_finds_nothing_to_do_afterwards() throws Exception {
        network.up();

        network.assertAsWanted();
        assertThat(network.up().outcomes()).isEmpty();
    }

    @Test
    @Order(2)
    void what_one_organization_submits_the_other_sees() {
        assertThat(network.submit("org1", createAsset("a1")).isValid()).isTrue();

        cluster.await("org2 to see the asset", Duration.ofSeconds(30), () -> sees("org2", "a1"));
        assertThat(network.submit("org2", createAsset("a2")).isValid()).isTrue();
    }

    private boolean sees(String organization, String asset) {
        try {
            return network.evaluate(organization, readAsset(asset)).contains("tom");
        } catch (RejectedException e) {
            return false;
        }
    }

    @Test
    @Order(3)
    void nodes_that_are_replaced_have_what_they_had() throws Exception {
        Map<String, Long> before = heights(network.status());
        for (String pod : new String[] {"orderer-orderer0-0", "org1-peer0-0", "org2-ca-0"}) {
            String uid = uid(pod);
            cluster.client()
                    .pods()
                    .inNamespace(network.namespace())
                    .withName(pod)
                    .delete();
            cluster.await("another pod " + pod, Duration.ofSeconds(60), () -> !uid.equals(uid(pod)));
        }

        network.up();

        network.assertAsWanted();
        heights(network.status())
                .forEach((node, height) -> assertThat(height).as(node).isEqualTo(before.get(node)));
        assertThat(network.submit("org1", createAsset("a3")).isValid()).isTrue();
    }

    /** Empty while there is no such pod. */
    private String uid(String pod) {
        Pod found = cluster.client()
                .pods()
                .inNamespace(network.namespace())
                .withName(pod)
                .get();
        return found == null || found.getMetadata().getDeletionTimestamp() != null
                ? ""
                : found.getMetadata().getUid();
    }

    private static Map<String, Long> heights(NetworkStatus status) {
        Map<String, Long> result = new TreeMap<>();
        status.channels()
                .forEach(channel -> channel.members().forEach((node, member) -> result.put(node, member.height())));
        return result;
    }

    @Test
    @Order(4)
    void reset_empties_the_ledgers_and_the_network_goes_on() throws Exception {
        network.reset();

        network.assertAsWanted();
        assertThatThrownBy(() -> network.evaluate("org1", readAsset("a1"))).isInstanceOf(RejectedException.class);
        assertThat(network.submit("org1", createAsset("a1")).isValid()).isTrue();
    }

    @Test
    @Order(5)
    void down_leaves_nothing() throws Exception {
        Removal removal = network.remove();

        assertThat(removal.removed()).isNotEmpty();
        assertThat(cluster.everything(network.namespace())).isEmpty();
        assertThat(network.remove().removed()).isEmpty();
    }
}
