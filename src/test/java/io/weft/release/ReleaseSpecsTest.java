package io.weft.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.kubernetes.Json;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.plan.ChaincodeRef;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.spec.NetworkSpecs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReleaseSpecsTest {
    private static final String ID = "4f9c2e81aa";

    private static Network load(String name) {
        return NetworkSpecs.load(Path.of("network-specs", name), Optional.empty())
                .network();
    }

    private static ReleaseSpec peer(Network network, String organization, String peer) {
        return new ReleaseSpecs(network, ID).peer(new PeerRelease(new NodeRef(organization, peer)), "sum");
    }

    private static ReleaseSpec orderingNode(Network network, String organization, String node) {
        return new ReleaseSpecs(network, ID)
                .orderingNode(new OrderingNodeRelease(new NodeRef(organization, node)), "sum");
    }

    @Test
    void every_release_carries_the_network_in_an_order_that_stays() {
        ReleaseSpec spec = peer(load("two-orgs.yaml"), "org1", "peer0");
        assertThat(spec.name()).isEqualTo("org1-peer0");
        assertThat(spec.chart()).isEqualTo("fabric-peer");
        assertThat(Json.texts(spec.values(), "commonLabels").entrySet())
                .containsExactly(Map.entry("weft.io/network-id", ID), Map.entry("app.kubernetes.io/part-of", "trade"));
        assertThat(Json.texts(spec.values(), "commonAnnotations")).containsEntry("weft.io/network-id", ID);
    }

    @Test
    void a_changed_checksum_changes_the_values_and_nothing_else_does() {
        Network network = load("two-orgs.yaml");
        assertThat(peer(network, "org1", "peer0")).isEqualTo(peer(network, "org1", "peer0"));
        assertThat(new ReleaseSpecs(network, ID).peer(new PeerRelease(new NodeRef("org1", "peer0")), "other"))
                .isNotEqualTo(peer(network, "org1", "peer0"));
    }

    @Test
    void a_peer_knows_the_other_peers_of_its_organization() {
        Network network = load("two-orgs.yaml");
        assertThat(Json.list(peer(network, "org1", "peer0").values(), "gossip", "bootstrap"))
                .containsExactly("org1-peer1.trade.svc:7051");
        assertThat(peer(load("minimal.yaml"), "org1", "peer0").values()).doesNotContainKey("gossip");
    }

    @Test
    void one_disruption_budget_covers_the_ordering_nodes_of_a_namespace() {
        Network network = load("two-orgs.yaml");
        assertThat(orderingNode(network, "orderer", "orderer0").values()).containsKey("podDisruptionBudget");
        assertThat(orderingNode(network, "orderer", "orderer1").values()).doesNotContainKey("podDisruptionBudget");
    }

    @Test
    void couchdb_has_storage_of_its_own_and_its_password_stays_in_a_secret() {
        Network network = load("couchdb-private-data.yaml");
        NodeRef node = network.peers().findFirst().orElseThrow();
        Map<String, Object> values =
                peer(network, node.organization(), node.node()).values();
        assertThat(values).containsEntry("stateDatabase", "CouchDB");
        assertThat(Json.text(values, "couchdb", "secretName")).isEqualTo(Json.text(values, "identity", "secretName"));
        assertThat(Json.text(values, "couchdb", "persistence", "size")).isNotEmpty();
        assertThat(values.toString()).doesNotContainIgnoringCase("password");
    }

    @Test
    void a_ca_and_a_chaincode_name_secrets_and_hold_none() {
        Network network = load("two-orgs.yaml");
        ReleaseSpecs specs = new ReleaseSpecs(network, ID);
        ReleaseSpec ca = specs.ca(new CaRelease("org1"), "sum");
        assertThat(Json.text(ca.values(), "ca", "secretName")).isEqualTo("org1-ca-keys");
        ReleaseSpec chaincode = specs.chaincode(
                new ChaincodeRelease("org1", new ChaincodeRef("trading", "asset")), "asset_1.0:abc", "");
        assertThat(chaincode.values())
                .containsEntry("packageId", "asset_1.0:abc")
                .doesNotContainKey("tls");
    }

    @Test
    void what_the_spec_says_beside_lies_over_what_weft_says() {
        Map<String, Object> merged = ReleaseSpecs.merge(
                Map.of("a", Map.of("x", 1, "y", 2), "list", List.of(1, 2), "kept", true),
                Map.of("a", Map.of("y", 3), "list", List.of(3)));
        assertThat(merged).isEqualTo(Map.of("a", Map.of("x", 1, "y", 3), "list", List.of(3), "kept", true));
    }
}
