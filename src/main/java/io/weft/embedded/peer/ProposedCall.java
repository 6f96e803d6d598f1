package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.weft.embedded.config.SignedData;
import io.weft.embedded.ledger.Sha256;
import java.util.HexFormat;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ChaincodeHeaderExtension;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.SignedProposal;

/**
 * A signed proposal, taken apart.
 *
 * @param chaincode the name in the header's extension
 * @param hash what an endorsement names the proposal by
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/endorser/msgvalidation.go">Fabric's
 *     msgvalidation.go</a>
 */
record ProposedCall(
        SignedProposal signed,
        ChannelHeader channelHeader,
        SignatureHeader signatureHeader,
        String chaincode,
        ChaincodeInput input,
        ByteString hash) {
    /**
     * @throws Refusal if a part is missing or cannot be read
     */
    static ProposedCall unpack(SignedProposal signed) {
        Proposal proposal = Read.message(Proposal.parser(), signed.getProposalBytes(), "Proposal");
        Header header = Read.message(Header.parser(), proposal.getHeader(), "Header");
        ChannelHeader channelHeader = Read.message(ChannelHeader.parser(), header.getChannelHeader(), "ChannelHeader");
        SignatureHeader signatureHeader =
                Read.message(SignatureHeader.parser(), header.getSignatureHeader(), "SignatureHeader");
        ChaincodeHeaderExtension extension = Read.message(
                ChaincodeHeaderExtension.parser(), channelHeader.getExtension(), "ChaincodeHeaderExtension");
        if (!extension.hasChaincodeId()) {
            throw new Refusal("ChaincodeHeaderExtension.ChaincodeId is nil");
        }
        if (extension.getChaincodeId().getName().isEmpty()) {
            throw new Refusal("ChaincodeHeaderExtension.ChaincodeId.Name is empty");
        }
        ChaincodeProposalPayload payload =
                Read.message(ChaincodeProposalPayload.parser(), proposal.getPayload(), "ChaincodeProposalPayload");
        ChaincodeInvocationSpec invocation =
                Read.message(ChaincodeInvocationSpec.parser(), payload.getInput(), "ChaincodeInvocationSpec");
        if (!invocation.hasChaincodeSpec()) {
            throw new Refusal("chaincode invocation spec did not contain chaincode spec");
        }
        if (!invocation.getChaincodeSpec().hasInput()) {
            throw new Refusal("chaincode input did not contain any input");
        }
        return new ProposedCall(
                signed,
                channelHeader,
                signatureHeader,
                extension.getChaincodeId().getName(),
                invocation.getChaincodeSpec().getInput(),
                Sha256.of(
                        header.getChannelHeader(),
                        header.getSignatureHeader(),
                        withoutTransientData(payload).toByteString()));
    }

    static ChaincodeProposalPayload withoutTransientData(ChaincodeProposalPayload payload) {
        return ChaincodeProposalPayload.newBuilder()
                .setInput(payload.getInput())
                .build();
    }

    static String transactionId(SignatureHeader header) {
        return HexFormat.of()
                .formatHex(Sha256.of(header.getNonce(), header.getCreator()).toByteArray());
    }

    String channel() {
        return channelHeader.getChannelId();
    }

    String transactionId() {
        return channelHeader.getTxId();
    }

    SignedData signedData() {
        return new SignedData(signatureHeader.getCreator(), signed.getProposalBytes(), signed.getSignature());
    }

    /**
     * Checks all that needs nobody else.
     *
     * @throws Refusal if the header is not that of a proposal
     */
    void requireWellFormed() {
        HeaderType type = HeaderType.forNumber(channelHeader.getType());
        if (type != HeaderType.ENDORSER_TRANSACTION && type != HeaderType.CONFIG) {
            throw new Refusal("invalid header type " + (type == null ? channelHeader.getType() : type.name()));
        }
        if (channelHeader.getEpoch() != 0) {
            throw new Refusal("epoch is non-zero");
        }
        if (signatureHeader.getNonce().isEmpty()) {
            throw new Refusal("nonce is empty");
        }
        if (signatureHeader.getCreator().isEmpty()) {
            throw new Refusal("creator is empty");
        }
        String expected = transactionId(signatureHeader);
        if (!expected.equals(transactionId())) {
            throw new Refusal("incorrectly computed txid '" + transactionId() + "' -- expected '" + expected + "'");
        }
        if (signed.getSignature().isEmpty()) {
            throw new Refusal("empty signature bytes");
        }
    }

    /** Without the proposal, which may hold secrets as transient data. */
    @Override
    public String toString() {
        return "ProposedCall[" + chaincode + " on " + channel() + ", " + transactionId() + "]";
    }
}
