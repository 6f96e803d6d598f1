package io.weft.local;

import io.weft.problem.RejectedException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.hyperledger.fabric.contract.ContractInterface;
import org.hyperledger.fabric.contract.annotation.Contract;
import org.hyperledger.fabric.contract.annotation.Serializer;
import org.hyperledger.fabric.contract.annotation.Transaction;
import org.hyperledger.fabric.contract.execution.ExecutionFactory;
import org.hyperledger.fabric.contract.execution.ExecutionService;
import org.hyperledger.fabric.contract.execution.InvocationRequest;
import org.hyperledger.fabric.contract.execution.JSONTransactionSerializer;
import org.hyperledger.fabric.contract.execution.SerializerInterface;
import org.hyperledger.fabric.contract.metadata.MetadataBuilder;
import org.hyperledger.fabric.contract.routing.ContractDefinition;
import org.hyperledger.fabric.contract.routing.TxFunction;
import org.hyperledger.fabric.contract.routing.impl.RoutingRegistryImpl;
import org.hyperledger.fabric.contract.routing.impl.SerializerRegistryImpl;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.traces.Traces;

/** A Java contract that serves Fabric's own peers, in this process, by Fabric's Java shim. */
final class ContractNode implements LocalNode {
    static final String CLASS = "class";
    static final String JAR = "jar";
    static final String PACKAGE_ID = "packageId";
    static final String TLS = "tls";

    private static final String METADATA = "org.hyperledger.fabric:GetMetadata";

    private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(ContractNode.class);
    /** The shim tells of every start at length. Loggers are kept by those who hold them alone. */
    private static final Logger SHIM = Logger.getLogger("org.hyperledger.fabric");

    static {
        SHIM.setLevel(Level.WARNING);
    }

    private final NettyChaincodeServer server;
    private final Optional<URLClassLoader> loader;
    private volatile boolean closed;

    private ContractNode(NettyChaincodeServer server, Optional<URLClassLoader> loader) {
        this.server = server;
        this.loader = loader;
    }

    static ContractNode start(StateFolder folder, NodeDescription node) {
        Optional<URLClassLoader> loader = loader(node);
        try {
            Chaincode chaincode = chaincode(node, loader);
            ChaincodeServerProperties properties = new ChaincodeServerProperties();
            properties.setMaxConnectionAgeSeconds(Integer.MAX_VALUE);
            properties.setServerAddress(
                    new InetSocketAddress(LocalAddresses.HOST, node.ports().get(LocalAddresses.MAIN)));
            if (node.details().containsKey(TLS)) {
                Path tls = folder.node(node.key()).resolve("tls");
                properties.setTlsEnabled(true);
                properties.setKeyCertChainFile(tls.resolve("cert.pem").toString());
                properties.setKeyFile(tls.resolve("privatekey.pem").toString());
                properties.setTrustCertCollectionFile(
                        tls.resolve("rootcert.pem").toString());
            }
            NettyChaincodeServer server = new NettyChaincodeServer(
                    new Served(chaincode, node.details().get(PACKAGE_ID)), properties);
            ContractNode result = new ContractNode(server, loader);
            Thread thread = new Thread(() -> result.serve(node), "chaincode-" + node.key());
            thread.setDaemon(true);
            loader.ifPresent(thread::setContextClassLoader);
            thread.start();
            return result;
        } catch (IOException | ReflectiveOperationException | LinkageError e) {
            throw new RejectedException(
                    "The contract `" + node.details().get(CLASS) + "` of `" + node.title() + "` cannot be started: "
                            + e,
                    e);
        }
    }

    private void serve(NodeDescription node) {
        try {
            server.start();
        } catch (IOException e) {
            if (!closed) {
                LOG.warn("`{}` does not serve", node.title(), e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<URLClassLoader> loader(NodeDescription node) {
        String jar = node.details().get(JAR);
        if (jar == null) {
            return Optional.empty();
        }
        Path file = Path.of(node.workFolder()).resolve(jar);
        if (!Files.isRegularFile(file)) {
            throw new RejectedException("There is no jar `" + file + "`, which `" + node.title() + "` needs.");
        }
        try {
            return Optional.of(
                    new URLClassLoader(new URL[] {file.toUri().toURL()}, ContractNode.class.getClassLoader()));
        } catch (IOException e) {
            throw new RejectedException("The jar `" + file + "` has no usable name: " + e.getMessage(), e);
        }
    }

    private static Chaincode chaincode(NodeDescription node, Optional<URLClassLoader> loader)
            throws ReflectiveOperationException {
        Class<?> type = Class.forName(
                node.details().get(CLASS),
                true,
                loader.<ClassLoader>map(found -> found).orElseGet(ContractNode.class::getClassLoader));
        if (Chaincode.class.isAssignableFrom(type)) {
            return (Chaincode) type.getDeclaredConstructor().newInstance();
        }
        if (!ContractInterface.class.isAssignableFrom(type)) {
            throw new RejectedException("The class `" + type.getName() + "` of `" + node.title()
                    + "` is neither a `ContractInterface` nor a `Chaincode` of Fabric's Java API.");
        }
        @SuppressWarnings("unchecked") // just looked at
        Class<ContractInterface> contract = (Class<ContractInterface>) type;
        return new Routed(contract);
    }

    @Override
    public Optional<Long> pid() {
        return Optional.empty();
    }

    @Override
    public Optional<String> end() {
        return Optional.empty();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.stop();
        loader.ifPresent(open -> {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("Closing a jar", e);
            }
        });
    }

    /** One contract behind a chaincode, without the search of the class path that Fabric's own router begins with. */
    private static final class Routed implements Chaincode {
        private final RoutingRegistryImpl routes = new RoutingRegistryImpl();
        private final ContractDefinition definition;
        private final ExecutionService execution;

        Routed(Class<ContractInterface> contract) throws ReflectiveOperationException {
            definition = routes.addNewContract(contract);
            for (Method method : contract.getMethods()) {
                if (method.isAnnotationPresent(Transaction.class) && !method.isBridge()) {
                    definition.addTxFunction(method);
                }
            }
            SerializerInterface serializer = serializer(contract);
            execution = ExecutionFactory.getInstance().createExecutionService(new SerializerRegistryImpl() {
                @Override
                public SerializerInterface getSerializer(String name, Serializer.TARGET target) {
                    return serializer;
                }
            });
        }

        private static SerializerInterface serializer(Class<?> contract) throws ReflectiveOperationException {
            Contract annotation = contract.getAnnotation(Contract.class);
            if (annotation == null) {
                throw new RejectedException("The class `" + contract.getName() + "` has no annotation `@Contract`.");
            }
            String name = annotation.transactionSerializer();
            return name.isEmpty()
                    ? new JSONTransactionSerializer()
                    : (SerializerInterface) Class.forName(name, true, contract.getClassLoader())
                            .getDeclaredConstructor()
                            .newInstance();
        }

        @Override
        public Response init(ChaincodeStub stub) {
            return invoke(stub);
        }

        @Override
        public Response invoke(ChaincodeStub stub) {
            try {
                if (stub.getArgs().isEmpty()) {
                    return ResponseUtils.newSuccessResponse();
                }
                if (stub.getFunction().equals(METADATA)) {
                    return ResponseUtils.newSuccessResponse(metadata().getBytes(StandardCharsets.UTF_8));
                }
                InvocationRequest request = ExecutionFactory.getInstance().createRequest(stub);
                TxFunction function = routes.containsRoute(request)
                        ? routes.getTxFn(request)
                        : routes.getContract(request.getNamespace()).getUnknownRoute();
                return execution.executeRequest(function, request, stub);
            } catch (RuntimeException | Error e) {
                return ResponseUtils.newErrorResponse(e);
            }
        }

        private String metadata() {
            synchronized (MetadataBuilder.class) {
                MetadataBuilder.addContract(definition);
                return MetadataBuilder.getMetadata();
            }
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
