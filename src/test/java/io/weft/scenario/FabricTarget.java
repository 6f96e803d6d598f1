package io.weft.scenario;

import io.weft.chaincode.ChaincodePackage;
import io.weft.embedded.ca.RunningCa;
import io.weft.model.HostPort;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.pki.Credential;
import io.weft.protocol.Endpoint;
import io.weft.testing.FabricPrograms;
import io.weft.testing.Identities;
import io.weft.testing.LocalFabric;
import java.nio.file.Path;
import java.util.Optional;

/** Fabric's own programs. */
final class FabricTarget implements Target {
    private final LocalFabric fabric;

    FabricTarget(FabricPrograms programs, Network network, Path folder) {
        this.fabric = LocalFabric.start(programs, network, folder);
    }

    @Override
    public Network network() {
        return fabric.network();
    }

    @Override
    public Identities identities() {
        return fabric.identities();
    }

    @Override
    public Endpoint endpoint(NodeRef node, Optional<Credential> client) {
        return fabric.endpoint(node, "main", client);
    }

    @Override
    public Endpoint admin(NodeRef orderer, Optional<Credential> client) {
        return fabric.endpoint(orderer, "admin", client);
    }

    @Override
    public HostPort address(NodeRef node) {
        return fabric.address(node);
    }

    @Override
    public ChaincodePackage chaincodePackage(String label, ChaincodeService service) {
        return ChaincodePackage.of(label, service.server());
    }

    @Override
    public RunningCa certificateAuthority(Path folder) throws Exception {
        return RunningCa.real(folder);
    }

    @Override
    public void stop(NodeRef node) {
        fabric.kill(node);
    }

    @Override
    public void start(NodeRef node) {
        fabric.restart(node);
    }

    @Override
    public void close() {
        fabric.close();
    }
}
