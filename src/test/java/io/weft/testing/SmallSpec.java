package io.weft.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The spec of a network {@code trade} of embedded nodes: one ordering node, one peer, the sample contract. */
public final class SmallSpec {
    /** Where the sample contract is. */
    public static final String CONTRACT = "{class: io.weft.sample.AssetContract}";

    private SmallSpec() {}

    /** Writes it as {@code network.yaml}. */
    public static Path write(Path folder) throws IOException {
        return write(folder, CONTRACT);
    }

    /** The same with another local form of the chaincode. */
    public static Path write(Path folder, String local) throws IOException {
        return Files.writeString(folder.resolve("network.yaml"), """
                apiVersion: weft/v1
                kind: Network
                metadata: {name: trade}
                platform: {type: local, nodes: embedded}
                fabric: {version: 3.1.5}
                organizations:
                  - {name: org1, orderers: 1, peers: 1}
                channels:
                  - name: trading
                    ordering: {type: raft, organizations: [org1], batch: {timeout: 100ms}}
                    members: [org1]
                    chaincodes:
                      - {name: asset, version: "1.0", image: "example.com/asset:1.0", local: %s}
                """.formatted(local));
    }
}
