package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.h2.mvstore.MVMap;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.ledger.queryresult.KeyModification;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.peer.ProcessedTransaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * The ledger of one channel at one peer: blocks, state, private data, history. Safe for use by several threads; a
 * commit does not disturb simulations that are under way.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/ledger/kvledger/kv_ledger.go">Fabric's kvLedger</a>
 */
public final class ChannelLedger implements BlockSource {
    /** Where the state has the newest configuration, as a serialized {@code ConfigEnvelope}. */
    public static final String CONFIGURATION_KEY = "CHANNEL_CONFIG_ENV_BYTES";
    /** The namespace of {@link #CONFIGURATION_KEY}. */
    public static final String CONFIGURATION_NAMESPACE = "";

    private static final int METADATA_ENTRIES = 5;
    private static final byte[] NOTHING = {};
    /** The codes that stand for checks after the one for a duplicate ID, so that a duplicate comes first. */
    private static final Set<TxValidationCode> AFTER_DUPLICATES = EnumSet.of(
            TxValidationCode.VALID,
            TxValidationCode.BAD_HEADER_EXTENSION,
            TxValidationCode.BAD_RESPONSE_PAYLOAD,
            TxValidationCode.BAD_RWSET,
            TxValidationCode.INVALID_CHAINCODE,
            TxValidationCode.ILLEGAL_WRITESET,
            TxValidationCode.ENDORSEMENT_POLICY_FAILURE);

    private final String channel;
    private final Store store;
    private final MVMap<byte[], byte[]> map;
    private final Blocks blocks;
    private final Object committing = new Object();
    private volatile View view;

    ChannelLedger(String channel, Store store, MVMap<Long, byte[]> numbered, MVMap<byte[], byte[]> map) {
        this.channel = channel;
        this.store = store;
        this.map = map;
        this.blocks = new Blocks(channel, numbered, map);
        this.view = new View(store, map);
    }

    public String channel() {
        return channel;
    }

    @Override
    public long height() {
        return blocks.height();
    }

    /** A block as committed: with its validation codes and commit hash. */
    @Override
    public Block block(long number) {
        return blocks.get(number);
    }

    @Override
    public Registration onHeight(LongConsumer newHeight) {
        return blocks.onHeight(newHeight);
    }

    /** The block whose header has this hash. */
    public Optional<Block> blockByHash(ByteString headerHash) {
        return blocks.byHash(headerHash);
    }

    /** The block with the first transaction of this ID, valid or not. */
    public Optional<Block> blockByTransaction(String txId) {
        return committed(txId).map(found -> blocks.get(found.position().block()));
    }

    /** The first transaction of this ID, valid or not. */
    public Optional<ProcessedTransaction> transaction(String txId) {
        return committed(txId).map(found -> ProcessedTransaction.newBuilder()
                .setTransactionEnvelope(envelope(found.position()))
                .setValidationCode(found.code().getNumber())
                .build());
    }

    private Envelope envelope(StateVersion position) {
        try {
            return Envelope.parseFrom(blocks.get(position.block()).getData().getData((int) position.transaction()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "Transaction " + position + " of channel `" + channel + "` is no envelope: " + e.getMessage(), e);
        }
    }

    /** The code of the first transaction of this ID; empty if there is none. */
    public Optional<TxValidationCode> code(String txId) {
        return committed(txId).map(Committed::code);
    }

    /** The number of the block that has the first transaction of this ID. */
    public Optional<Long> blockNumber(String txId) {
        return committed(txId).map(found -> found.position().block());
    }

    private record Committed(StateVersion position, TxValidationCode code) {}

    private Optional<Committed> committed(String txId) {
        return read(now -> Optional.ofNullable(now.get(Keys.transaction(txId))))
                .map(ByteBuffer::wrap)
                .map(found -> new Committed(
                        new StateVersion(found.getLong(), found.getLong()),
                        TxValidationCode.forNumber(Byte.toUnsignedInt(found.get()))));
    }

    /** Height and the hashes of the newest header and the one before. */
    public BlockchainInfo info() {
        return blocks.info();
    }

    /**
     * A consistent snapshot of the committed state for one transaction. It costs little, but has to be closed.
     *
     * @param txId for the messages of refusals
     */
    public Simulation simulate(String txId) {
        View now = use();
        return new SnapshotSimulation(txId, now, (namespace, key) -> history(now, namespace, key));
    }

    /** The committed value of a public key. */
    public Optional<byte[]> state(String namespace, String key) {
        return read(now -> new State(now).get(Place.ofPublic(namespace, key)))
                .map(stored -> stored.value().toByteArray());
    }

    /** The committed public keys from {@code from} to before {@code to}, ascending; an empty end is no limit. */
    public List<Entry> range(String namespace, String from, String to) {
        return read(now -> {
            List<Entry> result = new ArrayList<>();
            new State(now).range(namespace, from, to).forEachRemaining(item -> result.add(item.entry()));
            return result;
        });
    }

    /** One entry of the committed metadata of a public key. */
    public Optional<byte[]> metadata(String namespace, String key, String name) {
        return metadata(Place.ofPublic(namespace, key), name);
    }

    /** One entry of the committed metadata of a private key, which is known by its SHA-256 hash. */
    public Optional<byte[]> privateMetadata(String namespace, String collection, ByteString keyHash, String name) {
        return metadata(new Place(namespace, collection, keyHash), name);
    }

    private Optional<byte[]> metadata(Place place, String name) {
        return read(now -> new State(now).get(place))
                .map(stored -> stored.metadataByName().get(name));
    }

    /** The committed value of a private key, if this peer has it. */
    public Optional<byte[]> privateState(String namespace, String collection, String key) {
        return read(now -> new State(now).getPrivate(new Place(namespace, collection, ByteString.copyFromUtf8(key))))
                .map(stored -> stored.value().toByteArray());
    }

    /** SHA-256 of the committed value of a private key, by SHA-256 of the key. */
    public Optional<byte[]> privateHash(String namespace, String collection, ByteString keyHash) {
        return read(now -> new State(now).get(new Place(namespace, collection, keyHash)))
                .map(stored -> stored.value().toByteArray());
    }

    /** The private data of a block's transactions that this peer has and may keep, by position in the block. */
    public SortedMap<Integer, TxPvtReadWriteSet> privateData(long block) {
        byte[] prefix = Keys.privateData(block);
        return read(now -> {
            SortedMap<Integer, TxPvtReadWriteSet> result = new TreeMap<>();
            now.eachBeginning(prefix, (key, value) -> {
                long transaction = new Keys.Reader(key, prefix.length).number();
                result.put((int) transaction, PrivateStore.read(value));
                return true;
            });
            return result;
        });
    }

    private Iterator<KeyModification> history(View now, String namespace, String key) {
        Iterator<StateVersion> positions =
                new State(now).history(namespace, key).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return positions.hasNext();
            }

            @Override
            public KeyModification next() {
                return modification(positions.next(), namespace, key);
            }
        };
    }

    private KeyModification modification(StateVersion position, String namespace, String key) {
        Block block = blocks.get(position.block());
        BlockTransaction transaction = BlockTransaction.read(block.getData().getData((int) position.transaction()));
        for (BlockTransaction.Access access : accesses(transaction, position)) {
            for (KVWrite write : access.open().getWritesList()) {
                if (access.namespace().equals(namespace) && write.getKey().equals(key)) {
                    return KeyModification.newBuilder()
                            .setTxId(transaction.txId())
                            .setValue(write.getValue())
                            .setTimestamp(transaction.timestamp())
                            .setIsDelete(write.getIsDelete() || write.getValue().isEmpty())
                            .build();
                }
            }
        }
        throw new IllegalStateException("no namespace or key is found for namespace " + namespace + " and key " + key
                + " with decoded blockNum " + position.block() + " and tranNum " + position.transaction());
    }

    private List<BlockTransaction.Access> accesses(BlockTransaction transaction, StateVersion position) {
        try {
            return BlockTransaction.Access.read(transaction.results());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "Transaction " + position + " of channel `" + channel + "` has no read-write set: "
                            + e.getMessage(),
                    e);
        }
    }

    private View use() {
        View now = view;
        while (!now.use()) { // A commit has just replaced it.
            now = view;
        }
        return now;
    }

    private <T> T read(Function<View, T> reader) {
        View now = use();
        try {
            return reader.apply(now);
        } finally {
            now.release();
        }
    }

    /** As the other, for collections whose data lives for ever. */
    public List<TxValidationCode> commit(
            Block block, List<TxValidationCode> codes, Map<String, TxPvtReadWriteSet> privateDataByTxId) {
        return commit(block, codes, privateDataByTxId, BlockToLive.UNLIMITED);
    }

    /**
     * Validates the transactions of the next block against the state, writes down its codes and commit hash, and
     * saves the block with all that follows from it, at once. Listeners are told before this returns.
     *
     * @param codes for each transaction {@code VALID} if it is signed and endorsed rightly, else what is wrong with it
     * @param privateDataByTxId what this peer has and may have of the transactions' private data; what does not have
     *     the hash that the transaction says is left out
     * @return the final codes
     * @throws IllegalArgumentException if this is not the next block, or the codes are not as many as transactions
     */
    public List<TxValidationCode> commit(
            Block block,
            List<TxValidationCode> codes,
            Map<String, TxPvtReadWriteSet> privateDataByTxId,
            BlockToLive blockToLive) {
        synchronized (committing) {
            List<TxValidationCode> result = append(block, codes, privateDataByTxId, blockToLive);
            blocks.tellHeight();
            return result;
        }
    }

    /** Commits block 0. */
    void begin(Block genesis) {
        append(genesis, List.of(TxValidationCode.VALID), Map.of(), BlockToLive.UNLIMITED);
    }

    private List<TxValidationCode> append(
            Block block,
            List<TxValidationCode> codes,
            Map<String, TxPvtReadWriteSet> privateDataByTxId,
            BlockToLive blockToLive) {
        blocks.requireNext(block);
        int count = block.getData().getDataCount();
        if (codes.size() != count) {
            throw new IllegalArgumentException("Block " + block.getHeader().getNumber() + " has " + count
                    + " transactions, but there are " + codes.size() + " codes.");
        }
        List<BlockTransaction> transactions = block.getData().getDataList().stream()
                .map(BlockTransaction::read)
                .toList();
        List<TxValidationCode> result = new ArrayList<>(codes);
        markDuplicates(transactions, result);
        BlockWrites writes = validate(block.getHeader().getNumber(), transactions, result, privateDataByTxId);
        Block committed = withResults(block, result, writes.state().updates());
        store.write(() -> write(committed, transactions, result, writes, blockToLive));
        View before = view;
        view = new View(store, map);
        before.release();
        blocks.show(committed);
        return List.copyOf(result);
    }

    private void markDuplicates(List<BlockTransaction> transactions, List<TxValidationCode> codes) {
        Set<String> valid = new HashSet<>();
        for (int i = 0; i < codes.size(); i++) {
            BlockTransaction transaction = transactions.get(i);
            boolean known = transaction.type() == HeaderType.ENDORSER_TRANSACTION
                    && AFTER_DUPLICATES.contains(codes.get(i))
                    && committed(transaction.txId()).isPresent();
            if (known) {
                codes.set(i, TxValidationCode.DUPLICATE_TXID);
            } else if (codes.get(i) == TxValidationCode.VALID
                    && !transaction.txId().isEmpty()
                    && !valid.add(transaction.txId())) {
                codes.set(i, TxValidationCode.DUPLICATE_TXID);
            }
        }
    }

    /** All that a block changes. */
    private record BlockWrites(
            StateValidation state, PrivateWrites secret, Map<Integer, List<BlockTransaction.Access>> endorsed) {}

    private BlockWrites validate(
            long number,
            List<BlockTransaction> transactions,
            List<TxValidationCode> codes,
            Map<String, TxPvtReadWriteSet> privateDataByTxId) {
        return read(now -> {
            State state = new State(now);
            StateValidation validation = new StateValidation(state);
            PrivateWrites secret = new PrivateWrites();
            Map<Integer, List<BlockTransaction.Access>> endorsed = new TreeMap<>();
            for (int i = 0; i < codes.size(); i++) {
                if (codes.get(i) != TxValidationCode.VALID) {
                    continue;
                }
                BlockTransaction transaction = transactions.get(i);
                StateVersion version = new StateVersion(number, i);
                if (transaction.type() == HeaderType.CONFIG) {
                    validation
                            .updates()
                            .put(
                                    Place.ofPublic(CONFIGURATION_NAMESPACE, CONFIGURATION_KEY),
                                    Update.put(transaction.data(), ByteString.EMPTY, version));
                } else if (transaction.type() == HeaderType.ENDORSER_TRANSACTION) {
                    codes.set(i, validate(i, transaction, version, validation, endorsed));
                    TxPvtReadWriteSet data = privateDataByTxId.get(transaction.txId());
                    if (codes.get(i) == TxValidationCode.VALID && data != null) {
                        secret.add(endorsed.get(i), data, version);
                    }
                }
            }
            secret.followMetadata(validation.updates(), state);
            return new BlockWrites(validation, secret, endorsed);
        });
    }

    private static TxValidationCode validate(
            int index,
            BlockTransaction transaction,
            StateVersion version,
            StateValidation validation,
            Map<Integer, List<BlockTransaction.Access>> endorsed) {
        ByteString results;
        try {
            results = transaction.results();
        } catch (InvalidProtocolBufferException e) {
            return TxValidationCode.NIL_TXACTION;
        }
        List<BlockTransaction.Access> accesses;
        try {
            accesses = BlockTransaction.Access.read(results);
        } catch (InvalidProtocolBufferException e) {
            return TxValidationCode.INVALID_OTHER_REASON;
        }
        TxValidationCode code = validation.add(accesses, version);
        if (code == TxValidationCode.VALID) {
            endorsed.put(index, accesses);
        }
        return code;
    }

    private Block withResults(Block block, List<TxValidationCode> codes, SortedMap<Place, Update> updates) {
        BlockMetadata.Builder metadata = block.getMetadata().toBuilder();
        while (metadata.getMetadataCount() < METADATA_ENTRIES) {
            metadata.addMetadata(ByteString.EMPTY);
        }
        ByteString filter = CommitHash.codes(codes);
        metadata.setMetadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE, filter);
        if (block.getHeader().getNumber() > 0) {
            ByteString previous = blocks.newest().map(CommitHash::in).orElse(ByteString.EMPTY);
            metadata.setMetadata(
                    BlockMetadataIndex.COMMIT_HASH_VALUE,
                    Metadata.newBuilder()
                            .setValue(CommitHash.of(filter, updates, previous))
                            .build()
                            .toByteString());
        }
        return block.toBuilder().setMetadata(metadata).build();
    }

    private void write(
            Block block,
            List<BlockTransaction> transactions,
            List<TxValidationCode> codes,
            BlockWrites writes,
            BlockToLive blockToLive) {
        long number = block.getHeader().getNumber();
        blocks.put(block);
        for (int i = 0; i < codes.size(); i++) {
            map.putIfAbsent(
                    Keys.transaction(transactions.get(i).txId()),
                    Keys.join(
                            Keys.position(new StateVersion(number, i)),
                            new byte[] {(byte) codes.get(i).getNumber()}));
        }
        writes.endorsed().forEach((index, accesses) -> writeHistory(new StateVersion(number, index), accesses));
        writes.state().updates().forEach((place, update) -> put(Keys.state(place), update));
        writes.secret().updates().forEach((place, update) -> put(Keys.privateState(place), update));
        PrivateStore privateStore = new PrivateStore(map);
        writes.secret().accepted().forEach((position, data) -> privateStore.put(position, data, blockToLive));
        privateStore.schedule(writes.state().updates(), writes.secret().updates(), blockToLive);
        writes.state()
                .purges()
                .forEach((place, until) ->
                        privateStore.purge(place, until, writes.secret().updates()));
        privateStore.expire(number);
    }

    private void writeHistory(StateVersion position, List<BlockTransaction.Access> accesses) {
        for (BlockTransaction.Access access : accesses) {
            for (KVWrite write : access.open().getWritesList()) {
                map.put(Keys.join(Keys.history(access.namespace(), write.getKey()), Keys.position(position)), NOTHING);
            }
        }
    }

    private void put(byte[] key, Update update) {
        if (update.isDelete()) {
            map.remove(key);
        } else {
            map.put(key, update.stored().orElseThrow().bytes());
        }
    }
}
