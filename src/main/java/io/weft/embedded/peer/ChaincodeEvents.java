package io.weft.embedded.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** The events that a block's transactions carry. */
final class ChaincodeEvents {
    private ChaincodeEvents() {}

    /**
     * Those of valid transactions, in the order of the block.
     *
     * @see <a href="https://github.com/hyperledger/fabric/tree/main/internal/pkg/gateway/event">Fabric's
     *     gateway/event</a>
     */
    static List<ChaincodeEvent> committed(Block block) {
        List<ChaincodeEvent> result = new ArrayList<>();
        for (int i = 0; i < block.getData().getDataCount(); i++) {
            if (code(block, i) != TxValidationCode.VALID) {
                continue;
            }
            try {
                Payload payload = Payload.parseFrom(
                        Envelope.parseFrom(block.getData().getData(i)).getPayload());
                ChannelHeader header =
                        ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
                if (header.getType() == HeaderType.ENDORSER_TRANSACTION_VALUE) {
                    Transaction.parseFrom(payload.getData()).getActionsList().stream()
                            .flatMap(action -> of(action).stream())
                            .filter(event -> !event.getEventName().isEmpty()
                                    && !event.getTxId().isEmpty())
                            .forEach(result::add);
                }
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("A valid transaction can be read", e);
            }
        }
        return List.copyOf(result);
    }

    /** The event of an action, if there is one that names its chaincode. */
    static Optional<ChaincodeEvent> of(TransactionAction action) {
        try {
            ProposalResponsePayload response =
                    ProposalResponsePayload.parseFrom(ChaincodeActionPayload.parseFrom(action.getPayload())
                            .getAction()
                            .getProposalResponsePayload());
            ChaincodeEvent event = ChaincodeEvent.parseFrom(
                    ChaincodeAction.parseFrom(response.getExtension()).getEvents());
            return event.getChaincodeId().isEmpty() ? Optional.empty() : Optional.of(event);
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** The validation code of a committed block's transaction. */
    static TxValidationCode code(Block block, int position) {
        com.google.protobuf.ByteString codes =
                block.getMetadata().getMetadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE);
        TxValidationCode code = TxValidationCode.forNumber(codes.byteAt(position) & 0xff);
        return code == null ? TxValidationCode.INVALID_OTHER_REASON : code;
    }
}
