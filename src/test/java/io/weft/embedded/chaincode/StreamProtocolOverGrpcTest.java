package io.weft.embedded.chaincode;

import static io.weft.testing.Eventually.eventually;

import io.weft.model.HostPort;
import io.weft.testing.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.junit.jupiter.api.AfterEach;

/** The same, with the shim as a service that the peer dials. */
final class StreamProtocolOverGrpcTest extends StreamProtocolTest {
    private final Map<String, NettyChaincodeServer> servers = new HashMap<>();

    @Override
    ChaincodeSource source(String label, EveryRequest code) throws IOException, InterruptedException {
        int port = FreePorts.next();
        code.identify(Peers.packageId(label));
        ChaincodeServerProperties properties = new ChaincodeServerProperties();
        properties.setServerAddress(new InetSocketAddress(StartedProcess.loopback(), port));
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
        eventually("The chaincode's server", () -> FreePorts.isServed(port));
        return new ChaincodeSource.Address(new HostPort("127.0.0.1", port), Optional.empty());
    }

    @AfterEach
    void stop() {
        servers.values().forEach(NettyChaincodeServer::stop);
    }
}
