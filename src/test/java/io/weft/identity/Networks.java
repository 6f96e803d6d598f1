package io.weft.identity;

import io.weft.model.Batch;
import io.weft.model.Capabilities;
import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.ConsensusType;
import io.weft.model.Fabric;
import io.weft.model.FabricVersion;
import io.weft.model.Images;
import io.weft.model.Member;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Ordering;
import io.weft.model.OrderingNode;
import io.weft.model.Organization;
import io.weft.model.Peer;
import io.weft.model.Resources;
import io.weft.model.StateDatabase;
import io.weft.model.Subject;
import io.weft.model.User;
import io.weft.model.Validity;
import io.weft.model.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Networks for tests and for the benchmark. */
final class Networks {
    static final Validity VALIDITY =
            new Validity(Duration.ofDays(15 * 365), Duration.ofDays(5 * 365), Duration.ofDays(365));

    private Networks() {}

    static Workload workload(String... hosts) {
        return new Workload("1Gi", Optional.empty(), new Resources(Map.of(), Map.of()), List.of(hosts), Map.of());
    }

    private static Subject subject(String organization) {
        return new Subject(Optional.of("US"), Optional.of("California"), Optional.of("San Francisco"), organization);
    }

    private static Network network(List<Organization> organizations, List<Channel> channels) {
        Images images = new Images("peer:1", "orderer:1", "ca:1", "couchdb:1", "IfNotPresent", List.of());
        return new Network(
                "trade",
                "trade",
                new Fabric(new FabricVersion(3, 1, 5), "1.5.21", "3.4.2", images),
                VALIDITY,
                organizations,
                channels);
    }

    /** An ordering organization, and {@code org1} with a peer of two further names, a user with attributes, chaincode. */
    static Network small() {
        Organization orderer = new Organization(
                "orderer",
                Names.defaultMspId("orderer"),
                "trade",
                subject("orderer"),
                workload(),
                List.of(new OrderingNode("orderer0", workload())),
                List.of(),
                List.of());
        Organization org1 = new Organization(
                "org1",
                Names.defaultMspId("org1"),
                "trade",
                subject("org1"),
                workload("ca.example.com"),
                List.of(),
                List.of(new Peer("peer0", StateDatabase.LEVELDB, workload("peer0.example.com", "192.0.2.7"))),
                List.of(new User("user1", Map.of("role", "auditor"))));
        Chaincode asset = new Chaincode(
                "asset",
                "1.0",
                "asset:1.0",
                Optional.empty(),
                List.of(),
                Optional.empty(),
                true,
                List.of("org1"),
                9999,
                Map.of(),
                workload());
        Channel trading = new Channel(
                "trading",
                new Ordering(
                        ConsensusType.RAFT,
                        List.of("orderer"),
                        List.of(new NodeRef("orderer", "orderer0")),
                        new Batch(Duration.ofSeconds(2), 500, 2 << 20, 10 << 20),
                        Map.of()),
                List.of(new Member("org1", List.of("peer0"), List.of("peer0"))),
                Map.of(),
                Map.of(),
                new Capabilities("V3_0", "V2_0", "V2_5"),
                List.of(asset));
        return network(List.of(orderer, org1), List.of(trading));
    }

    /** Organizations of ten peers and five users each. */
    static Network large(int organizations) {
        return network(
                IntStream.rangeClosed(1, organizations)
                        .mapToObj(number -> new Organization(
                                "org" + number,
                                Names.defaultMspId("org" + number),
                                "trade",
                                subject("org" + number),
                                workload(),
                                List.of(),
                                IntStream.range(0, 10)
                                        .mapToObj(i -> new Peer("peer" + i, StateDatabase.LEVELDB, workload()))
                                        .toList(),
                                IntStream.rangeClosed(1, 5)
                                        .mapToObj(i -> new User("user" + i, Map.of()))
                                        .toList()))
                        .toList(),
                List.of());
    }
}
