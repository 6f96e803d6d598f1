package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionHashedReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;

/**
 * What the ledger wants to know of one entry of a block.
 *
 * @param txId empty if the entry is not readable that far
 * @param data the payload's data
 */
record BlockTransaction(String txId, HeaderType type, Timestamp timestamp, ByteString data) {
    private static final BlockTransaction UNREADABLE =
            new BlockTransaction("", HeaderType.UNRECOGNIZED, Timestamp.getDefaultInstance(), ByteString.EMPTY);

    static BlockTransaction read(ByteString envelope) {
        try {
            Payload payload = Payload.parseFrom(Envelope.parseFrom(envelope).getPayload());
            ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
            HeaderType type = HeaderType.forNumber(header.getType());
            return new BlockTransaction(
                    header.getTxId(),
                    type == null ? HeaderType.UNRECOGNIZED : type,
                    header.getTimestamp(),
                    payload.getData());
        } catch (InvalidProtocolBufferException e) {
            return UNREADABLE;
        }
    }

    /**
     * The read-write set of an endorser transaction as serialized.
     *
     * @throws InvalidProtocolBufferException if there is no action or it cannot be read
     */
    ByteString results() throws InvalidProtocolBufferException {
        Transaction transaction = Transaction.parseFrom(data);
        if (transaction.getActionsCount() == 0) {
            throw new InvalidProtocolBufferException("at least one TransactionAction required");
        }
        ByteString response = ChaincodeActionPayload.parseFrom(
                        transaction.getActions(0).getPayload())
                .getAction()
                .getProposalResponsePayload();
        return ChaincodeAction.parseFrom(
                        ProposalResponsePayload.parseFrom(response).getExtension())
                .getResults();
    }

    /** What a transaction did in one namespace. */
    record Access(String namespace, KVRWSet open, List<HashedAccess> collections) {
        static List<Access> read(ByteString results) throws InvalidProtocolBufferException {
            List<Access> result = new ArrayList<>();
            for (NsReadWriteSet namespace : TxReadWriteSet.parseFrom(results).getNsRwsetList()) {
                List<HashedAccess> collections = new ArrayList<>();
                for (CollectionHashedReadWriteSet collection : namespace.getCollectionHashedRwsetList()) {
                    collections.add(new HashedAccess(
                            collection.getCollectionName(),
                            HashedRWSet.parseFrom(collection.getHashedRwset()),
                            collection.getPvtRwsetHash()));
                }
                result.add(new Access(namespace.getNamespace(), KVRWSet.parseFrom(namespace.getRwset()), collections));
            }
            return result;
        }
    }

    /**
     * What a transaction did in one collection.
     *
     * @param privateHash SHA-256 of the private writes; empty if there are none
     */
    record HashedAccess(String name, HashedRWSet hashes, ByteString privateHash) {}
}
