package io.weft.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkSpecFilesTest {
    private static final Path FOLDER = Path.of("network-specs");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @Test
    void the_promised_files_are_there() throws IOException {
        assertThat(files().stream().map(f -> f.getFileName().toString()))
                .contains(
                        "minimal.yaml",
                        "two-orgs.yaml",
                        "bft.yaml",
                        "couchdb-private-data.yaml",
                        "three-namespaces.yaml");
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_is_valid_without_a_warning(Path file) {
        assertThat(NetworkSpecs.load(file).warnings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_prints_as_a_spec_of_the_same_network(Path file) {
        Network network = NetworkSpecs.load(file).network();

        assertThat(NetworkSpecs.parse("printed", SpecPrinter.print(network)).network())
                .isEqualTo(network);
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_names_the_schema_by_a_path_that_exists(Path file) throws IOException {
        String first = Files.readAllLines(file).get(0);

        assertThat(first).startsWith("# yaml-language-server: $schema=");
        assertThat(FOLDER.resolve(first.substring(first.indexOf('=') + 1))).hasContent(SpecSchema.text());
    }

    @Test
    void two_orgs_has_three_raft_nodes_and_two_peers_in_each_organization() {
        Network network = NetworkSpecs.load(FOLDER.resolve("two-orgs.yaml")).network();

        assertThat(network.orderingNodes())
                .containsExactly(
                        new NodeRef("orderer", "orderer0"),
                        new NodeRef("orderer", "orderer1"),
                        new NodeRef("orderer", "orderer2"));
        assertThat(network.peers().map(NodeRef::toString))
                .containsExactly("org1/peer0", "org1/peer1", "org2/peer0", "org2/peer1");
        assertThat(network.channel("trading").ordering().consenters()).hasSize(3);
        assertThat(network.channel("trading").member("org1").anchorPeers()).containsExactly("peer0");
    }

    @Test
    void bft_has_a_consenter_of_each_organization_and_the_capability() {
        Network network = NetworkSpecs.load(FOLDER.resolve("bft.yaml")).network();

        assertThat(network.channel("settlement").ordering().type()).isEqualTo(ConsensusType.BFT);
        assertThat(network.channel("settlement").ordering().consenters().stream()
                        .map(NodeRef::organization))
                .containsExactly("org1", "org2", "org3", "org4");
        assertThat(network.channel("settlement").capabilities().channel()).isEqualTo("V3_0");
        assertThat(network.channel("settlement").ordering().options())
                .containsOnly(Map.entry("leaderHeartbeatTimeout", "20s"));
    }

    @Test
    void a_namespace_given_by_hand_replaces_the_networks_but_no_organizations() {
        Network moved = NetworkSpecs.load(FOLDER.resolve("two-orgs.yaml"), Optional.of("elsewhere"))
                .network();
        Network apart = NetworkSpecs.load(FOLDER.resolve("three-namespaces.yaml"), Optional.of("elsewhere"))
                .network();

        assertThat(moved.namespaces()).containsExactly("elsewhere");
        assertThat(apart.namespaces()).containsExactly("elsewhere", "apart-orderer", "apart-org1", "apart-org2");
    }

    @Test
    void the_starter_is_valid() {
        LoadedSpec starter = NetworkSpecs.parse(
                "starter", StarterSpec.text("acme", new FabricVersion(3, 1, 5), "weft-v1.schema.json"));

        assertThat(starter.warnings()).isEmpty();
        assertThat(starter.network().name()).isEqualTo("acme");
        assertThat(starter.network().fabric().version()).hasToString("3.1.5");
        assertThat(starter.network().organizations()).hasSize(3);
    }
}
