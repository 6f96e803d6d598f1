package io.weft.embedded.peer;

import static java.util.Objects.requireNonNull;

import io.weft.embedded.chaincode.ChaincodeRuntimes;
import io.weft.embedded.orderer.OrderingService;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the peers of one network in this process share, in place of gossip: the ordering service, the code of their
 * chaincode, and each other. Safe for use by several threads. Closing what it was made of is its maker's.
 */
public final class Neighbourhood {
    private final OrderingService ordering;
    private final ChaincodeRuntimes chaincodes;
    private final List<PeerNode> peers = new CopyOnWriteArrayList<>();

    public Neighbourhood(OrderingService ordering, ChaincodeRuntimes chaincodes) {
        this.ordering = requireNonNull(ordering, "ordering");
        this.chaincodes = requireNonNull(chaincodes, "chaincodes");
    }

    public OrderingService ordering() {
        return ordering;
    }

    public ChaincodeRuntimes chaincodes() {
        return chaincodes;
    }

    /** The running peers, by name. */
    public Collection<PeerNode> peers() {
        return peers.stream().sorted(Comparator.comparing(PeerNode::name)).toList();
    }

    void enter(PeerNode peer) {
        peers.add(peer);
    }

    void leave(PeerNode peer) {
        peers.remove(peer);
    }
}
