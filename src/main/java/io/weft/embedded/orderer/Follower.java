package io.weft.embedded.orderer;

import io.grpc.StatusRuntimeException;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.AwaitedBlocks;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.remote.Broadcast;
import io.weft.embedded.remote.Connections;
import io.weft.embedded.remote.DeliveredBlocks;
import io.weft.embedded.remote.Endpoint;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's part in a channel that the first consenter orders in another process: takes the blocks from it, on one thread
 * of its own, and hands messages on to it.
 */
final class Follower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final Chain chain;
    private final Member member;
    private final Optional<Block> joinBlock;
    private final Supplier<ChannelView> view;
    private final Connections connections;
    private final DeliveredBlocks source;
    private final AwaitedBlocks awaited;
    private final Thread thread;

    /**
     * @param joinBlock the block that the node has joined with, if it lacks the ones before
     * @param view the newest configuration that the node knows
     */
    Follower(
            Chain chain,
            Member member,
            Optional<Block> joinBlock,
            Supplier<ChannelView> view,
            Connections connections,
            Clock clock) {
        this.chain = chain;
        this.member = member;
        this.joinBlock = joinBlock;
        this.view = view;
        this.connections = connections;
        this.source = new DeliveredBlocks(
                chain.channel(),
                () -> Endpoint.firstConsenter(view.get()).stream().toList(),
                member.msp(),
                member.blocks().height(),
                connections,
                clock);
        this.awaited = new AwaitedBlocks(source, () -> member.blocks().height(), () -> true);
        this.thread = new Thread(this::followAll, member.node() + "-follower-" + chain.channel());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void followAll() {
        try {
            Optional<Block> next = awaited.next();
            while (next.isPresent()) {
                follow(next.get());
                next = awaited.next();
            }
            LOG.debug("{} no longer follows channel {}", member.node(), chain.channel());
        } catch (RuntimeException e) {
            if (!awaited.isClosed()) {
                LOG.error(
                        "{} stands still at height {} of channel {}: {}",
                        member.node(),
                        member.blocks().height(),
                        chain.channel(),
                        e.getMessage(),
                        e);
            }
        }
    }

    private void follow(Block block) {
        try {
            joinBlock
                    .filter(own ->
                            own.getHeader().getNumber() == block.getHeader().getNumber())
                    .filter(own -> !own.getHeader().equals(block.getHeader()))
                    .ifPresent(own -> {
                        throw new IllegalStateException("Block "
                                + Long.toUnsignedString(block.getHeader().getNumber())
                                + " is not the one that the node has joined with.");
                    });
            chain.follow(block);
        } catch (IllegalStateException e) {
            LOG.warn(
                    "{} refuses a block of channel {}: {} It asks again.",
                    member.node(),
                    chain.channel(),
                    e.getMessage());
            source.refuse(member.blocks().height(), e.getMessage());
        }
    }

    /** Whether the first consenter delivers. */
    boolean isConnected() {
        return source.isConnected();
    }

    BlockSource.Registration onConnection(Runnable listener) {
        return source.onConnection(listener);
    }

    /**
     * Hands a message on.
     *
     * @throws RefusedException with the first consenter's answer, or because it cannot be reached
     */
    void handOn(Envelope envelope) {
        Endpoint first = Endpoint.firstConsenter(view.get())
                .orElseThrow(() -> new RefusedException(Status.SERVICE_UNAVAILABLE, "the channel has no consenter"));
        BroadcastResponse answer;
        try {
            answer = Broadcast.send(connections, first, envelope);
        } catch (StatusRuntimeException e) {
            throw new RefusedException(
                    Status.SERVICE_UNAVAILABLE,
                    "the first consenter `" + first + "`, which alone orders channel `" + chain.channel()
                            + "`, cannot be reached: " + e.getStatus().getDescription(),
                    e);
        }
        if (answer.getStatus() != Status.SUCCESS) {
            throw new RefusedException(answer.getStatus(), answer.getInfo());
        }
    }

    @Override
    public void close() {
        awaited.close();
        source.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
