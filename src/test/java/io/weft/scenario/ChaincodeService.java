package io.weft.scenario;

import io.weft.chaincode.ChaincodeServer;
import io.weft.embedded.chaincode.ChaincodeSource;
import io.weft.embedded.chaincode.ContractServer;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;

/** Chaincode as a service by Fabric's own Java shim, which all kinds of peers dial. */
public final class ChaincodeService implements AutoCloseable {
    /** What the service says of itself; the peers of both organizations dial it. */
    private static final MspId ORGANIZATION = new MspId("Org1MSP");

    private final int port;
    private ContractServer server;

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
        properties.setServerAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        try {
            server = ContractServer.start(
                    new ChaincodeSource.InProcess(List.of(() -> chaincode)), ORGANIZATION, packageId, properties);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
            server.close();
        }
    }
}
