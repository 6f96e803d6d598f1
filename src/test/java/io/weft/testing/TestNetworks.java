package io.weft.testing;

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
import io.weft.model.Validity;
import io.weft.model.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Networks as a spec would describe them: an organization {@code orderer} and two with peers, one channel. */
public final class TestNetworks {
    public static final String CHANNEL = "trading";

    private TestNetworks() {}

    /** A network with so many ordering nodes, and so many peers in each of {@code org1} and {@code org2}. */
    public static Network network(FabricVersion version, ConsensusType type, int orderers, int peers) {
        List<OrderingNode> nodes = IntStream.range(0, orderers)
                .mapToObj(i -> new OrderingNode("orderer" + i, workload()))
                .toList();
        Organization ordering = organization("orderer", nodes, List.of());
        List<Organization> members =
                List.of(organization("org1", List.of(), peers(peers)), organization("org2", List.of(), peers(peers)));
        Channel channel = new Channel(
                CHANNEL,
                new Ordering(
                        type,
                        List.of("orderer"),
                        nodes.stream()
                                .map(node -> new NodeRef("orderer", node.name()))
                                .toList(),
                        new Batch(Duration.ofMillis(200), 10, 512 * 1024, 10 * 1024 * 1024),
                        type == ConsensusType.RAFT
                                ? Map.of("tickInterval", "300ms")
                                : Map.of("requestForwardTimeout", "1s")),
                members.stream()
                        .map(member -> new Member(
                                member.name(),
                                member.peers().stream().map(Peer::name).toList(),
                                List.of("peer0")))
                        .toList(),
                Map.of(),
                Map.of(),
                new Capabilities(version.isAtLeast(3, 0) ? "V3_0" : "V2_0", "V2_0", "V2_5"),
                List.of());
        Images images = new Images("peer", "orderer", "ca", "couchdb", "IfNotPresent", List.of());
        return new Network(
                "test",
                "test",
                new Fabric(version, "1.5.21", "3.4.2", images),
                new Validity(Duration.ofDays(3650), Duration.ofDays(365), Duration.ofDays(365)),
                List.of(ordering, members.get(0), members.get(1)),
                List.of(channel));
    }

    /** A chaincode without any of the optional parts. */
    public static Chaincode chaincode(String name, String version) {
        return new Chaincode(
                name,
                version,
                "example.org/" + name + ":" + version,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                List.of("org1", "org2"),
                9999,
                Map.of(),
                workload());
    }

    private static List<Peer> peers(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Peer("peer" + i, StateDatabase.LEVELDB, workload()))
                .toList();
    }

    private static Organization organization(String name, List<OrderingNode> orderingNodes, List<Peer> peers) {
        return new Organization(
                name,
                Names.defaultMspId(name),
                "test",
                new Subject(Optional.empty(), Optional.empty(), Optional.empty(), name),
                workload(),
                orderingNodes,
                peers,
                List.of());
    }

    private static Workload workload() {
        return new Workload("1Gi", Optional.empty(), new Resources(Map.of(), Map.of()), List.of(), Map.of());
    }
}
