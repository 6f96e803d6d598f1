package io.weft.embedded.peer;

import static java.util.Objects.requireNonNull;

import io.weft.embedded.orderer.OrderingService;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the peers of one network in this process share, in place of gossip: the ordering service, and each other. Safe
 * for use by several threads.
 */
public final class Neighbourhood {
    private final OrderingService ordering;
    private final List<PeerNode> peers = new CopyOnWriteArrayList<>();

    public Neighbourhood(OrderingService ordering) {
        this.ordering = requireNonNull(ordering, "ordering");
    }

    public OrderingService ordering() {
        return ordering;
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
