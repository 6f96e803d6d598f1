package io.weft.local;

import io.weft.embedded.chaincode.ChaincodeFailure;
import io.weft.embedded.chaincode.ChaincodeSource;
import io.weft.embedded.chaincode.ContractServer;
import io.weft.model.MspId;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;

/** A Java contract that serves Fabric's own peers, in this process. */
final class ContractNode implements LocalNode {
    static final String CLASS = "class";
    static final String JAR = "jar";
    static final String PACKAGE_ID = "packageId";
    static final String TLS = "tls";

    private final ContractServer server;

    private ContractNode(ContractServer server) {
        this.server = server;
    }

    static ContractNode start(StateFolder folder, NodeDescription node) {
        ChaincodeServerProperties properties = new ChaincodeServerProperties();
        properties.setServerAddress(LocalAddresses.socket(node.ports().get(LocalAddresses.MAIN)));
        if (node.details().containsKey(TLS)) {
            Path tls = folder.node(node.key()).resolve("tls");
            properties.setTlsEnabled(true);
            properties.setKeyCertChainFile(tls.resolve("cert.pem").toString());
            properties.setKeyFile(tls.resolve("privatekey.pem").toString());
            properties.setTrustCertCollectionFile(tls.resolve("rootcert.pem").toString());
        }
        try {
            return new ContractNode(ContractServer.start(
                    source(node),
                    new MspId(node.details().get("mspId")),
                    node.details().get(PACKAGE_ID),
                    properties));
        } catch (IOException | ChaincodeFailure e) {
            throw new RejectedException(
                    "The contract `" + node.details().get(CLASS) + "` of `" + node.title() + "` cannot be started: "
                            + e.getMessage(),
                    e);
        }
    }

    /** The class that a chaincode's node is to run, from its jar if it has one. */
    static ChaincodeSource.Java source(NodeDescription node) {
        String name = node.details().get(CLASS);
        String jar = node.details().get(JAR);
        if (jar != null) {
            Path file = Path.of(node.workFolder()).resolve(jar);
            if (!Files.isRegularFile(file)) {
                throw new RejectedException("There is no jar `" + file + "`, which `" + node.title() + "` needs.");
            }
            return new ChaincodeSource.Jar(file, Optional.of(name));
        }
        try {
            return ChaincodeSource.InProcess.of(Class.forName(name, true, ContractNode.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            throw new RejectedException(
                    "The class `" + name + "` of `" + node.title() + "` cannot be loaded: " + e
                            + ". Name the jar that holds it beside `class`.",
                    e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
