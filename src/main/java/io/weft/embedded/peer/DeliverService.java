package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.StreamObserver;
import io.weft.embedded.config.SignedData;
import io.weft.embedded.deliver.Answers;
import io.weft.embedded.deliver.Authorization;
import io.weft.embedded.deliver.DeliverRequest;
import io.weft.embedded.deliver.DeliverServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.ledger.rwset.NsPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.peer.BlockAndPrivateData;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.DeliverGrpc;
import org.hyperledger.fabric.protos.peer.DeliverResponse;
import org.hyperledger.fabric.protos.peer.FilteredBlock;
import org.hyperledger.fabric.protos.peer.FilteredChaincodeAction;
import org.hyperledger.fabric.protos.peer.FilteredTransaction;
import org.hyperledger.fabric.protos.peer.FilteredTransactionActions;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;
import org.hyperledger.fabric.protos.peer.TransactionAction;

/**
 * Committed blocks, as streams: whole, filtered, or with what the client may see of their private data.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/peer/deliverevents.go">Fabric's
 *     deliverevents.go</a>
 */
final class DeliverService extends DeliverGrpc.DeliverImplBase {
    private final PeerNode peer;
    private final DeliverServer server;

    DeliverService(PeerNode peer, DeliverServer server) {
        this.peer = peer;
        this.server = server;
    }

    @Override
    public StreamObserver<Envelope> deliver(StreamObserver<DeliverResponse> responses) {
        return server.serve(responses, readers("event/Block"), answers((block, request) -> DeliverResponse.newBuilder()
                .setBlock(block)
                .build()));
    }

    @Override
    public StreamObserver<Envelope> deliverFiltered(StreamObserver<DeliverResponse> responses) {
        return server.serve(
                responses, readers("event/FilteredBlock"), answers((block, request) -> DeliverResponse.newBuilder()
                        .setFilteredBlock(filtered(block))
                        .build()));
    }

    @Override
    public StreamObserver<Envelope> deliverWithPrivateData(StreamObserver<DeliverResponse> responses) {
        return server.serve(responses, readers("event/Block"), answers((block, request) -> DeliverResponse.newBuilder()
                .setBlockAndPrivateData(BlockAndPrivateData.newBuilder()
                        .setBlock(block)
                        .putAllPrivateDataMap(privateData(block, request)))
                .build()));
    }

    private Authorization readers(String resource) {
        return request -> peer.channel(request.channel())
                .orElseThrow(() -> new Refusal("channel not found"))
                .view()
                .requireAccess(resource, List.of(SignedData.of(request.envelope())));
    }

    private interface Content {
        DeliverResponse of(Block block, DeliverRequest request);
    }

    private static Answers<DeliverResponse> answers(Content content) {
        return new Answers<>() {
            @Override
            public DeliverResponse status(Status status) {
                return DeliverResponse.newBuilder().setStatus(status).build();
            }

            @Override
            public DeliverResponse block(Block block, DeliverRequest request) {
                return content.of(block, request);
            }
        };
    }

    static FilteredBlock filtered(Block block) {
        FilteredBlock.Builder result =
                FilteredBlock.newBuilder().setNumber(block.getHeader().getNumber());
        for (int i = 0; i < block.getData().getDataCount(); i++) {
            try {
                Payload payload = Payload.parseFrom(
                        Envelope.parseFrom(block.getData().getData(i)).getPayload());
                if (!payload.hasHeader()) {
                    continue;
                }
                ChannelHeader header =
                        ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
                result.setChannelId(header.getChannelId());
                FilteredTransaction.Builder transaction = FilteredTransaction.newBuilder()
                        .setTxid(header.getTxId())
                        .setTypeValue(header.getType())
                        .setTxValidationCode(ChaincodeEvents.code(block, i));
                if (header.getType() == HeaderType.ENDORSER_TRANSACTION_VALUE) {
                    transaction.setTransactionActions(actions(payload.getData()));
                }
                result.addFilteredTransactions(transaction);
            } catch (InvalidProtocolBufferException e) {
                // Fabric leaves out what is no transaction.
            }
        }
        return result.build();
    }

    private static FilteredTransactionActions actions(ByteString data) throws InvalidProtocolBufferException {
        FilteredTransactionActions.Builder result = FilteredTransactionActions.newBuilder();
        for (TransactionAction action :
                org.hyperledger.fabric.protos.peer.Transaction.parseFrom(data).getActionsList()) {
            ChaincodeEvents.of(action)
                    .ifPresent(event -> result.addChaincodeActions(FilteredChaincodeAction.newBuilder()
                            .setChaincodeEvent(ChaincodeEvent.newBuilder()
                                    .setTxId(event.getTxId())
                                    .setChaincodeId(event.getChaincodeId())
                                    .setEventName(event.getEventName()))));
        }
        return result.build();
    }

    private Map<Long, TxPvtReadWriteSet> privateData(Block block, DeliverRequest request) {
        PeerChannel channel = peer.channel(request.channel()).orElseThrow();
        Map<Long, TxPvtReadWriteSet> result = new TreeMap<>();
        channel.ledger().privateData(block.getHeader().getNumber()).forEach((position, data) -> {
            TxPvtReadWriteSet visible = visible(channel, data, request.creator());
            if (visible.getNsPvtRwsetCount() > 0) {
                result.put((long) position, visible);
            }
        });
        return result;
    }

    /** Of collections that only members read, those alone that the client is a member of. */
    private static TxPvtReadWriteSet visible(PeerChannel channel, TxPvtReadWriteSet data, ByteString client) {
        TxPvtReadWriteSet.Builder result = TxPvtReadWriteSet.newBuilder().setDataModel(data.getDataModel());
        for (NsPvtReadWriteSet namespace : data.getNsPvtRwsetList()) {
            NsPvtReadWriteSet.Builder part = NsPvtReadWriteSet.newBuilder().setNamespace(namespace.getNamespace());
            namespace.getCollectionPvtRwsetList().stream()
                    .filter(collection -> {
                        Optional<StaticCollectionConfig> config = CollectionRules.find(
                                channel.ledger(), namespace.getNamespace(), collection.getCollectionName());
                        return config.isPresent()
                                && (!config.get().getMemberOnlyRead()
                                        || CollectionRules.isMember(channel.view(), config.get(), client));
                    })
                    .forEach(part::addCollectionPvtRwset);
            if (part.getCollectionPvtRwsetCount() > 0) {
                result.addNsPvtRwset(part);
            }
        }
        return result.build();
    }
}
