package io.weft.embedded.chaincode;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.protocol.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.ChaincodeSupportGrpc;

/**
 * Chaincode in a process that weft starts: as a service, one process for all peers of an organization; or as a client
 * of the peer, a process for each, because a chaincode's client registers once.
 */
final class CommandCode implements ChaincodeCode {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

    private final String packageId;
    private final ChaincodeSource.Command source;
    private final MspId organization;
    private final Duration startTimeout;
    private final ExecutorService threads;
    private Optional<Service> service = Optional.empty();
    private boolean closed;

    /** The process that runs as a service. */
    private record Service(StartedProcess process, AddressCode code, HostPort address) {
        void close() {
            code.close();
            process.close();
        }
    }

    CommandCode(String packageId, ChaincodeSource.Command source, MspId organization, Duration startTimeout) {
        this.packageId = packageId;
        this.source = source;
        this.organization = organization;
        this.startTimeout = startTimeout;
        this.threads = Executors.newCachedThreadPool(
                new NamedThreads("chaincode-stream-" + source.command().get(0)));
    }

    private boolean isClient() {
        return StartedProcess.refersTo(source, "CORE_PEER_ADDRESS");
    }

    /** Starts the process, if it is one for all peers, without waiting for it. */
    void prepare() {
        if (!isClient()) {
            service();
        }
    }

    @Override
    public ChaincodeRuntime open() {
        return new RemoteRuntime(isClient() ? this::beDialed : this::dial);
    }

    private Map<String, String> variables() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("CHAINCODE_ID", packageId);
        result.put("CORE_CHAINCODE_ID_NAME", packageId);
        result.put("CORE_PEER_TLS_ENABLED", "false");
        result.put("CHAINCODE_TLS_DISABLED", "true");
        result.put("CORE_PEER_LOCALMSPID", organization.value());
        return result;
    }

    private synchronized Service service() {
        if (closed) {
            throw new ChaincodeFailure("error sending: " + ChaincodeStream.TERMINATED);
        }
        if (service.isEmpty() || !service.get().process().isAlive()) {
            service.ifPresent(Service::close);
            HostPort address = new HostPort(LOOPBACK, StartedProcess.freePort());
            Map<String, String> variables = variables();
            variables.put("CHAINCODE_SERVER_ADDRESS", address.toString());
            service = Optional.of(new Service(
                    StartedProcess.start(source, variables),
                    new AddressCode(packageId, address, Optional.empty(), startTimeout),
                    address));
        }
        return service.get();
    }

    private RemoteRuntime.Connection dial() {
        Service running = service();
        Deadline deadline = Deadline.after(startTimeout);
        while (!listens(running.address())) {
            watch(running.process());
            if (deadline.hasPassed()) {
                throw launch("it does not listen at `" + running.address() + "` after " + startTimeout.toSeconds()
                        + " seconds; it must take its address from `CHAINCODE_SERVER_ADDRESS`; its last lines: "
                        + running.process().lastLines());
            }
        }
        return running.code().connect();
    }

    private static boolean listens(HostPort address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(StartedProcess.loopback(), address.port()), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void watch(StartedProcess process) {
        try {
            process.watch(PAUSE);
        } catch (ChaincodeFailure e) {
            throw new ChaincodeFailure("could not launch chaincode " + packageId + ": " + e.getMessage(), e);
        }
    }

    private ChaincodeFailure launch(String reason) {
        return new ChaincodeFailure("could not launch chaincode " + packageId + ": " + reason);
    }

    private RemoteRuntime.Connection beDialed() {
        ChaincodeStream stream = new ChaincodeStream(packageId, threads);
        Server server = listen(stream);
        Map<String, String> variables = variables();
        variables.put("CORE_PEER_ADDRESS", LOOPBACK + ":" + server.getPort());
        StartedProcess process;
        try {
            process = StartedProcess.start(source, variables);
        } catch (ChaincodeFailure e) {
            server.shutdownNow();
            throw e;
        }
        RemoteRuntime.Connection connection = new RemoteRuntime.Connection(stream, () -> {
            process.close();
            server.shutdownNow();
        });
        try {
            Deadline deadline = Deadline.after(startTimeout);
            while (!stream.awaitReady(PAUSE)) {
                watch(process);
                if (deadline.hasPassed()) {
                    throw launch("it did not register within " + startTimeout.toSeconds() + " seconds; its last lines: "
                            + process.lastLines());
                }
            }
            return connection;
        } catch (ChaincodeFailure e) {
            connection.close();
            throw e;
        }
    }

    private Server listen(ChaincodeStream stream) {
        AtomicBoolean taken = new AtomicBoolean();
        ChaincodeSupportGrpc.ChaincodeSupportImplBase support = new ChaincodeSupportGrpc.ChaincodeSupportImplBase() {
            @Override
            public StreamObserver<ChaincodeMessage> register(StreamObserver<ChaincodeMessage> chaincode) {
                if (!taken.compareAndSet(false, true)) {
                    throw io.grpc.Status.ALREADY_EXISTS
                            .withDescription("duplicate chaincodeID: " + packageId)
                            .asRuntimeException();
                }
                stream.attach(chaincode);
                return stream;
            }
        };
        try {
            return NettyServerBuilder.forAddress(new InetSocketAddress(StartedProcess.loopback(), 0))
                    .executor(threads)
                    .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                    .permitKeepAliveTime(10, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .addService(support)
                    .build()
                    .start();
        } catch (IOException e) {
            throw launch("no loopback port can be opened for it: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        Optional<Service> last;
        synchronized (this) {
            closed = true;
            last = service;
            service = Optional.empty();
        }
        last.ifPresent(Service::close);
        threads.shutdown();
    }
}
