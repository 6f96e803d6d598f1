package io.weft.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.NetworkDeployer;
import io.weft.NetworkStatus;
import io.weft.apply.Progress;
import io.weft.apply.Report;
import io.weft.gateway.Call;
import io.weft.model.Network;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network of embedded nodes, from nothing to nothing. */
class LocalNetworkTest {
    private static final Call CREATE = Call.of("trading", "asset", "CreateAsset", "a1", "blue", "5", "tom", "100");
    private static final Call READ = Call.of("trading", "asset", "ReadAsset", "a1");

    @TempDir
    Path state;

    private final Network network = LocalNetworks.small("trade", LocalNetworks.SAMPLE);

    private static void up(NetworkDeployer deployer) throws InterruptedException {
        Report report = deployer.up(Progress.SILENT);
        assertThat(report.failures()).isEmpty();
    }

    private static String read(NetworkDeployer deployer) {
        return new String(deployer.evaluate("org1", "user1", READ), StandardCharsets.UTF_8);
    }

    private static Map<String, Long> heights(NetworkStatus status) {
        return status.channels().get(0).members().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, member -> member.getValue().height()));
    }

    @Test
    void it_comes_up_answers_and_a_second_up_finds_nothing_to_do() throws Exception {
        try (NetworkDeployer deployer = LocalNetworks.foreground(state, network)) {
            up(deployer);
            assertThat(deployer.submit("org1", "user1", CREATE).isValid()).isTrue();
            assertThat(read(deployer)).contains("blue");
            assertThat(deployer.plan().needed()).isEmpty();
            NetworkStatus status = deployer.status();
            assertThat(status.isAsWanted()).isTrue();
            assertThat(status.nodes())
                    .filteredOn(node -> !node.kind().equals("chaincode"))
                    .allSatisfy(node -> assertThat(node.address().orElse("")).startsWith("127.0.0.1:"));
        }
    }

    @Test
    void a_network_whose_process_is_gone_comes_back_with_the_same_ports_and_heights() throws Exception {
        Map<String, Long> before;
        List<String> addresses;
        try (NetworkDeployer deployer = LocalNetworks.foreground(state, network)) {
            up(deployer);
            deployer.submit("org1", "user1", CREATE);
            before = heights(deployer.status());
            addresses = deployer.status().nodes().stream()
                    .map(NetworkStatus.Node::toString)
                    .toList();
        }
        try (NetworkDeployer deployer = LocalNetworks.foreground(state, network)) {
            assertThat(deployer.status().nodes()).isNotEmpty().allSatisfy(node -> {
                assertThat(node.ready()).isFalse();
                assertThat(node.detail()).contains("`weft up` starts it");
            });
            up(deployer);
            assertThat(heights(deployer.status())).isEqualTo(before);
            assertThat(deployer.status().nodes().stream().map(NetworkStatus.Node::toString))
                    .isEqualTo(addresses);
            assertThat(read(deployer)).contains("blue");
        }
    }

    @Test
    void a_reset_empties_the_ledgers_and_keeps_the_identities() throws Exception {
        try (NetworkDeployer deployer = LocalNetworks.foreground(state, network)) {
            up(deployer);
            deployer.submit("org1", "user1", CREATE);
            String id = deployer.status().networkId().orElseThrow();
            List<NetworkStatus.Certificate> certificates = deployer.status().certificates();
            assertThat(deployer.reset(Progress.SILENT, text -> {}).failures()).isEmpty();
            assertThat(deployer.status().networkId()).contains(id);
            assertThat(deployer.status().certificates()).isEqualTo(certificates);
            assertThatThrownBy(() -> read(deployer)).isInstanceOf(RejectedException.class);
            assertThat(deployer.submit("org1", "user1", CREATE).isValid()).isTrue();
        }
    }

    @Test
    void two_networks_run_side_by_side_and_a_removed_one_leaves_nothing() throws Exception {
        Network other = LocalNetworks.small("other", LocalNetworks.SAMPLE);
        try (NetworkDeployer one = LocalNetworks.foreground(state, network);
                NetworkDeployer two = LocalNetworks.foreground(state, other)) {
            up(one);
            up(two);
            one.submit("org1", "user1", CREATE);
            assertThatThrownBy(() -> read(two)).hasMessageContaining("a1");
            assertThat(one.remove(text -> {}).removed()).isNotEmpty();
            assertThat(state.resolve("trade")).doesNotExist();
            assertThat(state.resolve("trade.lock")).doesNotExist();
            assertThat(two.status().isAsWanted()).isTrue();
            two.remove(text -> {});
            assertThat(state).doesNotExist();
            assertThat(two.remove(text -> {}).removed()).isEmpty();
        }
    }

    @Test
    void nobody_else_may_look_into_the_state_folder() throws Exception {
        try (NetworkDeployer deployer = LocalNetworks.foreground(state.resolve("weft"), network)) {
            up(deployer);
            try (Stream<Path> all = Files.walk(state.resolve("weft/trade/store"))) {
                assertThat(all).isNotEmpty().allSatisfy(path -> assertThat(mode(path))
                        .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
            }
            assertThat(mode(state.resolve("weft/trade"))).isEqualTo("rwx------");
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void an_exported_identity_names_the_address_of_a_peer_that_others_can_dial() throws Exception {
        try (NetworkDeployer deployer = LocalNetworks.foreground(state.resolve("weft"), network)) {
            up(deployer);
            deployer.exportIdentity("org1", "admin", state.resolve("admin"));
            String peer = deployer.status().nodes().stream()
                    .filter(node -> node.name().equals("org1/peer0"))
                    .findFirst()
                    .flatMap(NetworkStatus.Node::address)
                    .orElseThrow();
            assertThat(state.resolve("admin/peer.env")).content().contains(peer);
        }
    }

    @Test
    void a_plan_writes_nothing() {
        try (NetworkDeployer deployer = LocalNetworks.foreground(state.resolve("weft"), network)) {
            assertThat(deployer.plan().needed())
                    .isNotEmpty()
                    .extracting(step -> step.step().id())
                    .noneMatch(id -> id.startsWith("namespace ") || id.startsWith("storage "));
        }
        assertThat(state.resolve("weft")).doesNotExist();
    }

    @Test
    void a_chaincode_that_has_only_an_image_is_refused_with_what_to_add() {
        try (NetworkDeployer deployer =
                LocalNetworks.foreground(state.resolve("weft"), LocalNetworks.small("trade", ""))) {
            assertThatThrownBy(() -> deployer.up(Progress.SILENT))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageStartingWith("Chaincode `trading/asset` has only an image")
                    .hasMessageContaining("`{class: com.acme.AssetContract, jar: asset.jar}`")
                    .hasMessageContaining("--platform kubernetes");
        }
        assertThat(state.resolve("weft")).doesNotExist();
    }

    @Test
    void a_network_keeps_the_kind_of_nodes_that_it_was_made_of() throws Exception {
        try (NetworkDeployer deployer = LocalNetworks.foreground(state, network)) {
            up(deployer);
        }
        StateFolder folder = new StateFolder(state, "trade");
        StateFolder.writeJson(
                folder.kind(), new LocalPlatform.Kind(io.weft.model.PlatformChoice.Nodes.FABRIC, "/opt/fabric"));
        try (NetworkDeployer deployer = LocalNetworks.foreground(state, network)) {
            assertThatThrownBy(() -> deployer.reset(Progress.SILENT, text -> {}))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("was made with `--nodes fabric`");
        }
    }
}
