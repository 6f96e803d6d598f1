package io.weft.local;

import io.weft.LocalConnection;
import io.weft.NetworkDeployer;
import io.weft.model.FabricVersion;
import io.weft.model.Network;
import io.weft.model.PlatformChoice.Nodes;
import io.weft.model.RunBy;
import io.weft.spec.NetworkSpecs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Small networks for this machine. */
final class LocalNetworks {
    private LocalNetworks() {}

    /** One ordering node, one organization with a peer, the sample contract. */
    static Network small(String name, String chaincode) {
        return small(name, chaincode, Optional.empty());
    }

    /** The same for another version of Fabric. */
    static Network small(String name, String chaincode, Optional<FabricVersion> version) {
        return NetworkSpecs.parse("test.yaml", """
                        apiVersion: weft/v1
                        kind: Network
                        metadata: {name: %s}
                        fabric: {version: %s}
                        organizations:
                          - {name: orderer, orderers: 1}
                          - {name: org1, peers: 1}
                        channels:
                          - name: trading
                            ordering: {type: raft, organizations: [orderer], batch: {timeout: 100ms}}
                            members: [org1]
                            chaincodes:
                              - {name: asset, version: "1.0", image: "example.com/asset:1.0"%s}
                        """.formatted(
                                name, version.map(FabricVersion::toString).orElse("3.1.5"), chaincode))
                .network();
    }

    /** A deployer of nodes of some kind in this process. */
    static NetworkDeployer foreground(Path state, Network network, Nodes nodes, List<Path> programs) {
        return NetworkDeployer.local(
                new LocalConnection(
                        state, Optional.of(nodes), programs, Path.of(""), RunBy.THIS_PROCESS, Duration.ofMinutes(2)),
                network);
    }

    static final String SAMPLE = ", local: {class: io.weft.sample.AssetContract}";

    /** A deployer whose nodes run in this process and end with it. */
    static NetworkDeployer foreground(Path state, Network network) {
        return NetworkDeployer.local(
                new LocalConnection(
                        state,
                        Optional.of(Nodes.EMBEDDED),
                        List.of(),
                        Path.of(""),
                        RunBy.THIS_PROCESS,
                        Duration.ofSeconds(60)),
                network);
    }
}
