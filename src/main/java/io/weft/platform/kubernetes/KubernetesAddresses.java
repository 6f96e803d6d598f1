package io.weft.platform.kubernetes;

import io.weft.kubernetes.Tunnels;
import io.weft.model.Chaincode;
import io.weft.model.HostPort;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.plan.Release;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.platform.Addresses;
import io.weft.platform.Port;
import io.weft.release.ReleaseSpecs;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Nodes reach each other by the names of their Services; weft reaches them through tunnels. */
final class KubernetesAddresses implements Addresses {
    private final Network network;
    private final Names names;
    private final ReleaseSpecs specs;
    private final Set<NodeRef> orderingNodes;
    private final Tunnels tunnels;

    KubernetesAddresses(Network network, Tunnels tunnels) {
        this.network = network;
        this.names = new Names(network);
        this.specs = new ReleaseSpecs(network, "");
        this.orderingNodes = network.orderingNodes().collect(Collectors.toSet());
        this.tunnels = tunnels;
    }

    /** The port on which the charts have a container listen. */
    private static int number(Port port) {
        return switch (port) {
            case ORDERER -> 7050;
            case ORDERER_ADMIN -> 9443;
            case ORDERER_OPERATIONS -> 8443;
            case PEER -> 7051;
            case CA -> 7054;
        };
    }

    @Override
    public HostPort dial(Release release, Port port) {
        return tunnels.open(specs.namespace(release), specs.name(release), number(port))
                .address();
    }

    @Override
    public HostPort node(NodeRef node) {
        return new HostPort(names.host(node), number(orderingNodes.contains(node) ? Port.ORDERER : Port.PEER));
    }

    @Override
    public HostPort admin(NodeRef orderingNode) {
        return new HostPort(names.host(orderingNode), number(Port.ORDERER_ADMIN));
    }

    @Override
    public Optional<HostPort> published(Release release) {
        return Optional.empty();
    }

    @Override
    public HostPort chaincode(ChaincodeRelease release) {
        Chaincode chaincode = network.channel(release.chaincode().channel())
                .chaincode(release.chaincode().name());
        return new HostPort(names.host(specs.name(release), specs.namespace(release)), chaincode.port());
    }
}
