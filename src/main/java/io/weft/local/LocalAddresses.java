package io.weft.local;

import io.weft.model.HostPort;
import io.weft.model.LocalChaincode;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.plan.Release;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.platform.Addresses;
import io.weft.platform.Port;
import io.weft.release.ReleaseSpecs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Everybody reaches everybody by the loopback address. */
final class LocalAddresses implements Addresses {
    static final String HOST = "127.0.0.1";

    static final String MAIN = "main";
    static final String ADMIN = "admin";
    static final String OPERATIONS = "operations";
    static final String CHAINCODE = "chaincode";

    private final Network network;
    private final ReleaseSpecs specs;
    private final Set<NodeRef> orderingNodes;
    private final Ports ports;

    LocalAddresses(Network network, Ports ports) {
        this.network = network;
        this.specs = new ReleaseSpecs(network, "");
        this.orderingNodes = network.orderingNodes().collect(Collectors.toSet());
        this.ports = ports;
    }

    /** Where a node of this machine listens. */
    static InetSocketAddress socket(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** {@code namespace/release}. */
    String key(Release release) {
        return specs.namespace(release) + "/" + specs.name(release);
    }

    int port(Release release, String purpose) {
        return ports.of(key(release), purpose);
    }

    @Override
    public HostPort dial(Release release, Port port) {
        String purpose =
                switch (port) {
                    case ORDERER, PEER, CA -> MAIN;
                    case ORDERER_ADMIN -> ADMIN;
                    case ORDERER_OPERATIONS -> OPERATIONS;
                };
        return new HostPort(HOST, port(release, purpose));
    }

    @Override
    public HostPort node(NodeRef node) {
        Release release = orderingNodes.contains(node) ? new OrderingNodeRelease(node) : new PeerRelease(node);
        return new HostPort(HOST, port(release, MAIN));
    }

    @Override
    public HostPort admin(NodeRef orderingNode) {
        return dial(new OrderingNodeRelease(orderingNode), Port.ORDERER_ADMIN);
    }

    @Override
    public Optional<HostPort> published(Release release) {
        return release instanceof ChaincodeRelease
                ? Optional.empty()
                : Optional.of(new HostPort(HOST, port(release, MAIN)));
    }

    @Override
    public HostPort chaincode(ChaincodeRelease release) {
        return network.channel(release.chaincode().channel())
                .chaincode(release.chaincode().name())
                .local()
                .filter(LocalChaincode.Address.class::isInstance)
                .map(form -> ((LocalChaincode.Address) form).address())
                .orElseGet(() -> new HostPort(HOST, port(release, MAIN)));
    }
}
