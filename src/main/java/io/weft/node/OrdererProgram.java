package io.weft.node;

import io.weft.embedded.orderer.OrderingNode;
import io.weft.embedded.orderer.OrderingService;
import io.weft.msp.LocalMsp;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** {@code orderer start}. */
final class OrdererProgram {
    private static final List<String> USUAL =
            List.of("/charts/fabric-orderer/config/orderer.yaml", "/charts/fabric-orderer/config/orderer-3.0.yaml");

    private OrdererProgram() {}

    /** What the node is started with. Asks for every setting that it honours. */
    static OrderingNode.Settings settings(Configuration configuration) {
        requireWhatEmbeddedNodesDo(configuration);
        IdentityFolder identity = new IdentityFolder(new SecureRandom());
        LocalMsp msp =
                identity.msp(configuration.path("General.LocalMSPDir"), configuration.text("General.LocalMSPID"));
        return new OrderingNode.Settings(
                msp.signer().certificate().commonName(),
                msp,
                identity.credential(
                        configuration.path("General.TLS.Certificate"), configuration.path("General.TLS.PrivateKey")),
                configuration.paths("General.TLS.RootCAs").stream()
                        .flatMap(file -> IdentityFolder.certificates(file).stream())
                        .toList(),
                configuration.paths("Admin.TLS.ClientRootCAs").stream()
                        .flatMap(file -> IdentityFolder.certificates(file).stream())
                        .toList(),
                configuration.listen("General.ListenAddress", "General.ListenPort"),
                configuration.listen("Admin.ListenAddress"),
                configuration.listen("Operations.ListenAddress"),
                DataFolder.of(configuration.path("FileLedger.Location"), "chains", "index"));
    }

    private static void requireWhatEmbeddedNodesDo(Configuration configuration) {
        configuration.require("General.TLS.Enabled", "true", "false", "they listen with TLS alone");
        configuration.require(
                "General.TLS.ClientAuthRequired", "false", "false", "they ask clients for no certificate");
        configuration.require("General.BCCSP.Default", "SW", "SW", "they read keys from files");
        configuration.require(
                "General.BootstrapMethod", "none", "file", "channels are joined by channel participation");
        configuration.require(
                "ChannelParticipation.Enabled", "true", "false", "there is no other way to join a channel");
        configuration.require("Admin.TLS.Enabled", "true", "false", "admins show certificates");
        configuration.require("Admin.TLS.ClientAuthRequired", "true", "true", "admins show certificates");
        configuration.require("Operations.TLS.Enabled", "false", "false", "health and metrics are plain HTTP");
        configuration.require(
                "General.Cluster.ListenPort", "0", "0", "ordering nodes reach each other where clients reach them");
        // The admin listener shows the same certificate as the other, and there is no Raft with files of its own.
        configuration.allow("Admin.TLS.Certificate", "Admin.TLS.PrivateKey", "Consensus.WALDir", "Consensus.SnapDir");
    }

    static RunningProgram start(Path file, Map<String, String> environment) {
        Configuration configuration = Configuration.read(file, "ORDERER", environment);
        OrderingNode.Settings settings = settings(configuration);
        List<String> unused = configuration.unused(USUAL, Map.of());
        OrderingService service = OrderingService.separate(Clock.systemUTC());
        OrderingNode node = OrderingNode.start(settings, service);
        return new RunningProgram(
                "Embedded ordering node `" + settings.name() + "` of `"
                        + settings.msp().organization().mspId().value() + "` at " + node.address() + ", admin at "
                        + node.adminAddress() + ", operations at " + node.operationsAddress(),
                unused,
                List.of(node, service));
    }
}
