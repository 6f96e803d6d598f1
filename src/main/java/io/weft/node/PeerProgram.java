package io.weft.node;

import io.weft.embedded.chaincode.ChaincodeRuntimes;
import io.weft.embedded.peer.Neighbourhood;
import io.weft.embedded.peer.PeerNode;
import io.weft.model.HostPort;
import io.weft.problem.RejectedException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** {@code peer node start}. */
final class PeerProgram {
    private static final String FABRIC = "run Fabric's own image for it";
    private static final List<String> USUAL = List.of(
            "/charts/fabric-peer/config/core.yaml",
            "/charts/fabric-peer/config/core-3.0.yaml",
            "/charts/fabric-peer/config/core-3.1.yaml");

    private PeerProgram() {}

    /** What the node is started with. Asks for every setting that it honours. */
    static PeerNode.Settings settings(Configuration configuration) {
        requireWhatEmbeddedNodesDo(configuration);
        IdentityFolder identity = new IdentityFolder(new SecureRandom());
        String address =
                configuration.find("peer.gossip.externalEndpoint").orElseGet(() -> configuration.text("peer.address"));
        return new PeerNode.Settings(
                configuration.text("peer.id"),
                identity.msp(configuration.path("peer.mspConfigPath"), configuration.text("peer.localMspId")),
                identity.credential(configuration.path("peer.tls.cert.file"), configuration.path("peer.tls.key.file")),
                IdentityFolder.certificates(configuration.path("peer.tls.rootcert.file")),
                configuration.listen("peer.listenAddress"),
                configuration.listen("operations.listenAddress"),
                hostPort(address),
                DataFolder.of(configuration.path("peer.fileSystemPath"), "ledgersData", "chaincodes"));
    }

    private static HostPort hostPort(String address) {
        try {
            return HostPort.parse(address);
        } catch (IllegalArgumentException e) {
            throw new RejectedException("The peer's address `" + address + "` is no `host:port`.", e);
        }
    }

    private static void requireWhatEmbeddedNodesDo(Configuration configuration) {
        configuration.require(
                "ledger.state.stateDatabase",
                "goleveldb",
                "goleveldb",
                "they have no CouchDB and refuse rich queries; " + FABRIC);
        configuration.require("peer.tls.enabled", "true", "false", "they listen with TLS alone");
        configuration.require(
                "peer.tls.clientAuthRequired", "false", "false", "they ask clients for no certificate; " + FABRIC);
        configuration.require("peer.localMspType", "bccsp", "bccsp", FABRIC);
        configuration.require("peer.BCCSP.Default", "SW", "SW", "they read keys from files; " + FABRIC);
        configuration.require("peer.gateway.enabled", "true", "true", FABRIC);
        configuration.require("operations.tls.enabled", "false", "false", "health and metrics are plain HTTP");
        // Chaincode is dialled, never listened for; there are no snapshots.
        configuration.allow(
                "peer.address",
                "peer.chaincodeAddress",
                "peer.chaincodeListenAddress",
                "peer.gossip.externalEndpoint",
                "ledger.snapshots.rootDir",
                "peer.tls.clientRootCAs.files");
    }

    static RunningProgram start(Path file, Map<String, String> environment) {
        if (!environment
                .getOrDefault("CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG", "")
                .isEmpty()) {
            throw new RejectedException("`CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG` is set, but embedded peers fill in no"
                    + " templates: give the address itself in the package's connection.json.");
        }
        Configuration configuration = Configuration.read(file, "CORE", environment);
        PeerNode.Settings settings = settings(configuration);
        List<HostPort> others = configuration.list("peer.gossip.bootstrap").stream()
                .map(PeerProgram::hostPort)
                .filter(address -> !address.equals(settings.authority()))
                .toList();
        List<String> unused = configuration.unused(USUAL, Map.of());
        ChaincodeRuntimes chaincodes = new ChaincodeRuntimes();
        Neighbourhood neighbourhood = Neighbourhood.remote(chaincodes, others, Clock.systemUTC());
        PeerNode node = PeerNode.start(settings, neighbourhood);
        return new RunningProgram(
                "Embedded peer `" + settings.name() + "` of `" + node.mspId().value() + "` at " + node.address()
                        + ", operations at " + node.operationsAddress() + ", known to others as " + node.authority(),
                unused,
                List.of(node, chaincodes, neighbourhood));
    }
}
