package io.weft.embedded.chaincode;

import com.google.protobuf.ByteString;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.embedded.ledger.Simulation;
import io.weft.model.MspId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.hyperledger.fabric.protos.peer.Response;
import org.hyperledger.fabric.protos.peer.SignedProposal;

/**
 * The system chaincode {@code _lifecycle} of one peer: functions, rules, texts and state are those of Fabric's
 * {@code core/chaincode/lifecycle}. Thread-safe.
 */
public final class Lifecycle {
    /** The chaincode's name and the namespace of its state. */
    public static final String NAMESPACE = "_lifecycle";

    private Lifecycle() {}

    /**
     * @param folder where installed packages lie, a file for each; is made if it does not exist
     */
    public static Lifecycle open(Path folder, ChaincodeHost host, ChaincodeRuntimes runtimes) {
        throw new UnsupportedOperationException();
    }

    /**
     * Answers one call. Whether the caller may is asked of the host.
     *
     * @param channel empty for the functions that concern the peer alone
     * @param simulation present if there is a channel
     */
    public Response invoke(
            String channel, List<ByteString> arguments, SignedProposal proposal, Optional<Simulation> simulation) {
        throw new UnsupportedOperationException();
    }

    /** The committed definition of a chaincode. */
    public static Optional<CommittedDefinition> definition(ChannelLedger ledger, String chaincode) {
        return CommittedDefinition.find(ledger, chaincode);
    }

    /** Whether the committed definition is approved by the host's organization and its package installed: callable. */
    public boolean isCallable(String channel, String chaincode) {
        throw new UnsupportedOperationException();
    }

    /** Who has to endorse transactions that write definitions. */
    public static ApplicationPolicy endorsementPolicy(ChannelView view) {
        throw new UnsupportedOperationException();
    }

    /** Who has to endorse writes to an organization's implicit collection; empty if the channel has no such member. */
    public static Optional<ApplicationPolicy> implicitCollectionPolicy(ChannelView view, MspId organization) {
        throw new UnsupportedOperationException();
    }
}
