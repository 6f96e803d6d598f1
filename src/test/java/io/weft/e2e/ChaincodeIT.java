package io.weft.e2e;

import static io.weft.e2e.TestNetwork.createAsset;
import static io.weft.e2e.TestNetwork.readAsset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.NetworkStatus;
import io.weft.apply.Report;
import io.weft.plan.ChaincodeRef;
import io.weft.plan.Finding;
import io.weft.plan.Plan;
import io.weft.plan.Step;
import io.weft.problem.RejectedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A chaincode as Fabric's samples have it, in TypeScript, over TLS and with a first call that its definition demands;
 * then its upgrades. Each test leaves what the next one needs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChaincodeIT {
    private static final ChaincodeRef ASSET = new ChaincodeRef("trading", "asset");
    private static final String SPEC = """
            apiVersion: weft/v1
            kind: Network
            metadata: {name: upgrades}
            fabric: {version: 3.1.5}
            organizations:
              - {name: orderer, orderers: 1}
              - {name: org1, peers: 1}
              - {name: org2, peers: 1}
            channels:
              - name: trading
                ordering: {organizations: [orderer]}
                members: [org1, org2]
                chaincodes:
                  - name: asset
                    version: "1.0"
                    image: docker.io/library/asset-transfer-node:1.0
                    tls: true
                    init: {function: InitLedger}
            """;
    private static final String UPGRADED = SPEC.replace("version: \"1.0\"", "version: \"1.1\"");
    private static final String STRICTER = UPGRADED + "        endorsement: \"AND('Org1MSP.peer','Org2MSP.peer')\"\n";

    private TestCluster cluster;
    private TestNetwork network;

    @BeforeAll
    void prepare() {
        cluster = TestCluster.requireOrSkip();
        network = TestNetwork.of(cluster, SPEC, cluster.freshNamespace());
        cluster.requireImages(network.network());
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
    void up_serves_an_unmodified_sample_over_tls_and_makes_its_first_call() throws Exception {
        network.up();

        network.assertAsWanted();
        assertThat(network.evaluate("org1", readAsset("asset1"))).contains("Tomoko");
        assertThat(network.submit("org2", createAsset("a1")).isValid()).isTrue();
    }

    @Test
    @Order(2)
    void chaincode_and_peer_each_have_a_certificate_for_their_connection() {
        Map<String, String> secret = cluster.client()
                .secrets()
                .inNamespace(network.namespace())
                .withName("org1-cc-trading-asset-tls")
                .get()
                .getData();

        assertThat(secret.keySet())
                .containsExactlyInAnyOrder("tls.crt", "tls.key", "client-ca.crt", "client.crt", "client.key");
        assertThat(cluster.client()
                        .apps()
                        .deployments()
                        .inNamespace(network.namespace())
                        .withName("org1-cc-trading-asset")
                        .get()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getEnv())
                .anySatisfy(variable -> {
                    assertThat(variable.getName()).isEqualTo("CORE_PEER_TLS_ENABLED");
                    assertThat(variable.getValue()).isEqualTo("true");
                });
    }

    @Test
    @Order(3)
    void an_unchanged_definition_is_no_work() throws Exception {
        assertThat(network.up().outcomes()).isEmpty();
        assertThat(chaincode().sequence()).isEqualTo(1);
    }

    @Test
    @Order(4)
    void a_new_version_is_shown_field_by_field_and_gets_the_next_sequence() throws Exception {
        network = network.changed(UPGRADED);

        Plan plan = network.plan();
        Finding finding = plan.state().of(new Step.CommitChaincode(ASSET));
        assertThat(finding.kind()).isEqualTo(Finding.Kind.DIFFERENT);
        assertThat(finding.details())
                .singleElement()
                .asString()
                .contains("version")
                .contains("1.0")
                .contains("1.1");
        assertThat(plan.needed())
                .extracting(planned -> planned.step().id())
                .contains(
                        "install trading/asset org1/peer0",
                        "approve trading/asset org1",
                        "approve trading/asset org2",
                        "commit trading/asset",
                        "init trading/asset")
                .doesNotContain("release org1/peer0", "genesis trading", "join trading org1/peer0");

        Report report = network.up();

        assertThat(report.changes()).isPositive();
        assertThat(chaincode().sequence()).isEqualTo(2);
        assertThat(chaincode().version()).isEqualTo("1.1");
        network.assertAsWanted();
        assertThat(network.evaluate("org1", readAsset("a1"))).contains("tom");
        assertThat(network.up().outcomes()).isEmpty();
    }

    @Test
    @Order(5)
    void another_endorsement_policy_gets_the_next_sequence_and_nothing_is_installed() throws Exception {
        network = network.changed(STRICTER);

        Plan plan = network.plan();
        assertThat(plan.state().of(new Step.CommitChaincode(ASSET)).details())
                .singleElement()
                .asString()
                .contains("endorsement")
                .contains("AND('Org1MSP.peer','Org2MSP.peer')");
        assertThat(plan.needed())
                .extracting(planned -> planned.step().id())
                .containsAll(
                        List.of("approve trading/asset org1", "approve trading/asset org2", "commit trading/asset"))
                .noneMatch(id -> id.startsWith("install ") || id.startsWith("release ") || id.startsWith("identity "));

        network.up();

        assertThat(chaincode().sequence()).isEqualTo(3);
        network.assertAsWanted();
        assertThat(network.submit("org1", createAsset("a2")).isValid()).isTrue();
        assertThat(network.up().outcomes()).isEmpty();
    }

    @Test
    @Order(6)
    void what_cannot_be_changed_on_a_running_channel_is_refused_field_by_field() throws Exception {
        TestNetwork other = network.changed(STRICTER.replace(
                "ordering: {organizations: [orderer]}",
                "ordering: {organizations: [orderer], batch: {maxMessages: 7}}"));

        Map<String, String> before = cluster.versionsAtRest(network.namespace());

        assertThatThrownBy(other::up)
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("`ordering.batch.maxMessages`")
                .hasMessageContaining("`7` in the spec")
                .hasMessageContaining("weft reset");

        assertThat(cluster.versions(network.namespace())).isEqualTo(before);
        assertThat(network.up().outcomes()).isEmpty();
    }

    @Test
    @Order(7)
    void an_error_of_the_chaincode_is_told_in_its_own_words() {
        assertThatThrownBy(() -> network.submit("org1", createAsset("a2")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("asset")
                .hasMessageContaining("already exists");
    }

    private NetworkStatus.Chaincode chaincode() {
        return network.status().channels().get(0).chaincodes().get(0);
    }
}
