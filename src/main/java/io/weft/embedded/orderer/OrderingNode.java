package io.weft.embedded.orderer;

import static java.util.Objects.requireNonNull;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.weft.embedded.deliver.DeliverServer;
import io.weft.embedded.http.HttpServer;
import io.weft.embedded.ledger.Ledgers;
import io.weft.model.HostPort;
import io.weft.msp.LocalMsp;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.problem.UnreachableException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;

/**
 * An ordering node: {@code AtomicBroadcast} with TLS, the channel participation API with mutual TLS, the operations
 * endpoint without. Its channels and blocks lie in its folder and are there again after a restart. Safe for use by
 * several threads.
 */
public final class OrderingNode implements AutoCloseable {
    /** What Fabric 3.1 answers for a channel that the node has not joined or only follows. */
    static final String UNKNOWN_CHANNEL = "channel does not exist";

    /** {@code General.MaxRecvMsgSize}. */
    private static final int MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

    private static final long MIN_KEEP_ALIVE_SECONDS = 60;
    private static final long STOP_SECONDS = 5;

    /**
     * What a node is made of.
     *
     * @param name tells the nodes of a service apart
     * @param msp its enrollment: signs blocks, and is its identity in BFT channels
     * @param tls its TLS server certificate and key, and its identity in Raft channels
     * @param tlsRoots the TLS CAs of its organization
     * @param adminRoots whose client certificates may administrate the node
     * @param listen where clients and peers reach it; port 0 is any free one, as for the next two
     * @param admin where the channel participation API answers
     * @param operations where {@code /healthz} and {@code /metrics} answer
     * @param folder keeps its channels; made if it does not exist
     */
    public record Settings(
            String name,
            LocalMsp msp,
            Credential tls,
            List<Certificate> tlsRoots,
            List<Certificate> adminRoots,
            InetSocketAddress listen,
            InetSocketAddress admin,
            InetSocketAddress operations,
            Path folder) {
        public Settings {
            requireNonNull(name, "name");
            requireNonNull(msp, "msp");
            requireNonNull(tls, "tls");
            tlsRoots = List.copyOf(tlsRoots);
            adminRoots = List.copyOf(adminRoots);
            requireNonNull(listen, "listen");
            requireNonNull(admin, "admin");
            requireNonNull(operations, "operations");
            requireNonNull(folder, "folder");
        }
    }

    private final Settings settings;
    private final OrderingService service;
    /** What has been opened, the latest first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private final Channels channels;
    private final Server server;
    private final HttpServer admin;
    private final HttpServer operations;

    private OrderingNode(Settings settings, OrderingService service, Optional<Ledgers> given) throws IOException {
        this.settings = settings;
        this.service = service;
        try {
            Ledgers ledgers = given.orElseGet(() -> opened(Ledgers.open(settings.folder())));
            channels = opened(new Channels(
                    settings.name(),
                    settings.msp(),
                    settings.tls(),
                    ledgers.blockStores(),
                    settings.folder().resolve("join"),
                    service));
            channels.resume();
            DeliverServer deliver = new DeliverServer(channels::serving, service.clock(), service.workers());
            server = NettyServerBuilder.forAddress(settings.listen())
                    .bossEventLoopGroup(service.network())
                    .workerEventLoopGroup(service.network())
                    .channelType(NioServerSocketChannel.class)
                    .executor(service.workers())
                    .sslContext(tls(settings))
                    .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                    .permitKeepAliveTime(MIN_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .intercept(service.faults().interceptor(settings.name()))
                    .addService(new AtomicBroadcastService(this, channels, deliver))
                    .build()
                    .start();
            open.push(() -> {
                server.shutdownNow();
                server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            });
            admin = opened(HttpServer.start(
                    settings.admin(),
                    Optional.of(adminTls(settings)),
                    service.network(),
                    service.workers(),
                    new ParticipationApi(channels, service.views())));
            operations = opened(HttpServer.start(
                    settings.operations(),
                    Optional.empty(),
                    service.network(),
                    service.workers(),
                    new OperationsApi(channels, service.clock())));
            service.add(this);
            open.push(() -> service.remove(this));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    /**
     * Starts a node. It takes part at once in the channels that its folder has.
     *
     * @throws UnreachableException if one of its addresses cannot be listened on
     */
    public static OrderingNode start(Settings settings, OrderingService service) {
        return start(settings, service, Optional.empty());
    }

    /**
     * As {@link #start(Settings, OrderingService)}, with block stores that are not in its folder, and that are there when it
     * has been closed: whoever opened them closes them.
     */
    public static OrderingNode start(Settings settings, OrderingService service, Ledgers ledgers) {
        return start(settings, service, Optional.of(ledgers));
    }

    private static OrderingNode start(Settings settings, OrderingService service, Optional<Ledgers> ledgers) {
        try {
            return new OrderingNode(settings, service, ledgers);
        } catch (IOException e) {
            throw new UnreachableException(
                    "The ordering node `" + settings.name() + "` cannot listen on `" + settings.listen() + "`: "
                            + e.getMessage() + ".",
                    e);
        }
    }

    private static SslContext tls(Settings settings) throws SSLException {
        return GrpcSslContexts.configure(
                        SslContextBuilder.forServer(settings.tls().keyManager()))
                .build();
    }

    private static SslContext adminTls(Settings settings) throws SSLException {
        return SslContextBuilder.forServer(settings.tls().keyManager())
                .trustManager(
                        settings.adminRoots().stream().map(Certificate::x509).toArray(X509Certificate[]::new))
                .clientAuth(ClientAuth.REQUIRE)
                .build();
    }

    public String name() {
        return settings.name();
    }

    public LocalMsp msp() {
        return settings.msp();
    }

    /** Where clients and peers reach it. */
    public HostPort address() {
        return new HostPort(settings.listen().getHostString(), server.getPort());
    }

    /** Where the channel participation API answers. */
    public HostPort adminAddress() {
        return admin.address();
    }

    public HostPort operationsAddress() {
        return operations.address();
    }

    /** The channels that it has joined, sorted. */
    public List<String> channels() {
        return channels.names();
    }

    /** As {@code Broadcast} with one envelope, without the network. Blocks while a block is written. */
    public BroadcastResponse broadcast(Envelope envelope) {
        service.faults().pass(settings.name());
        try {
            ChannelHeader header = MessageProcessor.header(envelope);
            channels.serving(header.getChannelId())
                    .orElseThrow(() -> new RefusedException(Status.BAD_REQUEST, UNKNOWN_CHANNEL))
                    .broadcast(header, envelope);
            return BroadcastResponse.newBuilder().setStatus(Status.SUCCESS).build();
        } catch (RefusedException e) {
            return BroadcastResponse.newBuilder()
                    .setStatus(e.status())
                    .setInfo(e.getMessage())
                    .build();
        }
    }

    /** Stops at once: clients lose their streams, the other nodes go on without it. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException(
                        "The ordering node `" + settings.name() + "` did not stop well: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public String toString() {
        return "OrderingNode[" + settings.name() + "]";
    }
}
