package io.weft.embedded.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.model.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.junit.jupiter.api.AfterEach;

/** The same, with the shim as a service that the peer dials. */
final class StreamProtocolOverGrpcTest extends StreamProtocolTest {
    private final Map<String, NettyChaincodeServer> servers = new HashMap<>();

    @Override
    ChaincodeSource source(String label, EveryRequest code) throws IOException, InterruptedException {
        int port = StartedProcess.freePort();
        code.identify(Peers.packageId(label));
        InetSocketAddress address = new InetSocketAddress(StartedProcess.loopback(), port);
        ChaincodeServerProperties properties = new ChaincodeServerProperties();
        properties.setServerAddress(address);
        properties.setPermitKeepAliveWithoutCalls(true);
        NettyChaincodeServer server = new NettyChaincodeServer(code, properties);
        CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> {
            try {
                server.start();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        servers.put(label, server);
        awaitListening(address);
        return new ChaincodeSource.Address(new HostPort("127.0.0.1", port), Optional.empty());
    }

    private static void awaitListening(InetSocketAddress address) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(20);
        while (!listens(address)) {
            assertThat(Instant.now()).as("nothing listens at %s yet", address).isBefore(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @AfterEach
    void stop() {
        servers.values().forEach(NettyChaincodeServer::stop);
    }
}
