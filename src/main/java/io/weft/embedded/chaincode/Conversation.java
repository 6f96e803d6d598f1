package io.weft.embedded.chaincode;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.ledger.Entry;
import io.weft.embedded.ledger.Page;
import io.weft.embedded.ledger.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.hyperledger.fabric.protos.ledger.queryresult.KV;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.DelState;
import org.hyperledger.fabric.protos.peer.GetHistoryForKey;
import org.hyperledger.fabric.protos.peer.GetQueryResult;
import org.hyperledger.fabric.protos.peer.GetState;
import org.hyperledger.fabric.protos.peer.GetStateByRange;
import org.hyperledger.fabric.protos.peer.GetStateMetadata;
import org.hyperledger.fabric.protos.peer.GetStateMultiple;
import org.hyperledger.fabric.protos.peer.GetStateMultipleResult;
import org.hyperledger.fabric.protos.peer.PutState;
import org.hyperledger.fabric.protos.peer.PutStateMetadata;
import org.hyperledger.fabric.protos.peer.QueryMetadata;
import org.hyperledger.fabric.protos.peer.QueryResponse;
import org.hyperledger.fabric.protos.peer.QueryResponseMetadata;
import org.hyperledger.fabric.protos.peer.QueryResultBytes;
import org.hyperledger.fabric.protos.peer.QueryStateClose;
import org.hyperledger.fabric.protos.peer.QueryStateNext;
import org.hyperledger.fabric.protos.peer.StateMetadata;
import org.hyperledger.fabric.protos.peer.StateMetadataResult;
import org.hyperledger.fabric.protos.peer.WriteBatchState;
import org.hyperledger.fabric.protos.peer.WriteRecord;

/**
 * One transaction at one chaincode, from the peer's side: the message that begins it, the answers to what the chaincode
 * asks, and its end. Rules and texts are those of Fabric's {@code core/chaincode/handler.go}.
 */
final class Conversation {
    /** What the peer decides while the chaincode runs. */
    interface Peer {
        /** @throws RuntimeException if the proposal's creator may not read the collection or there is none such */
        void requireRead(String collection);

        /** @throws RuntimeException if the proposal's creator may not write the collection or there is none such */
        void requireWrite(String collection);

        /** Hashes are for all; asking for one reads the definition all the same, which the read set shows. */
        void requireDefined(String collection);

        /** @throws RuntimeException unless the channel has the capability for it */
        void requirePurge();

        /** Calls another chaincode for this one; answers with how that ended. */
        ChaincodeMessage invoke(ChaincodeSpec target);
    }

    private static final int BATCH = 100;
    /** Fabric's {@code ledger.state.totalQueryLimit}. */
    private static final int TOTAL_QUERY_LIMIT = 100_000;

    private final ChaincodeCall call;
    private final boolean init;
    private final Peer peer;
    private final CompletableFuture<ChaincodeMessage> end = new CompletableFuture<>();
    private final Map<String, Query> queries = new HashMap<>();
    private int lastQuery;
    private boolean answering;
    private boolean over;

    Conversation(ChaincodeCall call, boolean init, Peer peer) {
        this.call = call;
        this.init = init;
        this.peer = peer;
    }

    /** Which transaction this is, on a stream of many. */
    record Key(String channel, String txId) {
        static Key of(ChaincodeMessage message) {
            return new Key(message.getChannelId(), message.getTxid());
        }
    }

    Key key() {
        return new Key(call.channel(), call.txId());
    }

    /** The message that begins the transaction. */
    ChaincodeMessage opening() {
        return message(
                        init ? ChaincodeMessage.Type.INIT : ChaincodeMessage.Type.TRANSACTION,
                        call.input().toByteString())
                .setProposal(call.proposal())
                .build();
    }

    /**
     * Takes a message of the chaincode and passes on the answer, if there is one. A request while another is being
     * answered is dropped, as Fabric's peer drops it.
     */
    void accept(ChaincodeMessage message, Consumer<ChaincodeMessage> answers) {
        if (message.getType() == ChaincodeMessage.Type.COMPLETED || message.getType() == ChaincodeMessage.Type.ERROR) {
            end.complete(message);
            return;
        }
        synchronized (this) {
            if (answering) {
                return;
            }
            answering = true;
        }
        ChaincodeMessage answer;
        try {
            answer = answer(message);
        } finally {
            synchronized (this) {
                answering = false;
                notifyAll();
            }
        }
        answers.accept(answer);
    }

    /** The transaction cannot go on. */
    void fail(String reason) {
        end.completeExceptionally(new ChaincodeFailure("error sending: " + reason));
    }

    /**
     * Waits for the chaincode's last message. Afterwards nothing touches the simulation any more.
     *
     * @throws ChaincodeFailure if it does not come in time or the chaincode is gone
     */
    ChaincodeMessage await(Duration timeout) {
        try {
            return end.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ChaincodeFailure("error sending: timeout expired while executing transaction", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ChaincodeFailure failure) {
                throw failure;
            }
            throw new ChaincodeFailure("error sending: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChaincodeFailure("error sending: the call was interrupted", e);
        } finally {
            finish();
        }
    }

    private synchronized void finish() {
        over = true;
        boolean interrupted = false;
        while (answering) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isOver() {
        return over;
    }

    private ChaincodeMessage answer(ChaincodeMessage request) {
        try {
            if (isOver()) {
                throw new ChaincodeFailure("no ledger context");
            }
            return message(ChaincodeMessage.Type.RESPONSE, payload(request)).build();
        } catch (InvalidProtocolBufferException e) {
            return error(request, "unmarshal failed: " + e.getMessage());
        } catch (RuntimeException e) {
            return error(request, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private ChaincodeMessage error(ChaincodeMessage request, String reason) {
        String text = request.getType() + " failed: transaction ID: " + call.txId() + ": " + reason;
        return message(ChaincodeMessage.Type.ERROR, ByteString.copyFromUtf8(text))
                .build();
    }

    private ChaincodeMessage.Builder message(ChaincodeMessage.Type type, ByteString payload) {
        return ChaincodeMessage.newBuilder()
                .setType(type)
                .setPayload(payload)
                .setTxid(call.txId())
                .setChannelId(call.channel());
    }

    private ByteString payload(ChaincodeMessage request) throws InvalidProtocolBufferException {
        ByteString payload = request.getPayload();
        return switch (request.getType()) {
            case GET_STATE -> get(GetState.parseFrom(payload));
            case GET_STATE_MULTIPLE -> get(GetStateMultiple.parseFrom(payload));
            case GET_PRIVATE_DATA_HASH -> hash(GetState.parseFrom(payload));
            case PUT_STATE -> put(PutState.parseFrom(payload));
            case DEL_STATE -> delete(DelState.parseFrom(payload));
            case PURGE_PRIVATE_DATA -> purge(DelState.parseFrom(payload));
            case WRITE_BATCH_STATE -> write(WriteBatchState.parseFrom(payload));
            case GET_STATE_METADATA -> metadata(GetStateMetadata.parseFrom(payload));
            case PUT_STATE_METADATA -> putMetadata(PutStateMetadata.parseFrom(payload));
            case GET_STATE_BY_RANGE -> range(GetStateByRange.parseFrom(payload));
            case GET_QUERY_RESULT -> query(GetQueryResult.parseFrom(payload));
            case GET_HISTORY_FOR_KEY -> history(GetHistoryForKey.parseFrom(payload));
            case QUERY_STATE_NEXT -> next(QueryStateNext.parseFrom(payload));
            case QUERY_STATE_CLOSE -> close(QueryStateClose.parseFrom(payload));
            case INVOKE_CHAINCODE ->
                peer.invoke(ChaincodeSpec.parseFrom(payload)).toByteString();
            default ->
                throw new ChaincodeFailure("[" + call.txId() + "] Fabric side handler cannot handle message ("
                        + request.getType() + ") while in ready state");
        };
    }

    private Simulation state() {
        return call.simulation();
    }

    private void requireNoInit() {
        if (init) {
            throw new ChaincodeFailure("private data APIs are not allowed in chaincode Init()");
        }
    }

    private void requireRead(String collection) {
        requireNoInit();
        peer.requireRead(collection);
    }

    private void requireWrite(String collection) {
        requireNoInit();
        peer.requireWrite(collection);
    }

    private static ByteString bytes(Optional<byte[]> value) {
        return value.map(ByteString::copyFrom).orElse(ByteString.EMPTY);
    }

    private ByteString get(GetState request) {
        if (request.getCollection().isEmpty()) {
            return bytes(state().get(call.chaincode(), request.getKey()));
        }
        requireRead(request.getCollection());
        return bytes(state().getPrivate(call.chaincode(), request.getCollection(), request.getKey()));
    }

    private ByteString get(GetStateMultiple request) {
        String collection = request.getCollection();
        if (!collection.isEmpty()) {
            requireRead(collection);
        }
        GetStateMultipleResult.Builder result = GetStateMultipleResult.newBuilder();
        for (String key : request.getKeysList()) {
            result.addValues(bytes(
                    collection.isEmpty()
                            ? state().get(call.chaincode(), key)
                            : state().getPrivate(call.chaincode(), collection, key)));
        }
        return result.build().toByteString();
    }

    private ByteString hash(GetState request) {
        requireNoInit();
        peer.requireDefined(request.getCollection());
        return bytes(state().privateHash(call.chaincode(), request.getCollection(), request.getKey()));
    }

    private ByteString put(PutState request) {
        byte[] value = request.getValue().toByteArray();
        if (request.getCollection().isEmpty()) {
            state().put(call.chaincode(), request.getKey(), value);
        } else {
            requireWrite(request.getCollection());
            state().putPrivate(call.chaincode(), request.getCollection(), request.getKey(), value);
        }
        return ByteString.EMPTY;
    }

    private ByteString delete(DelState request) {
        if (request.getCollection().isEmpty()) {
            state().delete(call.chaincode(), request.getKey());
        } else {
            requireWrite(request.getCollection());
            state().deletePrivate(call.chaincode(), request.getCollection(), request.getKey());
        }
        return ByteString.EMPTY;
    }

    private ByteString purge(DelState request) {
        peer.requirePurge();
        if (request.getCollection().isEmpty()) {
            throw new ChaincodeFailure("only applicable for private data");
        }
        requireWrite(request.getCollection());
        state().purgePrivate(call.chaincode(), request.getCollection(), request.getKey());
        return ByteString.EMPTY;
    }

    private ByteString write(WriteBatchState batch) {
        for (WriteRecord write : batch.getRecList()) {
            switch (write.getType()) {
                case PUT_STATE ->
                    put(PutState.newBuilder()
                            .setKey(write.getKey())
                            .setValue(write.getValue())
                            .setCollection(write.getCollection())
                            .build());
                case DEL_STATE -> delete(deletion(write));
                case PURGE_PRIVATE_DATA -> purge(deletion(write));
                case PUT_STATE_METADATA ->
                    putMetadata(PutStateMetadata.newBuilder()
                            .setKey(write.getKey())
                            .setCollection(write.getCollection())
                            .setMetadata(write.getMetadata())
                            .build());
                default -> throw new ChaincodeFailure("unknown operation type");
            }
        }
        return ByteString.EMPTY;
    }

    private static DelState deletion(WriteRecord write) {
        return DelState.newBuilder()
                .setKey(write.getKey())
                .setCollection(write.getCollection())
                .build();
    }

    private ByteString metadata(GetStateMetadata request) {
        Map<String, byte[]> metadata;
        if (request.getCollection().isEmpty()) {
            metadata = state().metadata(call.chaincode(), request.getKey());
        } else {
            requireRead(request.getCollection());
            metadata = state().privateMetadata(call.chaincode(), request.getCollection(), request.getKey());
        }
        StateMetadataResult.Builder result = StateMetadataResult.newBuilder();
        metadata.forEach((key, value) ->
                result.addEntries(StateMetadata.newBuilder().setMetakey(key).setValue(ByteString.copyFrom(value))));
        return result.build().toByteString();
    }

    private ByteString putMetadata(PutStateMetadata request) {
        Map<String, byte[]> metadata = Map.of(
                request.getMetadata().getMetakey(),
                request.getMetadata().getValue().toByteArray());
        if (request.getCollection().isEmpty()) {
            state().putMetadata(call.chaincode(), request.getKey(), metadata);
        } else {
            requireWrite(request.getCollection());
            state().putPrivateMetadata(call.chaincode(), request.getCollection(), request.getKey(), metadata);
        }
        return ByteString.EMPTY;
    }

    private ByteString range(GetStateByRange request) throws InvalidProtocolBufferException {
        String start = request.getStartKey();
        String end = request.getEndKey();
        if (!request.getCollection().isEmpty()) {
            requireRead(request.getCollection());
            return first(entries(state().rangePrivate(call.chaincode(), request.getCollection(), start, end)));
        }
        QueryMetadata paging = QueryMetadata.parseFrom(request.getMetadata());
        if (paging.getPageSize() == 0 && paging.getBookmark().isEmpty()) {
            return first(entries(state().range(call.chaincode(), start, end)));
        }
        int size = paging.getPageSize() > 0 ? Math.min(paging.getPageSize(), TOTAL_QUERY_LIMIT) : TOTAL_QUERY_LIMIT;
        Page page = state().range(call.chaincode(), start, end, size, paging.getBookmark());
        QueryResponse.Builder result = QueryResponse.newBuilder().setId(newQueryId());
        page.entries().forEach(entry -> result.addResults(result(bytes(entry))));
        return result.setMetadata(QueryResponseMetadata.newBuilder()
                        .setFetchedRecordsCount(page.entries().size())
                        .setBookmark(page.bookmark())
                        .build()
                        .toByteString())
                .build()
                .toByteString();
    }

    private ByteString query(GetQueryResult request) {
        if (!request.getCollection().isEmpty()) {
            requireRead(request.getCollection());
        }
        throw new ChaincodeFailure("ExecuteQuery not supported for leveldb: an embedded peer answers no rich queries."
                + " Use ranges and composite keys, or run the network on Fabric's own programs (`--nodes fabric`)"
                + " or on Kubernetes, with CouchDB.");
    }

    private ByteString history(GetHistoryForKey request) {
        Iterator<? extends com.google.protobuf.MessageLite> modifications =
                state().history(call.chaincode(), request.getKey());
        return first(new Iterator<>() {
            @Override
            public boolean hasNext() {
                return modifications.hasNext();
            }

            @Override
            public ByteString next() {
                return modifications.next().toByteString();
            }
        });
    }

    private Iterator<ByteString> entries(Iterator<Entry> entries) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public ByteString next() {
                return bytes(entries.next());
            }
        };
    }

    private ByteString bytes(Entry entry) {
        return KV.newBuilder()
                .setNamespace(call.chaincode())
                .setKey(entry.key())
                .setValue(entry.value())
                .build()
                .toByteString();
    }

    private static QueryResultBytes result(ByteString bytes) {
        return QueryResultBytes.newBuilder().setResultBytes(bytes).build();
    }

    private String newQueryId() {
        lastQuery++;
        return "query-" + lastQuery;
    }

    private ByteString first(Iterator<ByteString> results) {
        String id = newQueryId();
        Query query = new Query(results);
        queries.put(id, query);
        return batch(id, query);
    }

    private ByteString next(QueryStateNext request) {
        Query query = queries.get(request.getId());
        if (query == null) {
            throw new ChaincodeFailure("query iterator not found");
        }
        return batch(request.getId(), query);
    }

    private ByteString close(QueryStateClose request) {
        queries.remove(request.getId());
        return QueryResponse.newBuilder().setId(request.getId()).build().toByteString();
    }

    private ByteString batch(String id, Query query) {
        List<QueryResultBytes> batch = query.batch();
        if (!query.hasMore()) {
            queries.remove(id);
        }
        return QueryResponse.newBuilder()
                .addAllResults(batch)
                .setHasMore(query.hasMore())
                .setId(id)
                .build()
                .toByteString();
    }

    /** An open iterator. Like Fabric it looks one result ahead, which shows in the range that the transaction read. */
    private static final class Query {
        private final Iterator<ByteString> results;
        private final List<QueryResultBytes> pending = new ArrayList<>();
        private int total;
        private boolean more;

        Query(Iterator<ByteString> results) {
            this.results = results;
        }

        boolean hasMore() {
            return more;
        }

        List<QueryResultBytes> batch() {
            more = false;
            while (total < TOTAL_QUERY_LIMIT && results.hasNext()) {
                QueryResultBytes result = result(results.next());
                total++;
                if (pending.size() == BATCH) {
                    List<QueryResultBytes> full = List.copyOf(pending);
                    pending.clear();
                    pending.add(result);
                    more = true;
                    return full;
                }
                pending.add(result);
            }
            List<QueryResultBytes> rest = List.copyOf(pending);
            pending.clear();
            return rest;
        }
    }
}
