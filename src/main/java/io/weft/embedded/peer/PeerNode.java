package io.weft.embedded.peer;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.weft.embedded.chaincode.ChaincodeExecutor;
import io.weft.embedded.chaincode.ChaincodeHost;
import io.weft.embedded.chaincode.Lifecycle;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.Identity;
import io.weft.embedded.config.IdentityException;
import io.weft.embedded.config.LocalView;
import io.weft.embedded.config.PolicyException;
import io.weft.embedded.config.SignedData;
import io.weft.embedded.deliver.DeliverServer;
import io.weft.embedded.fault.Faults;
import io.weft.embedded.http.HttpServer;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.embedded.ledger.Ledgers;
import io.weft.embedded.orderer.OrderingService;
import io.weft.embedded.remote.Connections;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.msp.LocalMsp;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.problem.UnreachableException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A peer: {@code Endorser}, {@code Gateway}, {@code Deliver} and {@code Discovery} on one TLS port, and an operations
 * endpoint. Its channels, ledgers and installed packages lie in its folder and are there again after a restart. Safe for
 * use by several threads.
 */
public final class PeerNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerNode.class);
    private static final int MAX_MESSAGE_BYTES = 100 * 1024 * 1024;
    /** What Fabric's servers allow. */
    private static final long MIN_KEEP_ALIVE_SECONDS = 60;

    private static final long STOP_SECONDS = 5;
    /** {@code chaincode.executetimeout} of Fabric's {@code core.yaml}. */
    private static final Duration EXECUTION_TIMEOUT = Duration.ofSeconds(30);

    /**
     * What makes a peer this one.
     *
     * @param name for threads and messages
     * @param msp the identity that it endorses with
     * @param tls certificate and key of its TLS port
     * @param tlsRoots who certifies TLS servers of the network
     * @param listen where to serve; port 0 for a free one
     * @param operations where to serve {@code /healthz}; port 0 for a free one
     * @param authority the address by which others are told to reach it; if it listens on a free port, the port is that
     *     one instead
     * @param folder ledgers and installed packages; made if it does not exist
     */
    public record Settings(
            String name,
            LocalMsp msp,
            Credential tls,
            List<Certificate> tlsRoots,
            InetSocketAddress listen,
            InetSocketAddress operations,
            HostPort authority,
            Path folder) {
        public Settings {
            requireNonNull(name, "name");
            requireNonNull(msp, "msp");
            requireNonNull(tls, "tls");
            tlsRoots = List.copyOf(tlsRoots);
            requireNonNull(listen, "listen");
            requireNonNull(operations, "operations");
            requireNonNull(authority, "authority");
            requireNonNull(folder, "folder");
        }
    }

    private final Settings settings;
    private final Neighbourhood neighbourhood;
    private final LocalView organization;
    private final ByteString identity;
    private final Instant started;
    /** What has been opened, the latest first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private final Ordering ordering;
    private final Optional<Gossip> gossip;
    private final Ledgers ledgers;
    private final Lifecycle lifecycle;
    private final Endorser endorser;
    private final Server server;
    private final HttpServer operations;
    private final Map<String, PeerChannel> channels = new ConcurrentSkipListMap<>();
    private volatile boolean closed;

    private PeerNode(Settings settings, Neighbourhood neighbourhood, Optional<Ledgers> given) throws IOException {
        this.settings = settings;
        this.neighbourhood = neighbourhood;
        this.organization = LocalView.of(settings.msp().organization());
        this.identity = settings.msp().serializedIdentity().toByteString();
        this.started = neighbourhood.clock().instant();
        try {
            Optional<OrderingService> local = neighbourhood.ordering();
            if (local.isPresent()) {
                ordering = new LocalOrdering(local.get());
                gossip = Optional.empty();
            } else {
                Connections connections = opened(new Connections(neighbourhood.network(), Optional.of(settings.tls())));
                ordering = new RemoteOrdering(connections, settings.msp(), neighbourhood.clock());
                gossip = Optional.of(
                        new Gossip(this, connections, neighbourhood.bootstrap(), tlsRoots(), neighbourhood.workers()));
            }
            ledgers = given.orElseGet(() -> opened(Ledgers.open(settings.folder())));
            ChaincodeHost host = new Host();
            lifecycle = Lifecycle.open(settings.folder().resolve("packages"), host, neighbourhood.chaincodes());
            ChaincodeExecutor chaincodes =
                    opened(new ChaincodeExecutor(host, lifecycle, neighbourhood.chaincodes(), EXECUTION_TIMEOUT));
            endorser = new Endorser(this, new SystemChaincodes(this, lifecycle), chaincodes, neighbourhood.clock());
            open.push(() -> channels.values().forEach(PeerChannel::close));
            ledgers.channels().forEach(name -> serve(ledgers.find(name).orElseThrow()));
            server = server();
            open.push(() -> {
                server.shutdownNow();
                server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            });
            operations = opened(HttpServer.start(
                    settings.operations(),
                    Optional.empty(),
                    neighbourhood.network(),
                    neighbourhood.workers(),
                    new OperationsApi(this, neighbourhood.clock())));
            neighbourhood.enter(this);
            open.push(() -> neighbourhood.leave(this));
            gossip.ifPresent(one -> one.start(authority()));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    private Server server() throws IOException {
        DeliverServer deliver = new DeliverServer(this::channel, neighbourhood.clock(), neighbourhood.workers());
        NettyServerBuilder result = NettyServerBuilder.forAddress(settings.listen())
                .bossEventLoopGroup(neighbourhood.network())
                .workerEventLoopGroup(neighbourhood.network())
                .channelType(NioServerSocketChannel.class)
                .executor(neighbourhood.workers())
                .sslContext(tls())
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .permitKeepAliveTime(MIN_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .intercept(faults().interceptor(settings.name()))
                .addService(endorser)
                .addService(new GatewayService(this, ordering, neighbourhood.workers()))
                .addService(new DeliverService(this, deliver))
                .addService(new DiscoveryService(this));
        gossip.ifPresent(one ->
                result.addService(GossipService.of(this, one, settings.tls().certificate())));
        return result.build().start();
    }

    /** Clients may show a certificate, and discovery has them: who made it does not matter, as with Fabric. */
    private SslContext tls() throws SSLException {
        return GrpcSslContexts.configure(
                        SslContextBuilder.forServer(settings.tls().keyManager()))
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .clientAuth(ClientAuth.OPTIONAL)
                .build();
    }

    /**
     * Starts a peer with the channels that its folder knows. Returns when it serves.
     *
     * @throws UnreachableException if one of its addresses cannot be listened on
     * @throws java.io.UncheckedIOException if its folder cannot be used
     */
    public static PeerNode start(Settings settings, Neighbourhood neighbourhood) {
        return start(settings, neighbourhood, Optional.empty());
    }

    /**
     * As {@link #start(Settings, Neighbourhood)}, with ledgers that are not in its folder, and that are there when it has
     * been closed: whoever opened them closes them.
     */
    public static PeerNode start(Settings settings, Neighbourhood neighbourhood, Ledgers ledgers) {
        return start(settings, neighbourhood, Optional.of(ledgers));
    }

    private static PeerNode start(Settings settings, Neighbourhood neighbourhood, Optional<Ledgers> ledgers) {
        try {
            return new PeerNode(settings, neighbourhood, ledgers);
        } catch (IOException e) {
            throw new UnreachableException(
                    "The peer `" + settings.name() + "` cannot listen on `" + settings.listen() + "`: " + e.getMessage()
                            + ".",
                    e);
        }
    }

    public String name() {
        return settings.name();
    }

    /** Where it listens. */
    public HostPort address() {
        return new HostPort(settings.listen().getHostString(), server.getPort());
    }

    /** Where others are told to reach it. */
    public HostPort authority() {
        return settings.listen().getPort() == 0
                ? new HostPort(settings.authority().host(), server.getPort())
                : settings.authority();
    }

    public HostPort operationsAddress() {
        return operations.address();
    }

    public MspId mspId() {
        return organization.mspId();
    }

    /** The channels that it has joined, sorted. */
    public List<String> channels() {
        return List.copyOf(channels.keySet());
    }

    /** The number of blocks it has committed; empty if it has not joined the channel. */
    public Optional<Long> height(String channel) {
        return channel(channel).map(one -> one.ledger().height());
    }

    /** The identity that it endorses with, as transmitted. */
    ByteString identity() {
        return identity;
    }

    ByteString sign(ByteString message) {
        return ByteString.copyFrom(settings.msp().signer().sign(message.toByteArray()));
    }

    Instant started() {
        return started;
    }

    LocalView organization() {
        return organization;
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    Endorser endorser() {
        return endorser;
    }

    /** The configuration in a block. */
    ChannelView view(Block configuration) {
        return neighbourhood.views().of(configuration);
    }

    Optional<PeerChannel> channel(String name) {
        return Optional.ofNullable(channels.get(name));
    }

    Faults faults() {
        return neighbourhood.faults();
    }

    boolean isClosed() {
        return closed;
    }

    /** The running peers of the network in this process, this one among them. */
    Collection<PeerNode> everybody() {
        return faults().isCutOff(name())
                ? List.of(this)
                : neighbourhood.peers().stream()
                        .filter(other -> !faults().isCutOff(other.name()))
                        .toList();
    }

    /** How peers of other processes are reached; empty if the network is in this one. */
    Optional<Gossip> gossip() {
        return gossip;
    }

    /** The peers of other processes that have joined a channel and answer. */
    List<DistantMember> distant(String channel) {
        return gossip.flatMap(known -> channel(channel).map(known::members)).orElse(List.of());
    }

    Instant now() {
        return neighbourhood.clock().instant();
    }

    /** What TLS certificates of its own organization, and before there is a channel of others, may chain to. */
    List<Certificate> tlsRoots() {
        List<Certificate> result = new ArrayList<>(settings.tlsRoots());
        result.add(settings.msp().organization().tlsCa());
        return result.stream().distinct().toList();
    }

    /**
     * Checks a signature of somebody whom a channel of the peer knows, or its own organization.
     *
     * @throws io.weft.embedded.config.RuleException if they do not, or it is not his
     */
    void verify(ByteString signer, ByteString message, ByteString signature) {
        known(signer).verify(message.toByteArray(), signature.toByteArray());
    }

    private Identity known(ByteString serialized) {
        if (GossipMessages.mspId(serialized).equals(mspId().value())) {
            return organization.identify(serialized);
        }
        for (PeerChannel channel : channels.values()) {
            try {
                return channel.view().identify(serialized);
            } catch (IdentityException unknown) {
                LOG.debug("{} does not know a peer: {}", channel.name(), unknown.getMessage());
            }
        }
        throw new IdentityException("no channel of the peer knows the identity");
    }

    /** The other running peers of the network in this process. */
    List<PeerNode> neighbours() {
        return everybody().stream().filter(peer -> peer != this).toList();
    }

    /**
     * Joins a channel.
     *
     * @param genesis its block 0
     * @throws Refusal if the peer has joined it before, or the block is another one
     */
    synchronized void join(String channel, Block genesis) {
        view(genesis);
        if (genesis.getHeader().getNumber() != 0) {
            throw new Refusal(
                    "cannot create ledger from genesis block: Expected block number=0, but received block number="
                            + Long.toUnsignedString(genesis.getHeader().getNumber()));
        }
        ChannelLedger ledger;
        try {
            ledger = ledgers.create(channel, genesis);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new Refusal("cannot create ledger from genesis block: " + e.getMessage(), e);
        }
        serve(ledger);
    }

    private void serve(ChannelLedger ledger) {
        PeerChannel channel = new PeerChannel(this, ledger, ordering);
        channels.put(ledger.channel(), channel);
        channel.start();
    }

    /**
     * Decides whether the creator of a proposal may use a resource.
     *
     * @throws io.weft.embedded.config.RuleException if not
     */
    void authorize(String resource, String channel, SignedProposal proposal) {
        SignedData signed = signedData(proposal);
        if (LocalView.guards(resource)) {
            organization.requireAccess(resource, signed);
            return;
        }
        Optional<PeerChannel> known = channel(channel);
        if (known.isEmpty()) {
            ChannelView.requireMapped(resource);
        }
        known.orElseThrow(() -> new PolicyException("Failed to get policy manager for channel [" + channel + "]"))
                .view()
                .requireAccess(resource, List.of(signed));
    }

    private static SignedData signedData(SignedProposal proposal) {
        try {
            Header header = Header.parseFrom(
                    Proposal.parseFrom(proposal.getProposalBytes()).getHeader());
            return new SignedData(
                    SignatureHeader.parseFrom(header.getSignatureHeader()).getCreator(),
                    proposal.getProposalBytes(),
                    proposal.getSignature());
        } catch (InvalidProtocolBufferException e) {
            throw new PolicyException("Failing extracting proposal during check policy: " + e.getMessage(), e);
        }
    }

    /** What its chaincodes see of the peer. */
    private final class Host implements ChaincodeHost {
        @Override
        public MspId organization() {
            return mspId();
        }

        @Override
        public List<String> channels() {
            return PeerNode.this.channels();
        }

        @Override
        public Optional<ChannelLedger> ledger(String channel) {
            return channel(channel).map(PeerChannel::ledger);
        }

        @Override
        public Optional<ChannelView> view(String channel) {
            return channel(channel).map(PeerChannel::view);
        }

        @Override
        public void authorize(String resource, String channel, SignedProposal proposal) {
            PeerNode.this.authorize(resource, channel, proposal);
        }
    }

    /** Stops at once: clients lose their streams, the other peers go on without it. May be called twice. */
    @Override
    public void close() {
        closed = true;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException(
                        "The peer `" + settings.name() + "` did not stop well: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public String toString() {
        return "PeerNode[" + settings.name() + "]";
    }
}
