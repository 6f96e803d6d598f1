package io.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.gateway.Call;
import io.weft.gateway.CallResult.Committed;
import io.weft.problem.RejectedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** World states in CouchDB, and data that only members of a collection see. Each test leaves what the next one needs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CouchdbPrivateDataIT {
    private static final String ASSET = """
            {"objectType": "asset", "assetID": "a1", "color": "green", "size": 20, "appraisedValue": 4711}\
            """;

    private TestCluster cluster;
    private TestNetwork network;

    @BeforeAll
    void prepare() {
        cluster = TestCluster.requireOrSkip();
        network = TestNetwork.of(cluster, TestNetwork.spec("couchdb-private-data.yaml"), cluster.freshNamespace());
        cluster.requireImages(network.network());
        cluster.createNamespace(network.namespace());
    }

    @AfterAll
    void clean() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Call call(String function, String... arguments) {
        return Call.of("trading", "private", function, arguments);
    }

    @Test
    @Order(1)
    void up_runs_peers_on_couchdb_with_explicit_collections() throws Exception {
        network.up();

        network.assertAsWanted();
        assertThat(network.up().outcomes()).isEmpty();
    }

    @Test
    @Order(2)
    void a_member_writes_private_data_that_reach_no_block() {
        Call create = new Call(
                "trading",
                "private",
                "CreateAsset",
                List.of(),
                Map.of("asset_properties", ASSET.getBytes(StandardCharsets.UTF_8)),
                List.of("Org1MSP"));

        Committed commit = network.submit("org1", "alice", create);

        assertThat(commit.isValid()).isTrue();
        assertThat(network.evaluate("org1", "alice", call("ReadAssetPrivateDetails", "Org1MSPPrivateCollection", "a1")))
                .contains("4711");
    }

    @Test
    @Order(3)
    void rich_queries_select_by_content() {
        String green = "{\"selector\": {\"objectType\": \"asset\", \"color\": \"green\"}}";
        String red = "{\"selector\": {\"objectType\": \"asset\", \"color\": \"red\"}}";

        assertThat(network.evaluate("org1", "alice", call("QueryAssets", green)))
                .contains("\"assetID\":\"a1\"")
                .contains("\"color\":\"green\"");
        assertThat(network.evaluate("org1", "alice", call("QueryAssets", red))).doesNotContain("a1");
    }

    @Test
    @Order(4)
    void a_collection_that_both_share_is_disseminated_to_the_other_organization() {
        cluster.await("asset `a1` to reach org2", Duration.ofSeconds(30), () -> {
            try {
                return network.evaluate("org2", "user1", onOwnPeer("Org2MSP", "ReadAsset", "a1"))
                        .contains("green");
            } catch (RejectedException e) {
                return false;
            }
        });
    }

    @Test
    @Order(5)
    void who_is_no_member_of_a_collection_is_refused() {
        for (String peers : new String[] {"Org1MSP", "Org2MSP"}) {
            assertThatThrownBy(() -> network.evaluate(
                            "org2",
                            "user1",
                            onOwnPeer(peers, "ReadAssetPrivateDetails", "Org1MSPPrivateCollection", "a1")))
                    .as("asked of " + peers)
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("does not have read access permission on privatedata in chaincodeName:private"
                            + " collectionName: Org1MSPPrivateCollection");
        }
    }

    private static Call onOwnPeer(String mspId, String function, String... arguments) {
        return new Call("trading", "private", function, List.of(arguments), Map.of(), List.of(mspId));
    }

    @Test
    @Order(6)
    void reset_empties_the_databases_of_couchdb_as_well() throws Exception {
        String green = "{\"selector\": {\"objectType\": \"asset\", \"color\": \"green\"}}";

        network.reset();

        assertThat(network.evaluate("org1", "alice", call("QueryAssets", green)))
                .doesNotContain("a1");
        a_member_writes_private_data_that_reach_no_block();
        rich_queries_select_by_content();
    }

    @Test
    @Order(7)
    void down_leaves_nothing() throws Exception {
        network.remove();

        assertThat(cluster.everything(network.namespace())).isEmpty();
    }
}
