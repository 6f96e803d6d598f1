package io.weft.embedded.chaincode;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.hyperledger.fabric.contract.ContractInterface;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.NettyGrpcServer;
import org.hyperledger.fabric.traces.Traces;

/**
 * One Java contract as a service of its own, by the server of Fabric's Java shim: for a process that does nothing else.
 * Peers of any kind dial it.
 */
public final class ContractServer implements AutoCloseable {
    private final NettyGrpcServer server;

    private ContractServer(NettyGrpcServer server) {
        this.server = server;
    }

    /**
     * How it serves TLS.
     *
     * @param certificate PEM file
     * @param key PEM file, PKCS#8
     * @param clients PEM file with whoever certifies those that may connect; empty if anybody may
     */
    public record Tls(Path certificate, Path key, Optional<Path> clients) {
        public Tls {
            requireNonNull(certificate, "certificate");
            requireNonNull(key, "key");
            requireNonNull(clients, "clients");
        }
    }

    /**
     * Starts to serve.
     *
     * @param packageId by which it registers with peers
     * @param contract has a public constructor without parameters
     * @throws IOException if the address cannot be listened on, or a file of {@code tls} cannot be used
     */
    public static ContractServer start(
            String packageId, InetSocketAddress listen, Optional<Tls> tls, Class<? extends ContractInterface> contract)
            throws IOException {
        ChaincodeServerProperties properties = new ChaincodeServerProperties();
        properties.setServerAddress(listen);
        // Otherwise the shim ends each peer's stream after five seconds.
        properties.setMaxConnectionAgeSeconds(Integer.MAX_VALUE);
        tls.ifPresent(files -> {
            properties.setTlsEnabled(true);
            properties.setKeyCertChainFile(files.certificate().toString());
            properties.setKeyFile(files.key().toString());
            files.clients().ifPresent(roots -> properties.setTrustCertCollectionFile(roots.toString()));
        });
        Chaincode code = Contracts.of(List.of(new Contracts.Supplied(
                contract, () -> contract.cast(Instances.of(contract).get()))));
        NettyGrpcServer server = new NettyGrpcServer(new Served(code, packageId), properties);
        server.start();
        return new ContractServer(server);
    }

    @Override
    public void close() {
        server.stop();
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
