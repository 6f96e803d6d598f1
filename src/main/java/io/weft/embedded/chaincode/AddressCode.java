package io.weft.embedded.chaincode;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;

/** Chaincode as a service: the peer dials. */
final class AddressCode implements ChaincodeCode {
    private static final int MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

    private final String packageId;
    private final HostPort address;
    private final Optional<ChaincodeSource.Tls> tls;
    private final Duration startTimeout;
    private final ExecutorService threads;
    private final Map<ChaincodeStream, ManagedChannel> open = new ConcurrentHashMap<>();

    AddressCode(String packageId, HostPort address, Optional<ChaincodeSource.Tls> tls, Duration startTimeout) {
        this.packageId = packageId;
        this.address = address;
        this.tls = tls;
        this.startTimeout = startTimeout;
        this.threads = Executors.newCachedThreadPool(new NamedThreads("chaincode-stream-" + address));
    }

    @Override
    public ChaincodeRuntime open() {
        return new RemoteRuntime(this::connect);
    }

    RemoteRuntime.Connection connect() {
        ManagedChannel channel = channel();
        ChaincodeStream stream = new ChaincodeStream(packageId, threads);
        open.put(stream, channel);
        // The call that needs the stream first is often a server's, and gRPC would end the stream together with it.
        Context.ROOT.run(() -> {
            StreamObserver<ChaincodeMessage> unused =
                    ChaincodeGrpc.newStub(channel).connect(new Attaching(stream));
        });
        RemoteRuntime.Connection connection = new RemoteRuntime.Connection(stream, () -> {
            open.remove(stream);
            channel.shutdownNow();
        });
        try {
            if (!stream.awaitReady(startTimeout)) {
                throw new ChaincodeFailure("it did not register within " + startTimeout.toSeconds() + " seconds");
            }
            return connection;
        } catch (ChaincodeFailure e) {
            connection.close();
            throw new ChaincodeFailure(
                    "could not launch chaincode " + packageId + ": connection to " + address + " failed: "
                            + e.getMessage(),
                    e);
        }
    }

    private ManagedChannel channel() {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.host(), address.port())
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .keepAliveTime(1, TimeUnit.MINUTES)
                .keepAliveTimeout(20, TimeUnit.SECONDS)
                .executor(threads)
                .disableRetry()
                .disableServiceConfigLookUp()
                .proxyDetector(target -> null);
        if (tls.isPresent()) {
            builder.sslContext(context(tls.get()));
        } else {
            builder.usePlaintext();
        }
        return builder.build();
    }

    private SslContext context(ChaincodeSource.Tls settings) {
        try {
            SslContextBuilder builder = GrpcSslContexts.forClient()
                    .trustManager(
                            settings.roots().stream().map(Certificate::x509).toArray(X509Certificate[]::new));
            settings.client().ifPresent(client -> builder.keyManager(client.keyManager()));
            return builder.build();
        } catch (SSLException e) {
            throw new ChaincodeFailure(
                    "could not launch chaincode " + packageId + ": no TLS connection to " + address + " can be made: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Hands the way out to the stream before anything can come in. */
    private record Attaching(ChaincodeStream stream)
            implements ClientResponseObserver<ChaincodeMessage, ChaincodeMessage> {
        @Override
        public void beforeStart(ClientCallStreamObserver<ChaincodeMessage> out) {
            stream.attach(out);
        }

        @Override
        public void onNext(ChaincodeMessage message) {
            stream.onNext(message);
        }

        @Override
        public void onError(Throwable cause) {
            stream.onError(cause);
        }

        @Override
        public void onCompleted() {
            stream.onCompleted();
        }
    }

    /** Ends all streams. A call that is under way on one of them fails. */
    @Override
    public void close() {
        open.forEach((stream, channel) -> {
            stream.close();
            channel.shutdownNow();
        });
        threads.shutdown();
    }
}
