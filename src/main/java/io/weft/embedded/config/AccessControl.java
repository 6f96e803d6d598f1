package io.weft.embedded.config;

import java.util.Optional;
import java.util.Set;

/**
 * Which policy guards which resource of a peer, as long as the channel does not choose another.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/aclmgmt/defaultaclprovider.go">Fabric's
 *     defaultaclprovider.go</a>
 */
final class AccessControl {
    private static final Set<String> WRITERS = Set.of(
            "_lifecycle/CommitChaincodeDefinition",
            "_lifecycle/QueryChaincodeDefinition",
            "_lifecycle/QueryChaincodeDefinitions",
            "_lifecycle/CheckCommitReadiness",
            "peer/Propose",
            "peer/ChaincodeToChaincode");
    private static final Set<String> READERS = Set.of(
            "lscc/ChaincodeExists",
            "lscc/GetDeploymentSpec",
            "lscc/GetChaincodeData",
            "lscc/GetInstantiatedChaincodes",
            "lscc/GetCollectionsConfig",
            "qscc/GetChainInfo",
            "qscc/GetBlockByNumber",
            "qscc/GetBlockByHash",
            "qscc/GetTransactionByID",
            "qscc/GetBlockByTxID",
            "cscc/GetConfigBlock",
            "cscc/GetChannelConfig",
            "event/Block",
            "event/FilteredBlock",
            "gateway/CommitStatus",
            "gateway/ChaincodeEvents");
    /** Guarded by the peer's own MSP, whatever a channel says. */
    private static final Set<String> OF_PEER = Set.of(
            "_lifecycle/InstallChaincode",
            "_lifecycle/QueryInstalledChaincode",
            "_lifecycle/GetInstalledChaincodePackage",
            "_lifecycle/QueryInstalledChaincodes",
            "_lifecycle/ApproveChaincodeDefinitionForMyOrg",
            "_lifecycle/QueryApprovedChaincodeDefinition",
            "_lifecycle/QueryApprovedChaincodeDefinitions",
            "snapshot/submitrequest",
            "snapshot/cancelrequest",
            "snapshot/listpending",
            "lscc/Install",
            "lscc/GetInstalledChaincodes",
            "cscc/JoinChain",
            "cscc/JoinChainBySnapshot",
            "cscc/JoinBySnapshotStatus",
            "cscc/GetChannels");

    private AccessControl() {}

    static boolean isOfPeer(String resource) {
        return OF_PEER.contains(resource);
    }

    static Optional<String> defaultPolicy(String resource) {
        if (WRITERS.contains(resource)) {
            return Optional.of("/Channel/Application/Writers");
        }
        return READERS.contains(resource) ? Optional.of("/Channel/Application/Readers") : Optional.empty();
    }
}
