package io.weft.embedded.peer;

import static org.hyperledger.fabric.protos.peer.TxValidationCode.BAD_COMMON_HEADER;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.BAD_HEADER_EXTENSION;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.BAD_PAYLOAD;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.BAD_RESPONSE_PAYLOAD;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.BAD_RWSET;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.ILLEGAL_WRITESET;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.INVALID_CHAINCODE;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.INVALID_ENDORSER_TRANSACTION;
import static org.hyperledger.fabric.protos.peer.TxValidationCode.INVALID_OTHER_REASON;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.weft.embedded.config.SignedData;
import io.weft.embedded.ledger.Sha256;
import java.util.List;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ChaincodeHeaderExtension;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * An envelope of a block, taken apart.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/common/validation/msgvalidation.go">Fabric's
 *     msgvalidation.go</a>
 */
record Transaction(Envelope envelope, Payload payload, ChannelHeader channelHeader, SignatureHeader signatureHeader) {
    /** A transaction that cannot be valid, whoever signed it. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        private final TxValidationCode code;

        Invalid(TxValidationCode code, String reason) {
            super(reason);
            this.code = code;
        }

        TxValidationCode code() {
            return code;
        }
    }

    /** What an endorsed transaction did. */
    record Action(
            ByteString proposalResponsePayload,
            List<SignedData> endorsements,
            ChaincodeAction action,
            String chaincode,
            List<Writes> writes) {}

    static Transaction read(ByteString bytes) throws Invalid {
        Envelope envelope = parse(Envelope.parser(), bytes, INVALID_OTHER_REASON);
        Payload payload = parse(Payload.parser(), envelope.getPayload(), BAD_PAYLOAD);
        require(payload.hasHeader(), BAD_COMMON_HEADER, "nil header");
        ChannelHeader header = parse(ChannelHeader.parser(), payload.getHeader().getChannelHeader(), BAD_COMMON_HEADER);
        SignatureHeader signature =
                parse(SignatureHeader.parser(), payload.getHeader().getSignatureHeader(), BAD_COMMON_HEADER);
        HeaderType type = HeaderType.forNumber(header.getType());
        require(
                type == HeaderType.ENDORSER_TRANSACTION
                        || type == HeaderType.CONFIG_UPDATE
                        || type == HeaderType.CONFIG,
                BAD_COMMON_HEADER,
                "invalid header type " + header.getType());
        require(
                header.getEpoch() == 0,
                BAD_COMMON_HEADER,
                "invalid Epoch in ChannelHeader. Expected 0, got [" + header.getEpoch() + "]");
        require(!signature.getNonce().isEmpty(), BAD_COMMON_HEADER, "invalid nonce specified in the header");
        require(!signature.getCreator().isEmpty(), BAD_COMMON_HEADER, "invalid creator specified in the header");
        return new Transaction(envelope, payload, header, signature);
    }

    HeaderType type() {
        return HeaderType.forNumber(channelHeader.getType());
    }

    String id() {
        return channelHeader.getTxId();
    }

    boolean hasItsOwnId() {
        return id().equals(ProposedCall.transactionId(signatureHeader));
    }

    /** The one action, if it is what was proposed and endorsed. */
    private ChaincodeActionPayload actionPayload() throws Invalid {
        org.hyperledger.fabric.protos.peer.Transaction transaction = parse(
                org.hyperledger.fabric.protos.peer.Transaction.parser(),
                payload.getData(),
                INVALID_ENDORSER_TRANSACTION);
        require(
                transaction.getActionsCount() == 1,
                INVALID_ENDORSER_TRANSACTION,
                "only one action per transaction is supported, tx contains " + transaction.getActionsCount());
        TransactionAction action = transaction.getActions(0);
        SignatureHeader header = parse(SignatureHeader.parser(), action.getHeader(), INVALID_ENDORSER_TRANSACTION);
        require(
                !header.getNonce().isEmpty() && !header.getCreator().isEmpty(),
                INVALID_ENDORSER_TRANSACTION,
                "invalid nonce or creator specified in the header");
        ChaincodeActionPayload result =
                parse(ChaincodeActionPayload.parser(), action.getPayload(), INVALID_ENDORSER_TRANSACTION);
        ProposalResponsePayload response = parse(
                ProposalResponsePayload.parser(),
                result.getAction().getProposalResponsePayload(),
                INVALID_ENDORSER_TRANSACTION);
        ByteString hash = Sha256.of(
                payload.getHeader().getChannelHeader(), action.getHeader(), result.getChaincodeProposalPayload());
        require(hash.equals(response.getProposalHash()), INVALID_ENDORSER_TRANSACTION, "proposal hash does not match");
        return result;
    }

    /** Throws unless the transaction is the one whose proposal was endorsed. */
    void requireEndorsedProposal() throws Invalid {
        actionPayload();
    }

    /** What it did, by rules that need no policy. */
    Action action() throws Invalid {
        ChaincodeHeaderExtension extension =
                parse(ChaincodeHeaderExtension.parser(), channelHeader.getExtension(), BAD_HEADER_EXTENSION);
        ChaincodeActionPayload endorsed = actionPayload();
        ByteString responsePayload = endorsed.getAction().getProposalResponsePayload();
        ProposalResponsePayload response =
                parse(ProposalResponsePayload.parser(), responsePayload, BAD_RESPONSE_PAYLOAD);
        require(!response.getExtension().isEmpty(), BAD_RESPONSE_PAYLOAD, "response payload is missing extension");
        ChaincodeAction action = parse(ChaincodeAction.parser(), response.getExtension(), BAD_RESPONSE_PAYLOAD);
        List<Writes> writes;
        try {
            writes = Writes.of(TxReadWriteSet.parseFrom(action.getResults()));
        } catch (InvalidProtocolBufferException e) {
            throw new Invalid(BAD_RWSET, "txRWSet.FromProtoBytes failed: " + e.getMessage());
        }
        require(extension.hasChaincodeId(), INVALID_OTHER_REASON, "nil ChaincodeId in header extension");
        require(action.hasChaincodeId(), INVALID_OTHER_REASON, "nil ChaincodeId in ChaincodeAction");
        String chaincode = extension.getChaincodeId().getName();
        require(!chaincode.isEmpty(), INVALID_CHAINCODE, "invalid chaincode ID");
        require(
                chaincode.equals(action.getChaincodeId().getName()),
                INVALID_CHAINCODE,
                "inconsistent ccid info (" + chaincode + "/"
                        + action.getChaincodeId().getName() + ")");
        require(!action.getChaincodeId().getVersion().isEmpty(), INVALID_CHAINCODE, "invalid chaincode version");
        if (!action.getEvents().isEmpty()) {
            ChaincodeEvent event = parse(ChaincodeEvent.parser(), action.getEvents(), INVALID_OTHER_REASON);
            require(
                    event.getChaincodeId().equals(chaincode),
                    INVALID_OTHER_REASON,
                    "chaincode event chaincode id does not match chaincode action chaincode id");
        }
        require(
                writes.stream().map(Writes::namespace).distinct().count() == writes.size(),
                ILLEGAL_WRITESET,
                "duplicate namespace in txRWSet");
        List<SignedData> endorsements = endorsed.getAction().getEndorsementsList().stream()
                .map(one -> new SignedData(
                        one.getEndorser(), responsePayload.concat(one.getEndorser()), one.getSignature()))
                .toList();
        return new Action(responsePayload, endorsements, action, chaincode, writes);
    }

    private static void require(boolean condition, TxValidationCode code, String reason) throws Invalid {
        if (!condition) {
            throw new Invalid(code, reason);
        }
    }

    private static <T extends MessageLite> T parse(Parser<T> parser, ByteString bytes, TxValidationCode code)
            throws Invalid {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new Invalid(code, e.getMessage());
        }
    }
}
