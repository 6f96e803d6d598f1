package io.weft.embedded.remote;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * A node's connections to nodes of other processes: one to each address, dialed with its first call and again after it was
 * lost. Safe for use by several threads.
 */
public final class Connections implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 100 * 1024 * 1024;
    /** No more often than Fabric's servers allow. */
    private static final long KEEP_ALIVE_SECONDS = 60;

    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 20;

    private final EventLoopGroup network;
    private final Optional<Credential> client;
    private final Map<List<Certificate>, SslContext> contexts = new HashMap<>();
    private final Map<Endpoint, ManagedChannel> channels = new HashMap<>();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("weft-remote-timer", true));
    private boolean closed;

    /**
     * @param network the threads that carry bytes; they stay its owner's to end
     * @param client what to show if a node asks for a certificate
     */
    public Connections(EventLoopGroup network, Optional<Credential> client) {
        this.network = requireNonNull(network, "network");
        this.client = requireNonNull(client, "client");
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * The connection to a node. It belongs to this object.
     *
     * @throws IllegalStateException if they are closed, or TLS cannot be had with the endpoint's roots
     */
    public synchronized Channel to(Endpoint endpoint) {
        if (closed) {
            throw new IllegalStateException("The connections are closed.");
        }
        ManagedChannel channel = channels.computeIfAbsent(endpoint, this::open);
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            // Otherwise gRPC would repeat its last failure, undialed, for a second and longer. Callers pause
            // themselves.
            channel.enterIdle();
        }
        return channel;
    }

    private ManagedChannel open(Endpoint endpoint) {
        return NettyChannelBuilder.forAddress(
                        endpoint.address().host(), endpoint.address().port())
                .negotiationType(NegotiationType.TLS)
                .sslContext(contexts.computeIfAbsent(endpoint.tlsRoots(), roots -> context(endpoint)))
                .eventLoopGroup(network)
                .channelType(NioSocketChannel.class)
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .disableRetry()
                .disableServiceConfigLookUp()
                .proxyDetector(address -> null)
                .build();
    }

    private SslContext context(Endpoint endpoint) {
        if (endpoint.tlsRoots().isEmpty()) {
            throw new IllegalStateException("No TLS connection to `" + endpoint
                    + "` can be made: no TLS authority of its organization `" + endpoint.mspId() + "` is known.");
        }
        try {
            SslContextBuilder builder = GrpcSslContexts.forClient()
                    .trustManager(
                            endpoint.tlsRoots().stream().map(Certificate::x509).toArray(X509Certificate[]::new));
            client.ifPresent(own -> builder.keyManager(own.keyManager()));
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException(
                    "No TLS connection to `" + endpoint + "` can be made: " + e.getMessage() + ".", e);
        }
    }

    /** The certificate that is shown to nodes that ask for one. */
    public Optional<Certificate> clientCertificate() {
        return client.map(Credential::certificate);
    }

    /** Runs something later, unless they are closed by then. It has to be quick. */
    public void later(long millis, Runnable task) {
        try {
            Object unused = timer.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Closed: what would be done later is done for nobody.
        }
    }

    /** Ends calls under way with a failure. */
    @Override
    public void close() {
        timer.shutdownNow();
        synchronized (this) {
            closed = true;
            channels.values().forEach(ManagedChannel::shutdownNow);
        }
    }
}
