package io.weft.embedded.peer;

import io.weft.chaincode.Approver;
import io.weft.chaincode.ChaincodeDefinition;
import io.weft.chaincode.ChaincodePackage;
import io.weft.chaincode.ChannelLifecycle;
import io.weft.chaincode.PeerPackages;
import io.weft.channel.ChannelParticipation;
import io.weft.channel.GenesisBlock;
import io.weft.channel.PeerChannels;
import io.weft.embedded.chaincode.ChaincodeRuntimes;
import io.weft.embedded.orderer.OrderingNode;
import io.weft.embedded.orderer.OrderingService;
import io.weft.gateway.TransactionClient;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.HostPort;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.protocol.Dialer;
import io.weft.protocol.Endpoint;
import io.weft.protocol.OrdererConnection;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import io.weft.protocol.Submitter;
import io.weft.testing.Eventually;
import io.weft.testing.FreePorts;
import io.weft.testing.Identities;
import io.weft.testing.TestNetworks;
import io.weft.testing.TestNodes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.client.Gateway;

/**
 * A network whose nodes are embedded ones that have nothing in common but the ports of this machine: each with an ordering
 * service, a neighbourhood and chaincode runtimes of its own, as if in processes of their own.
 */
final class SeparateNetwork implements AutoCloseable {
    static final String CHANNEL = TestNetworks.CHANNEL;
    static final Duration TIMEOUT = Eventually.PATIENCE;
    private static final String HOST = "localhost";

    private final Network network;
    private final Identities identities;
    private final Path folder;
    private final Map<String, Ports> ports = new TreeMap<>();
    private final Map<String, Started<OrderingNode>> orderingNodes = new TreeMap<>();
    private final Map<String, Started<PeerNode>> peers = new TreeMap<>();
    private final Dialer dialer = new Dialer();
    private final Credential client;

    /** A node, and all that only it uses. */
    private record Started<N extends AutoCloseable>(N node, List<AutoCloseable> own) {
        void close() {
            try {
                node.close();
                for (AutoCloseable each : own) {
                    each.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Kept over restarts. */
    private record Ports(int main, int admin) {}

    SeparateNetwork(ConsensusType type, int orderers, Path folder) {
        this.network = TestNetworks.network(FabricVersion.parse("3.1.5"), type, orderers, 2);
        this.identities = new Identities(network);
        this.folder = folder;
        this.client = CertificateAuthority.create(
                        DistinguishedName.of("nobody"), Duration.ofDays(1), Clock.systemUTC(), new SecureRandom())
                .issue(DistinguishedName.of("client"), new Profile.TlsClient(), Duration.ofDays(1));
        List<NodeRef> all = new ArrayList<>(network.peers().toList());
        for (int i = 0; i < orderers; i++) {
            all.add(orderer(i));
        }
        all.forEach(node -> ports.put(node.toString(), new Ports(FreePorts.next(), FreePorts.next())));
    }

    static NodeRef orderer(int index) {
        return new NodeRef("orderer", "orderer" + index);
    }

    static NodeRef peer(String organization, int index) {
        return new NodeRef(organization, "peer" + index);
    }

    HostPort address(NodeRef ref) {
        return new HostPort(HOST, ports.get(ref.toString()).main());
    }

    OrderingNode startOrderer(int index) {
        NodeRef ref = orderer(index);
        OrderingService alone = OrderingService.separate(Clock.systemUTC());
        OrderingNode node = OrderingNode.start(
                TestNodes.orderingNode(
                        identities,
                        ref,
                        ports.get(ref.toString()).main(),
                        ports.get(ref.toString()).admin(),
                        folder),
                alone);
        orderingNodes.put(ref.toString(), new Started<>(node, List.of(alone)));
        return node;
    }

    /** @param bootstrap other peers that it is told of */
    PeerNode startPeer(NodeRef ref, NodeRef... bootstrap) {
        ChaincodeRuntimes chaincodes = new ChaincodeRuntimes();
        Neighbourhood alone = Neighbourhood.remote(
                chaincodes, List.of(bootstrap).stream().map(this::address).toList(), Clock.systemUTC());
        PeerNode node = PeerNode.start(
                TestNodes.peer(identities, ref, ports.get(ref.toString()).main(), address(ref), folder), alone);
        peers.put(ref.toString(), new Started<>(node, List.of(alone, chaincodes)));
        return node;
    }

    void stop(NodeRef ref) {
        if (peers.containsKey(ref.toString())) {
            peers.remove(ref.toString()).close();
        } else {
            orderingNodes.remove(ref.toString()).close();
        }
    }

    PeerNode node(NodeRef ref) {
        return peers.get(ref.toString()).node();
    }

    OrderingNode orderingNode(int index) {
        return orderingNodes.get(orderer(index).toString()).node();
    }

    GenesisBlock genesis() {
        return TestNodes.genesis(network, network.channels().get(0), identities, this::address);
    }

    void join(NodeRef ref, GenesisBlock genesis) {
        new PeerChannels(connection(ref), admin(ref.organization())).join(genesis, TIMEOUT);
    }

    ChannelParticipation participation(int index) {
        NodeRef ref = orderer(index);
        HostPort dial = new HostPort(HOST, ports.get(ref.toString()).admin());
        return new ChannelParticipation(dialer.https(endpoint(ref, dial, Optional.of(identities.adminTls("orderer")))));
    }

    PeerConnection connection(NodeRef ref) {
        return dialer.peer(endpoint(ref, address(ref), Optional.of(client)));
    }

    OrdererConnection ordererConnection(int index) {
        return dialer.orderer(endpoint(orderer(index), address(orderer(index)), Optional.empty()));
    }

    private Endpoint endpoint(NodeRef ref, HostPort dial, Optional<Credential> shown) {
        return TestNodes.endpoint(identities, ref, dial, dial, shown);
    }

    Signer admin(String organization) {
        return identities.admin(organization);
    }

    Signer client(String organization) {
        return identities.client(organization);
    }

    TransactionClient gateway(NodeRef peer) {
        return new TransactionClient(connection(peer), client(peer.organization()));
    }

    Gateway sdk(NodeRef peer) {
        return EmbeddedNetwork.sdk(connection(peer), client(peer.organization()));
    }

    Submitter submitter(int... orderers) {
        List<OrdererConnection> connections = new ArrayList<>();
        for (int index : orderers) {
            connections.add(ordererConnection(index));
        }
        return new Submitter(network.channels().get(0).ordering().type(), connections);
    }

    /** Installs on running peers, approves for both organizations at their first peers, commits. */
    void deploy(ChaincodePackage chaincode, ChaincodeDefinition definition, int orderer) {
        List<PeerConnection> all = new ArrayList<>();
        for (NodeRef ref : network.peers().toList()) {
            if (peers.containsKey(ref.toString())) {
                all.add(connection(ref));
                new PeerPackages(connection(ref), admin(ref.organization())).install(chaincode, TIMEOUT);
            }
        }
        ChannelLifecycle lifecycle = new ChannelLifecycle(CHANNEL, submitter(orderer));
        List<PeerConnection> first = List.of(connection(peer("org1", 0)), connection(peer("org2", 0)));
        for (String organization : List.of("org1", "org2")) {
            PeerConnection own = connection(peer(organization, 0));
            lifecycle.approve(
                    new Approver(admin(organization), own),
                    definition,
                    Optional.of(chaincode.id()),
                    List.of(own),
                    TIMEOUT);
        }
        lifecycle.commit(admin("org1"), definition, first, all, TIMEOUT);
    }

    @Override
    public void close() {
        dialer.close();
        peers.values().forEach(Started::close);
        orderingNodes.values().forEach(Started::close);
    }
}
