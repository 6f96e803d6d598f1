package io.weft.embedded.chaincode;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.StreamObserver;
import io.weft.model.MspId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.traces.Traces;

/**
 * Java code in this JVM as a service, for peers that are not: Fabric's own programs dial it as they dial any chaincode.
 * Fabric's Java shim talks to them. An embedded peer needs no service for the same code, see {@link ChaincodeSource.Java}.
 */
public final class ContractServer implements AutoCloseable {
    /** As in the shim's own server. */
    private static final int MAX_MESSAGE = 100 * 1024 * 1024;

    /** Kept, because the JVM forgets the filter of a logger that nobody holds. */
    private static final Logger STREAMS = Logger.getLogger(ChaincodeBase.class.getName());

    static {
        if (STREAMS.getFilter() == null) {
            // Of each peer that goes, the shim tells the console as of a failure.
            STREAMS.setFilter(
                    record -> !String.valueOf(record.getMessage()).contains("Shutting down the chaincode stream"));
        }
    }

    private final JavaCode code;
    private final Server server;

    private ContractServer(JavaCode code, Server server) {
        this.code = code;
        this.server = server;
    }

    /**
     * Where a service listens.
     *
     * @param address port 0 means any that is free
     * @param tls empty for a service without TLS
     */
    public record Endpoint(InetSocketAddress address, Optional<Tls> tls) {}

    /**
     * The TLS of a service; PEM files, the key in PKCS #8.
     *
     * @param clients authorities of the peers' client certificates; if given, peers without one are refused
     */
    public record Tls(Path certificate, Path key, Optional<Path> clients) {}

    /**
     * Serves from now on.
     *
     * @param organization whose peers dial it
     * @param packageId under which it registers at a peer
     * @throws ChaincodeFailure if the source is no chaincode
     * @throws IOException if nothing can listen there, or the TLS files cannot be used
     */
    public static ContractServer start(
            ChaincodeSource.Java source, MspId organization, String packageId, Endpoint endpoint) throws IOException {
        JavaCode code = JavaCode.load(source);
        try {
            NettyServerBuilder builder = NettyServerBuilder.forAddress(endpoint.address())
                    .addService(new Service(code.chaincode(organization), packageId))
                    .keepAliveTime(1, TimeUnit.MINUTES)
                    .keepAliveTimeout(20, TimeUnit.SECONDS)
                    .permitKeepAliveTime(1, TimeUnit.MINUTES)
                    .permitKeepAliveWithoutCalls(true)
                    .maxInboundMetadataSize(MAX_MESSAGE)
                    .maxInboundMessageSize(MAX_MESSAGE);
            if (endpoint.tls().isPresent()) {
                builder.sslContext(context(endpoint.tls().get()));
            }
            return new ContractServer(code, builder.build().start());
        } catch (IOException | RuntimeException e) {
            code.close();
            throw e;
        }
    }

    private static SslContext context(Tls tls) throws IOException {
        try {
            SslContextBuilder builder = GrpcSslContexts.forServer(
                    tls.certificate().toFile(), tls.key().toFile());
            tls.clients()
                    .ifPresent(clients -> builder.trustManager(clients.toFile()).clientAuth(ClientAuth.REQUIRE));
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new IOException("the TLS files cannot be used: " + e.getMessage(), e);
        }
    }

    /** The port at which it listens. */
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        if (!server.isShutdown()) {
            server.shutdownNow();
            code.close();
        }
    }

    /**
     * Gives each peer a chaincode of its own. In the shim (2.5.8) the state of the registration belongs to the chaincode,
     * not to the stream: while one peer registers, what others answer is dropped, and their transactions wait for ever.
     */
    private static final class Service extends ChaincodeGrpc.ChaincodeImplBase {
        private final Chaincode chaincode;
        private final String packageId;

        Service(Chaincode chaincode, String packageId) {
            this.chaincode = chaincode;
            this.packageId = packageId;
        }

        @Override
        public StreamObserver<ChaincodeMessage> connect(StreamObserver<ChaincodeMessage> peer) {
            try {
                return new OfOnePeer(chaincode, packageId).connectToPeer(peer);
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("the chaincode cannot be served: " + e.getMessage())
                        .withCause(e)
                        .asRuntimeException();
            }
        }
    }

    /** A chaincode under its package ID. */
    private static final class OfOnePeer extends ChaincodeBase {
        private final Chaincode chaincode;

        OfOnePeer(Chaincode chaincode, String packageId) {
            this.chaincode = chaincode;
            // What Fabric's own router does first; the shim relies on it when a peer connects.
            processCommandLineOptions(new String[] {"-i", packageId});
            Properties settings = getChaincodeConfig();
            Metrics.initialize(settings);
            Traces.initialize(settings);
        }

        /** Visible to the service. */
        @Override
        protected StreamObserver<ChaincodeMessage> connectToPeer(StreamObserver<ChaincodeMessage> peer)
                throws IOException {
            return super.connectToPeer(peer);
        }

        @Override
        public Response init(ChaincodeStub stub) {
            return chaincode.init(stub);
        }

        @Override
        public Response invoke(ChaincodeStub stub) {
            return chaincode.invoke(stub);
        }
    }
}
