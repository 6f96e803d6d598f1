package io.weft.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.LocalConnection;
import io.weft.NetworkDeployer;
import io.weft.NetworkStatus;
import io.weft.apply.Progress;
import io.weft.gateway.Call;
import io.weft.model.Fabric;
import io.weft.model.FabricVersion;
import io.weft.model.Network;
import io.weft.model.PlatformChoice.Nodes;
import io.weft.model.RunBy;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network of Fabric's own programs on this machine. */
class LocalFabricIT {
    private static final Call CREATE = Call.of("trading", "asset", "CreateAsset", "a1", "blue", "5", "tom", "100");
    private static final Call READ = Call.of("trading", "asset", "ReadAsset", "a1");

    @TempDir
    Path state;

    private io.weft.testing.FabricPrograms programs;

    @BeforeEach
    void find() {
        programs = io.weft.testing.FabricPrograms.require();
    }

    private static Network network(FabricVersion version) {
        Network small = LocalNetworks.small("trade", LocalNetworks.SAMPLE);
        Fabric fabric = small.fabric();
        return new Network(
                small.name(),
                small.namespace(),
                new Fabric(version, fabric.caVersion(), fabric.couchdbVersion(), fabric.images()),
                small.validity(),
                small.organizations(),
                small.channels());
    }

    private NetworkDeployer deployer(FabricVersion version) {
        return NetworkDeployer.local(
                new LocalConnection(
                        state,
                        Optional.of(Nodes.FABRIC),
                        List.of(programs.folder()),
                        Path.of(""),
                        RunBy.THIS_PROCESS,
                        Duration.ofMinutes(2)),
                network(version));
    }

    @Test
    void it_comes_up_answers_comes_back_is_reset_and_leaves_nothing() throws Exception {
        Map<String, NetworkStatus.Membership> before;
        try (NetworkDeployer deployer = deployer(programs.version())) {
            assertThat(deployer.target()).contains(programs.folder().toString());
            assertThat(deployer.up(Progress.SILENT).failures()).isEmpty();
            assertThat(deployer.submit("org1", "user1", CREATE).isValid()).isTrue();
            assertThat(deployer.up(Progress.SILENT).outcomes()).isEmpty();
            before = deployer.status().channels().get(0).members();
        }
        try (NetworkDeployer deployer = deployer(programs.version())) {
            assertThat(deployer.up(Progress.SILENT).failures()).isEmpty();
            assertThat(deployer.status().channels().get(0).members()).isEqualTo(before);
            assertThat(new String(deployer.evaluate("org1", "user1", READ), StandardCharsets.UTF_8))
                    .contains("blue");
            assertThat(deployer.reset(Progress.SILENT, text -> {}).failures()).isEmpty();
            assertThatThrownBy(() -> deployer.evaluate("org1", "user1", READ)).hasMessageContaining("a1");
            assertThat(deployer.submit("org1", "user1", CREATE).isValid()).isTrue();
            deployer.remove(text -> {});
            assertThat(state).doesNotExist();
        }
    }

    private ChaincodeForms forms() {
        return new ChaincodeForms(state, Nodes.FABRIC, List.of(programs.folder()), Optional.of(programs.version()));
    }

    @Test
    void a_command_is_started_and_ended_with_the_network() throws Exception {
        forms().aCommand(false);
    }

    @Test
    void a_command_talks_tls_if_the_spec_says_so() throws Exception {
        forms().aCommand(true);
    }

    @Test
    void a_service_of_somebody_else_is_used() throws Exception {
        forms().anAddress();
    }

    @Test
    void a_service_that_answers_late_gets_the_first_call() throws Exception {
        forms().anAddressThatAnswersLateAtTheFirstCall();
    }

    @Test
    void a_contract_talks_tls_if_the_spec_says_so() throws Exception {
        Network network =
                LocalNetworks.small("trade", ", tls: true" + LocalNetworks.SAMPLE, Optional.of(programs.version()));
        try (NetworkDeployer deployer =
                LocalNetworks.foreground(state, network, Nodes.FABRIC, List.of(programs.folder()))) {
            assertThat(deployer.up(Progress.SILENT).failures()).isEmpty();
            assertThat(deployer.submit("org1", "user1", CREATE).isValid()).isTrue();
        }
    }

    @Test
    void an_exported_identity_serves_fabrics_own_client() throws Exception {
        Network network = LocalNetworks.small("trade", LocalNetworks.SAMPLE);
        try (NetworkDeployer deployer = LocalNetworks.foreground(state, network, Nodes.EMBEDDED, List.of())) {
            assertThat(deployer.up(Progress.SILENT).failures()).isEmpty();
            deployer.submit("org1", "user1", CREATE);
            Path identity = state.resolve("exported");
            deployer.exportIdentity("org1", "admin", identity);
            Path out = state.resolve("peer.out");
            ProcessBuilder query = new ProcessBuilder(
                            "sh",
                            "-c",
                            ". ./peer.env && exec \"$0\" chaincode query -C trading -n asset -c"
                                    + " '{\"Args\":[\"ReadAsset\",\"a1\"]}'",
                            programs.folder().resolve("peer").toString())
                    .directory(identity.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile());
            query.environment().put("FABRIC_CFG_PATH", configuration().toString());
            int code = query.start().waitFor();
            assertThat(code).as(Files.readString(out)).isZero();
            assertThat(out).content().contains("\"Color\":\"blue\"");
        }
    }

    /** The program wants a {@code core.yaml}, though a client needs nothing of it. */
    private Path configuration() throws IOException {
        Path folder = Files.createDirectory(state.resolve("configuration"));
        Files.copy(Path.of("charts/fabric-peer/config/core.yaml"), folder.resolve("core.yaml"));
        return folder;
    }

    @Test
    void programs_of_another_line_than_the_spec_wants_are_refused() {
        FabricVersion other = new FabricVersion(programs.version().major() == 3 ? 2 : 3, 5, 0);
        try (NetworkDeployer deployer = deployer(other)) {
            assertThatThrownBy(() -> deployer.up(Progress.SILENT))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("The spec wants Fabric " + other)
                    .hasMessageContaining("`fabric.version: " + programs.version() + "`");
        }
    }
}
