package io.weft.embedded.peer;

import static java.util.Objects.requireNonNull;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.weft.embedded.chaincode.ChaincodeRuntimes;
import io.weft.embedded.config.ConfigViews;
import io.weft.embedded.fault.Faults;
import io.weft.embedded.orderer.OrderingService;
import io.weft.model.HostPort;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What the peers of one network in this process share, in place of gossip: the ordering service, the code of their
 * chaincode, threads, and each other. Or what one peer needs whose network is in other processes: see {@link #remote}. Safe
 * for use by several threads.
 */
public final class Neighbourhood implements AutoCloseable {
    private static final int NETWORK_THREADS = 2;

    private final Optional<OrderingService> ordering;
    private final List<HostPort> bootstrap;
    private final ChaincodeRuntimes chaincodes;
    private final Clock clock;
    private final Faults faults;
    private final List<PeerNode> peers = new CopyOnWriteArrayList<>();
    private final ConfigViews views = new ConfigViews();
    private final EventLoopGroup network = new MultiThreadIoEventLoopGroup(
            NETWORK_THREADS, new DefaultThreadFactory("weft-peer-network", true), NioIoHandler.newFactory());
    private final ExecutorService workers = Executors.newCachedThreadPool(new DefaultThreadFactory("weft-peer", true));

    public Neighbourhood(OrderingService ordering, ChaincodeRuntimes chaincodes) {
        this(ordering, chaincodes, Clock.systemUTC());
    }

    /** @param clock tells whether proposals and identities are too old */
    public Neighbourhood(OrderingService ordering, ChaincodeRuntimes chaincodes, Clock clock) {
        this(ordering, chaincodes, clock, new Faults());
    }

    /**
     * @param clock tells whether proposals and identities are too old
     * @param faults what the peers suffer
     */
    public Neighbourhood(OrderingService ordering, ChaincodeRuntimes chaincodes, Clock clock, Faults faults) {
        this(Optional.of(ordering), List.of(), chaincodes, clock, faults);
    }

    private Neighbourhood(
            Optional<OrderingService> ordering,
            List<HostPort> bootstrap,
            ChaincodeRuntimes chaincodes,
            Clock clock,
            Faults faults) {
        this.ordering = ordering;
        this.bootstrap = List.copyOf(bootstrap);
        this.chaincodes = requireNonNull(chaincodes, "chaincodes");
        this.clock = requireNonNull(clock, "clock");
        this.faults = requireNonNull(faults, "faults");
    }

    /**
     * A neighbourhood of one peer, whose ordering nodes and other peers run in other processes. It takes blocks from the
     * ordering nodes that the channel's configuration names, by {@code Deliver}, and hands them transactions. It finds
     * the other peers at the channel's anchor peers and at the bootstrap addresses; they have to be embedded peers too.
     * All of them are trusted by the TLS authorities that the channel's configuration has for their organizations, and
     * before there is a channel by those of the peer's settings.
     *
     * @param bootstrap where other peers of the network may be; they need not run yet
     * @param clock tells whether proposals and identities are too old
     */
    public static Neighbourhood remote(ChaincodeRuntimes chaincodes, List<HostPort> bootstrap, Clock clock) {
        return new Neighbourhood(Optional.empty(), bootstrap, chaincodes, clock, new Faults());
    }

    /** The ordering service of this process; empty if it is in others. */
    Optional<OrderingService> ordering() {
        return ordering;
    }

    /** Where peers of other processes may be. */
    List<HostPort> bootstrap() {
        return bootstrap;
    }

    public ChaincodeRuntimes chaincodes() {
        return chaincodes;
    }

    /** The running peers, by name. */
    public Collection<PeerNode> peers() {
        return peers.stream().sorted(Comparator.comparing(PeerNode::name)).toList();
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

    ExecutorService workers() {
        return workers;
    }

    void enter(PeerNode peer) {
        peers.add(peer);
    }

    void leave(PeerNode peer) {
        peers.remove(peer);
    }

    /** The configurations that the peers share. */
    ConfigViews views() {
        return views;
    }

    /** Ends its threads. Close the peers first; ordering service and chaincode are for whoever made them to close. */
    @Override
    public void close() {
        workers.shutdownNow();
        Future<?> unused = network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
