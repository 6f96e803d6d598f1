package io.weft.embedded.chaincode;

import io.weft.model.MspId;
import java.io.IOException;
import java.util.Properties;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.hyperledger.fabric.traces.Traces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Java code in this JVM as a service, for peers that are not: Fabric's own programs dial it as they dial any chaincode.
 * Fabric's Java shim serves. An embedded peer needs no service for the same code, see {@link ChaincodeSource.Java}.
 */
public final class ContractServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContractServer.class);

    private final JavaCode code;
    private final NettyChaincodeServer server;
    private volatile boolean closed;

    private ContractServer(JavaCode code, NettyChaincodeServer server) {
        this.code = code;
        this.server = server;
    }

    /**
     * Begins to serve; the service may need a moment until it listens.
     *
     * @param organization whose peers dial it
     * @param packageId under which it registers at a peer
     * @param properties where it listens, and its TLS; streams last as long as the peers want, whatever they say
     * @throws ChaincodeFailure if the source is no chaincode
     * @throws IOException if the properties cannot be used
     */
    public static ContractServer start(
            ChaincodeSource.Java source, MspId organization, String packageId, ChaincodeServerProperties properties)
            throws IOException {
        // Otherwise the shim ends each peer's stream after five seconds.
        properties.setMaxConnectionAgeSeconds(Integer.MAX_VALUE);
        JavaCode code = JavaCode.load(source);
        NettyChaincodeServer server;
        try {
            server = new NettyChaincodeServer(new Served(code.chaincode(organization), packageId), properties);
        } catch (IOException | RuntimeException e) {
            code.close();
            throw e;
        }
        ContractServer result = new ContractServer(code, server);
        new NamedThreads("chaincode-" + packageId)
                .newThread(() -> result.serve(packageId))
                .start();
        return result;
    }

    private void serve(String packageId) {
        try {
            server.start();
        } catch (IOException e) {
            if (!closed) {
                LOG.warn("The chaincode `{}` is not served", packageId, e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            server.stop();
            code.close();
        }
    }

    /** A chaincode under its package ID. */
    private static final class Served extends ChaincodeBase {
        private final Chaincode chaincode;

        Served(Chaincode chaincode, String packageId) {
            this.chaincode = chaincode;
            // What Fabric's own router does first; the shim relies on it when a peer connects.
            processCommandLineOptions(new String[] {"-i", packageId});
            Properties settings = getChaincodeConfig();
            Metrics.initialize(settings);
            Traces.initialize(settings);
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
