package io.weft.embedded.chaincode;

import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.model.MspId;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.peer.SignedProposal;

/** What chaincode and its lifecycle need of the peer that runs them. Called from any thread. */
public interface ChaincodeHost {
    /** The organization that the peer belongs to. */
    MspId organization();

    /** The channels that the peer has joined, sorted. */
    List<String> channels();

    /** The peer's ledger of a channel that it has joined. */
    Optional<ChannelLedger> ledger(String channel);

    /** The present configuration of a channel that the peer has joined. */
    Optional<ChannelView> view(String channel);

    /**
     * Decides whether the proposal's creator may use a resource (Fabric's {@code core/aclmgmt}).
     *
     * @param resource for example {@code _lifecycle/InstallChaincode}
     * @param channel empty for what belongs to the peer alone
     * @throws RuntimeException if not, with Fabric's reason as message
     */
    void authorize(String resource, String channel, SignedProposal proposal);
}
