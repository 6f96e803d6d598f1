package io.weft.scenario;

import io.weft.chaincode.ChaincodePackage;
import io.weft.embedded.ca.RunningCa;
import io.weft.embedded.chaincode.ChaincodeRuntimes;
import io.weft.embedded.chaincode.ChaincodeSource;
import io.weft.embedded.orderer.OrderingNode;
import io.weft.embedded.orderer.OrderingService;
import io.weft.embedded.peer.Neighbourhood;
import io.weft.embedded.peer.PeerNode;
import io.weft.model.HostPort;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.pki.Credential;
import io.weft.protocol.Endpoint;
import io.weft.testing.Identities;
import io.weft.testing.TestNodes;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Embedded nodes in this process. */
final class EmbeddedTarget implements Target {
    private final Network network;
    private final Identities identities;
    private final Path folder;
    private final OrderingService ordering = new OrderingService(Clock.systemUTC());
    private final ChaincodeRuntimes chaincodes = new ChaincodeRuntimes();
    private final Neighbourhood neighbourhood = new Neighbourhood(ordering, chaincodes);
    private final Map<NodeRef, OrderingNode> orderingNodes = new HashMap<>();
    private final Map<NodeRef, PeerNode> peers = new HashMap<>();

    EmbeddedTarget(Network network, Path folder) {
        this.network = network;
        this.identities = new Identities(network);
        this.folder = folder;
        network.orderingNodes().forEach(this::start);
        network.peers().forEach(this::start);
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public Identities identities() {
        return identities;
    }

    @Override
    public void start(NodeRef node) {
        if (network.orderingNodes().anyMatch(node::equals)) {
            orderingNodes.put(
                    node, OrderingNode.start(TestNodes.orderingNode(identities, node, 0, 0, folder), ordering));
        } else {
            peers.put(node, PeerNode.start(TestNodes.peer(identities, node, 0, address(node), folder), neighbourhood));
        }
    }

    @Override
    public void stop(NodeRef node) {
        if (peers.containsKey(node)) {
            peers.remove(node).close();
        } else {
            orderingNodes.remove(node).close();
        }
    }

    @Override
    public Endpoint endpoint(NodeRef node, Optional<Credential> client) {
        return TestNodes.endpoint(
                identities,
                node,
                peers.containsKey(node)
                        ? peers.get(node).address()
                        : orderingNodes.get(node).address(),
                client);
    }

    @Override
    public Endpoint admin(NodeRef orderer, Optional<Credential> client) {
        return TestNodes.endpoint(
                identities, orderer, orderingNodes.get(orderer).adminAddress(), client);
    }

    @Override
    public HostPort address(NodeRef node) {
        return new HostPort(Identities.hostOf(node), network.orderingNodes().anyMatch(node::equals) ? 7050 : 7051);
    }

    @Override
    public ChaincodePackage chaincodePackage(String label, ChaincodeService service) {
        ChaincodePackage result = ChaincodePackage.of(label, service.server());
        chaincodes.register(
                result.id().toString(),
                new ChaincodeSource.Address(service.server().address(), Optional.empty()));
        return result;
    }

    @Override
    public RunningCa certificateAuthority(Path ca) {
        return RunningCa.embedded(ca);
    }

    @Override
    public void close() {
        peers.values().forEach(PeerNode::close);
        neighbourhood.close();
        orderingNodes.values().forEach(OrderingNode::close);
        ordering.close();
        chaincodes.close();
    }
}
