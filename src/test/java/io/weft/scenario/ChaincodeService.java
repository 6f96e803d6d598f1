package io.weft.scenario;

import io.weft.chaincode.ChaincodeServer;
import io.weft.model.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.hyperledger.fabric.traces.Traces;

/** Chaincode as a service by Fabric's own Java shim, which all kinds of peers dial. */
public final class ChaincodeService implements AutoCloseable {
    private final int port;
    private NettyChaincodeServer server;

    public ChaincodeService() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a package says of it. */
    public ChaincodeServer server() {
        return new ChaincodeServer(new HostPort("127.0.0.1", port), Optional.empty());
    }

    /** Serves the chaincode under the package's ID from now on. */
    public void serve(String packageId, Chaincode chaincode) {
        ChaincodeServerProperties properties = new ChaincodeServerProperties();
        properties.setMaxConnectionAgeSeconds(Integer.MAX_VALUE);
        properties.setServerAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        try {
            server = new NettyChaincodeServer(new Served(chaincode, packageId), properties);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::run, "chaincode-" + packageId);
        thread.setDaemon(true);
        thread.start();
        Instant end = Instant.now().plusSeconds(20);
        while (!listens()) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("The chaincode `" + packageId + "` does not listen at " + port);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private void run() {
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop();
        }
    }

    private static final class Served extends ChaincodeBase {
        private final Chaincode chaincode;

        Served(Chaincode chaincode, String packageId) {
            this.chaincode = chaincode;
            processCommandLineOptions(new String[] {"-i", packageId});
            Metrics.initialize(getChaincodeConfig());
            Traces.initialize(getChaincodeConfig());
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
