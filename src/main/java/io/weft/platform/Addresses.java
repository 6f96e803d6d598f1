package io.weft.platform;

import io.weft.model.HostPort;
import io.weft.model.NodeRef;
import io.weft.plan.Release;
import io.weft.plan.Release.ChaincodeRelease;
import java.util.Optional;

/** Where nodes are reached. Finding an address does not connect. */
public interface Addresses {
    /** Where this process reaches a node. */
    HostPort dial(Release release, Port port);

    /** Where other nodes and clients beside them reach an ordering node or peer; channel configurations name it. */
    HostPort node(NodeRef node);

    /** Where clients beside an ordering node reach its admin listener. */
    HostPort admin(NodeRef orderingNode);

    /** Where clients on this machine reach what a release serves; empty if only through weft. */
    Optional<HostPort> published(Release release);

    /** Where peers reach a chaincode; its package names it. */
    HostPort chaincode(ChaincodeRelease release);
}
