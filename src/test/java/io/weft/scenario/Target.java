package io.weft.scenario;

import io.weft.chaincode.ChaincodePackage;
import io.weft.embedded.ca.RunningCa;
import io.weft.model.HostPort;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.pki.Credential;
import io.weft.protocol.Endpoint;
import io.weft.testing.Identities;
import java.nio.file.Path;
import java.util.Optional;

/** A network that scenarios are played on: three ordering nodes, two peers in each of two organizations; all nodes run. */
interface Target extends AutoCloseable {
    Network network();

    Identities identities();

    Endpoint endpoint(NodeRef node, Optional<Credential> client);

    /** The admin listener of an ordering node. */
    Endpoint admin(NodeRef orderer, Optional<Credential> client);

    /** How other nodes know a node; channel configurations say so. */
    HostPort address(NodeRef node);

    /** A package for the chaincode that the service runs. */
    ChaincodePackage chaincodePackage(String label, ChaincodeService service);

    /** A Fabric CA of its own. */
    RunningCa certificateAuthority(Path folder) throws Exception;

    /** Ends a node without warning. */
    void stop(NodeRef node);

    /** Starts a stopped node on its old files. */
    void start(NodeRef node);

    @Override
    void close();
}
