package io.weft.protocol;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.weft.model.HostPort;
import io.weft.pki.Credential;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Opens connections to nodes, and owns the threads that all of them share. A connection dials with its first call. Safe
 * for use by several threads.
 *
 * <p>TLS is Netty's native one where its library loads: it takes a fraction of the JDK's time in a young JVM.
 */
public final class Dialer implements AutoCloseable {
    /** The limit that peers and ordering nodes have on their side. */
    private static final int MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

    private static final int THREADS = 2;
    private static final Duration LOOK = Duration.ofMillis(5);

    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("weft-grpc", true), NioIoHandler.newFactory());
    private final Map<Trust, SslContext> contexts = new ConcurrentHashMap<>();
    private final Map<ManagedChannel, HostPort> channels = new LinkedHashMap<>();

    private record Trust(List<String> roots, Optional<Credential> client, boolean isGrpc) {}

    /** Loads what the first connection needs, for those who have something else to do meanwhile. Makes no connection. */
    public static void warmUp() {
        try (Dialer dialer = new Dialer()) {
            HostPort nowhere = new HostPort("localhost", 1);
            var unused = dialer.peer(new Endpoint("nowhere", nowhere, nowhere, List.of(), Optional.empty()));
        }
    }

    /** A connection to a peer. Closing the dialer closes it. */
    public PeerConnection peer(Endpoint endpoint) {
        return new PeerConnection(open(endpoint));
    }

    /** A connection to an ordering node. Closing the dialer closes it. */
    public OrdererConnection orderer(Endpoint endpoint) {
        return new OrdererConnection(open(endpoint));
    }

    /** A connection to an interface of a node that is no gRPC. Closing the dialer closes it. */
    public HttpsConnection https(Endpoint endpoint) {
        return new HttpsConnection(endpoint, context(endpoint, false), threads);
    }

    private Node open(Endpoint endpoint) {
        SslContext tls = context(endpoint, true);
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        endpoint.dial().host(), endpoint.dial().port())
                .overrideAuthority(endpoint.authority().host())
                .negotiationType(NegotiationType.TLS)
                .sslContext(tls)
                .eventLoopGroup(threads)
                .channelType(NioSocketChannel.class)
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .disableRetry()
                .disableServiceConfigLookUp()
                .proxyDetector(address -> null)
                .build();
        synchronized (channels) {
            channels.put(channel, endpoint.dial());
        }
        return new Node(endpoint, channel);
    }

    private SslContext context(Endpoint endpoint, boolean isGrpc) {
        return contexts.computeIfAbsent(
                new Trust(endpoint.tlsRoots(), endpoint.client(), isGrpc), trust -> newContext(endpoint, isGrpc));
    }

    private static SslContext newContext(Endpoint endpoint, boolean isGrpc) {
        try {
            SslContextBuilder builder = isGrpc
                    ? GrpcSslContexts.forClient()
                    : SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
            builder.trustManager(certificates(endpoint));
            endpoint.client().ifPresent(client -> builder.keyManager(client.keyManager()));
            return builder.build();
        } catch (SSLException e) {
            throw new RejectedException(
                    "No TLS connection to " + endpoint + " can be made: " + e.getMessage() + ".", e);
        }
    }

    private static X509Certificate[] certificates(Endpoint endpoint) {
        List<X509Certificate> result = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (String pem : endpoint.tlsRoots()) {
                factory.generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                        .forEach(certificate -> result.add((X509Certificate) certificate));
            }
        } catch (CertificateException e) {
            throw new RejectedException(
                    "The TLS root certificates for " + endpoint + " are no PEM certificates: " + e.getMessage() + ".",
                    e);
        }
        return result.toArray(X509Certificate[]::new);
    }

    /**
     * Dials an address again at once where that failed, without the pause that is there after a failure. Waits until it
     * is connected.
     *
     * @throws TimedOutException if it is not in time
     */
    public void reconnect(HostPort address, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        List<ManagedChannel> there = new ArrayList<>();
        synchronized (channels) {
            channels.forEach((channel, to) -> {
                if (to.equals(address)) {
                    there.add(channel);
                }
            });
        }
        for (ManagedChannel channel : there) {
            while (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
                channel.resetConnectBackoff();
                if (!deadline.pause(LOOK)) {
                    throw new TimedOutException(
                            "No connection to " + address + " could be made within " + timeout.toSeconds() + " s.");
                }
            }
        }
    }

    /** Closes every connection at once; calls under way fail. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Daemon threads need not be waited for.
    public void close() {
        synchronized (channels) {
            channels.keySet().forEach(ManagedChannel::shutdownNow);
        }
        Future<?> unused = threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
