package io.weft.embedded.orderer;

import static java.util.Objects.requireNonNull;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.weft.embedded.config.ConfigViews;
import io.weft.embedded.fault.Faults;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.remote.Connections;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;

/**
 * The ordering service of the channels of a network: what Raft or BFT would be between its nodes. Each channel has one
 * order, in memory, that its running nodes write down. Loses its quorum as a real one does. Safe for use by several
 * threads; close the nodes first.
 */
public final class OrderingService implements AutoCloseable {
    private static final int NETWORK_THREADS = 2;

    private final Clock clock;
    private final Faults faults;
    private final MessageProcessor processor;
    private final BlockWriter writer;
    private final ConfigViews views = new ConfigViews();
    private final BatchTimer timer;
    private final Runnable stopTimer;
    private final EventLoopGroup network = new MultiThreadIoEventLoopGroup(
            NETWORK_THREADS, new DefaultThreadFactory("weft-orderer-network", true), NioIoHandler.newFactory());
    private final ExecutorService workers =
            Executors.newCachedThreadPool(new DefaultThreadFactory("weft-orderer", true));
    private final Optional<Connections> connections;
    private final ConcurrentMap<String, Chain> chains = new ConcurrentHashMap<>();
    private final List<OrderingNode> nodes = new CopyOnWriteArrayList<>();

    /** @param clock tells whether messages and identities are too old, and the time in config blocks */
    public OrderingService(Clock clock) {
        this(clock, new Faults());
    }

    /**
     * @param clock tells whether messages and identities are too old, and the time in config blocks
     * @param faults what the nodes suffer
     */
    public OrderingService(Clock clock, Faults faults) {
        this(clock, scheduler(), faults);
    }

    /** @param timer cuts the batches that nobody fills */
    OrderingService(Clock clock, BatchTimer timer) {
        this(clock, timer, () -> {}, new Faults());
    }

    private OrderingService(Clock clock, ScheduledThreadPoolExecutor scheduler, Faults faults) {
        this(clock, timer(scheduler), scheduler::shutdownNow, faults);
    }

    private OrderingService(Clock clock, BatchTimer timer, Runnable stopTimer, Faults faults) {
        this(clock, timer, stopTimer, faults, false);
    }

    private OrderingService(Clock clock, BatchTimer timer, Runnable stopTimer, Faults faults, boolean separate) {
        SecureRandom random = new SecureRandom();
        this.clock = requireNonNull(clock, "clock");
        this.faults = requireNonNull(faults, "faults");
        this.processor = new MessageProcessor(clock, random);
        this.writer = new BlockWriter(random);
        this.timer = requireNonNull(timer, "timer");
        this.stopTimer = stopTimer;
        this.connections = separate ? Optional.of(new Connections(network, Optional.empty())) : Optional.empty();
    }

    /**
     * The ordering service of one node, whose fellows run in other processes. The first consenter of a channel orders its
     * messages alone; the others hand them on to it and take its blocks, by {@code Broadcast} and {@code Deliver}. There is
     * no fail-over: without the first consenter nothing is ordered. It has to join with block 0, and a configuration must
     * not put another in its place. BFT channels must have one consenter, because nobody else could sign the blocks.
     *
     * @param clock tells whether messages and identities are too old, and the time in config blocks
     */
    public static OrderingService separate(Clock clock) {
        ScheduledThreadPoolExecutor scheduler = scheduler();
        return new OrderingService(clock, timer(scheduler), scheduler::shutdownNow, new Faults(), true);
    }

    private static ScheduledThreadPoolExecutor scheduler() {
        ScheduledThreadPoolExecutor result =
                new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("weft-orderer-timer", true));
        result.setRemoveOnCancelPolicy(true);
        return result;
    }

    private static BatchTimer timer(ScheduledThreadPoolExecutor scheduler) {
        return (delay, task) -> {
            try {
                ScheduledFuture<?> future = scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                return () -> future.cancel(false);
            } catch (RejectedExecutionException e) {
                // The service is closed: nobody runs any more whom the block could be given to.
                return () -> {};
            }
        };
    }

    /**
     * Offers an envelope through any running node that serves its channel.
     *
     * @return Fabric's answer; {@code SERVICE_UNAVAILABLE} if no node runs
     */
    public BroadcastResponse broadcast(Envelope envelope) {
        BroadcastResponse answer = BroadcastResponse.newBuilder()
                .setStatus(Status.SERVICE_UNAVAILABLE)
                .setInfo("no ordering node is running")
                .build();
        for (OrderingNode node : nodes()) {
            answer = node.broadcast(envelope);
            if (!answer.getInfo().equals(OrderingNode.UNKNOWN_CHANNEL)) {
                return answer;
            }
        }
        return answer;
    }

    /** The channel's blocks, from whichever running node has them; empty if no running node has. */
    public Optional<BlockSource> blocks(String channel) {
        return Optional.<BlockSource>ofNullable(chains.get(channel)).filter(source -> source.height() > 0);
    }

    /**
     * The channel's blocks, whether a node has joined it already or will. The height is 0 while no node of the channel
     * runs, and then all blocks are absent; listeners are told the height whenever a node has come, new or not.
     */
    public BlockSource source(String channel) {
        return chain(channel);
    }

    /** The running nodes, by name. */
    public List<OrderingNode> nodes() {
        return nodes.stream().sorted(Comparator.comparing(OrderingNode::name)).toList();
    }

    Chain chain(String channel) {
        return chains.computeIfAbsent(
                channel, name -> new Chain(name, processor, writer, timer, views, connections.isPresent()));
    }

    /** How nodes of other processes are reached; empty if all nodes are in this one. */
    Optional<Connections> connections() {
        return connections;
    }

    ConfigViews views() {
        return views;
    }

    Clock clock() {
        return clock;
    }

    Faults faults() {
        return faults;
    }

    EventLoopGroup network() {
        return network;
    }

    Executor workers() {
        return workers;
    }

    void add(OrderingNode node) {
        nodes.add(node);
    }

    void remove(OrderingNode node) {
        nodes.remove(node);
    }

    /** Ends its threads. */
    @Override
    public void close() {
        stopTimer.run();
        connections.ifPresent(Connections::close);
        workers.shutdownNow();
        Future<?> unused = network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
