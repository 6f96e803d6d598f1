package io.weft.embedded.chaincode;

import static java.util.Objects.requireNonNull;

import io.weft.embedded.ledger.Simulation;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.SignedProposal;

/**
 * A proposal to call a chaincode, as the endorser has checked it.
 *
 * @param channel the channel, which the peer has joined
 * @param txId the transaction
 * @param chaincode the name under which the chaincode is defined on the channel; also its namespace
 * @param input arguments and decorations, and whether this is the initialization
 * @param proposal what the client signed; creator, transient data and time reach the chaincode with it
 * @param simulation collects what the chaincode reads and writes
 */
public record ChaincodeCall(
        String channel,
        String txId,
        String chaincode,
        ChaincodeInput input,
        SignedProposal proposal,
        Simulation simulation) {
    public ChaincodeCall {
        requireNonNull(channel, "channel");
        requireNonNull(txId, "txId");
        requireNonNull(chaincode, "chaincode");
        requireNonNull(input, "input");
        requireNonNull(proposal, "proposal");
        requireNonNull(simulation, "simulation");
    }

    ChaincodeCall of(
            String otherChannel, String otherChaincode, ChaincodeInput otherInput, Simulation otherSimulation) {
        return new ChaincodeCall(otherChannel, txId, otherChaincode, otherInput, proposal, otherSimulation);
    }

    /** Without the proposal, which may hold secrets as transient data. */
    @Override
    public String toString() {
        return "ChaincodeCall[" + chaincode + " on " + channel + ", " + txId + "]";
    }
}
