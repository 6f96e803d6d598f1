package io.weft.embedded.orderer;

import io.weft.embedded.ledger.BlockSource;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;

/** The ordering service of the network's channels. */
public final class OrderingService implements AutoCloseable {
    public OrderingService(Clock clock) {}

    /** Offers an envelope through any running node that serves its channel. */
    public BroadcastResponse broadcast(Envelope envelope) {
        throw new UnsupportedOperationException();
    }

    /** The channel's blocks, from whichever running node has them; empty if no running node has joined the channel. */
    public Optional<BlockSource> blocks(String channel) {
        throw new UnsupportedOperationException();
    }

    /** As {@link #blocks}, also for a channel that no node has joined yet: its height is 0 until then. */
    public BlockSource source(String channel) {
        throw new UnsupportedOperationException();
    }

    /** The running nodes, by name. */
    public List<OrderingNode> nodes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
