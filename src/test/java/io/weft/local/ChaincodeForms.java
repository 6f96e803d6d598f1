package io.weft.local;

import static io.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.NetworkDeployer;
import io.weft.apply.Progress;
import io.weft.chaincode.ChaincodePackage;
import io.weft.chaincode.ChaincodeServer;
import io.weft.gateway.Call;
import io.weft.model.FabricVersion;
import io.weft.model.HostPort;
import io.weft.model.Network;
import io.weft.model.PlatformChoice.Nodes;
import io.weft.plan.Step;
import io.weft.testing.FreePorts;
import io.weft.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hyperledger.fabric.shim.NettyChaincodeServer;

/** The forms that a chaincode may have on this machine, tried on nodes of some kind. */
final class ChaincodeForms {
    private static final Call CREATE = Call.of("trading", "asset", "CreateAsset", "a1", "blue", "5", "tom", "100");
    private static final Call READ = Call.of("trading", "asset", "ReadAsset", "a1");

    private final Path state;
    private final Nodes nodes;
    private final List<Path> programs;
    private final Optional<FabricVersion> version;

    ChaincodeForms(Path state, Nodes nodes, List<Path> programs, Optional<FabricVersion> version) {
        this.state = state;
        this.nodes = nodes;
        this.programs = programs;
        this.version = version;
    }

    private Network network(String chaincode) {
        return LocalNetworks.small("trade", chaincode, version);
    }

    void aCommand(boolean tls) throws Exception {
        String command = "[%s, -XX:TieredStopAtLevel=1, -cp, \"%s\", %s]"
                .formatted(Programs.java(), Programs.classPath(), SampleService.class.getName());
        try (NetworkDeployer deployer = LocalNetworks.foreground(
                state, network(", tls: " + tls + ", local: {command: " + command + "}"), nodes, programs)) {
            requireWorks(deployer);
            assertThat(deployer.plan().needed()).isEmpty();
            assertThat(services()).hasSize(1);
        }
        assertThat(services()).isEmpty();
        assertThat(state.resolve("trade/nodes/trade/org1-cc-trading-asset/log"))
                .content()
                .isNotEmpty();
    }

    void anAddress() throws Exception {
        int port = FreePorts.next();
        var server = server(port);
        serve(server);
        eventually("Somebody else's service", () -> FreePorts.isServed(port));
        try (NetworkDeployer deployer = LocalNetworks.foreground(
                state, network(", local: {address: \"127.0.0.1:" + port + "\"}"), nodes, programs)) {
            requireWorks(deployer);
        } finally {
            server.stop();
        }
    }

    /** On a cluster, a pod may be ready before every node sends there what is meant for its Service. */
    void anAddressThatAnswersLateAtTheFirstCall() throws Exception {
        int port = FreePorts.next();
        var server = server(port);
        Progress lateService = new Progress() {
            @Override
            public void started(Step step) {
                if (step instanceof Step.InitializeChaincode) {
                    CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> serve(server));
                }
            }
        };
        String init = ", init: {function: CreateAsset, arguments: [a0]}";
        try (NetworkDeployer deployer = LocalNetworks.foreground(
                state, network(init + ", local: {address: \"127.0.0.1:" + port + "\"}"), nodes, programs)) {
            assertThat(deployer.up(lateService).failures()).isEmpty();
            requireWorks(deployer);
        } finally {
            server.stop();
        }
    }

    private static NettyChaincodeServer server(int port) throws IOException {
        return SampleService.server(
                Map.of("CHAINCODE_SERVER_ADDRESS", "127.0.0.1:" + port, "CHAINCODE_ID", packageIdAt(port)));
    }

    private static void serve(NettyChaincodeServer server) {
        Thread thread = new Thread(
                () -> {
                    try {
                        server.start();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "somebody-elses-service");
        thread.setDaemon(true);
        thread.start();
    }

    /** A package holds the address and nothing else, so its ID is known before there is a network. */
    private static String packageIdAt(int port) {
        return ChaincodePackage.of("asset_1.0", new ChaincodeServer(new HostPort("127.0.0.1", port), Optional.empty()))
                .id()
                .toString();
    }

    private static List<ProcessHandle> services() {
        try (Stream<ProcessHandle> children = ProcessHandle.current().descendants()) {
            // Arguments as long as a class path are not told; of all programs here only these are Java's.
            return children.filter(child -> child.info().command().orElse("").endsWith("/java"))
                    .toList();
        }
    }

    private static void requireWorks(NetworkDeployer deployer) throws InterruptedException {
        assertThat(deployer.up(Progress.SILENT).failures()).isEmpty();
        assertThat(deployer.submit("org1", "user1", CREATE).isValid()).isTrue();
        assertThat(new String(deployer.evaluate("org1", "user1", READ), StandardCharsets.UTF_8))
                .contains("blue");
        assertThat(deployer.status().isAsWanted()).isTrue();
    }
}
