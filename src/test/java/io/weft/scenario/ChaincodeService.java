package io.weft.scenario;

import io.weft.chaincode.ChaincodeServer;
import io.weft.embedded.chaincode.ChaincodeSource;
import io.weft.embedded.chaincode.ContractServer;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.shim.Chaincode;

/** Chaincode as a service by Fabric's own Java shim, which all kinds of peers dial. */
public final class ChaincodeService implements AutoCloseable {
    /** What the service says of itself; the peers of both organizations dial it. */
    private static final MspId ORGANIZATION = new MspId("Org1MSP");

    private final int port = FreePorts.next();
    private ContractServer server;

    /** What a package says of it. */
    public ChaincodeServer server() {
        return new ChaincodeServer(new HostPort("127.0.0.1", port), Optional.empty());
    }

    /** Serves the chaincode under the package's ID from now on. */
    public void serve(String packageId, Chaincode chaincode) {
        try {
            server = ContractServer.start(
                    new ChaincodeSource.InProcess(List.of(() -> chaincode)),
                    ORGANIZATION,
                    packageId,
                    new ContractServer.Endpoint(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Optional.empty()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
