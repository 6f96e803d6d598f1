package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;

/**
 * The private data of a block's valid transactions, as far as it is there and is what the transactions have the hashes
 * of. A collection whose data does not have the right hash is as good as missing.
 */
final class PrivateWrites {
    private final SortedMap<StateVersion, TxPvtReadWriteSet> accepted = new TreeMap<>();
    private final NavigableMap<Place, Update> updates = new TreeMap<>();
    private final Set<Place> metadataWrites = new HashSet<>();

    /** What to keep, by the position of the transaction. */
    SortedMap<StateVersion, TxPvtReadWriteSet> accepted() {
        return accepted;
    }

    /** What happens to private keys. */
    NavigableMap<Place, Update> updates() {
        return updates;
    }

    /** Takes in what belongs to a valid transaction; transactions come in the order of the block. */
    void add(List<BlockTransaction.Access> accesses, TxPvtReadWriteSet data, StateVersion version) {
        Map<String, Map<String, ByteString>> hashes = new HashMap<>();
        for (BlockTransaction.Access access : accesses) {
            for (BlockTransaction.HashedAccess collection : access.collections()) {
                if (!collection.privateHash().isEmpty()) {
                    hashes.computeIfAbsent(access.namespace(), none -> new HashMap<>())
                            .put(collection.name(), collection.privateHash());
                }
            }
        }
        TxPvtReadWriteSet.Builder kept = data.toBuilder().clearNsPvtRwset();
        for (NsPvtReadWriteSet namespace : data.getNsPvtRwsetList()) {
            NsPvtReadWriteSet.Builder keptNamespace = namespace.toBuilder().clearCollectionPvtRwset();
            for (CollectionPvtReadWriteSet collection : namespace.getCollectionPvtRwsetList()) {
                ByteString expected =
                        hashes.getOrDefault(namespace.getNamespace(), Map.of()).get(collection.getCollectionName());
                Optional<KVRWSet> writes = Sha256.of(collection.getRwset()).equals(expected)
                        ? parse(collection.getRwset())
                        : Optional.empty();
                if (writes.isPresent()) {
                    keptNamespace.addCollectionPvtRwset(collection);
                    apply(namespace.getNamespace(), collection.getCollectionName(), writes.get(), version);
                }
            }
            if (keptNamespace.getCollectionPvtRwsetCount() > 0) {
                kept.addNsPvtRwset(keptNamespace);
            }
        }
        if (kept.getNsPvtRwsetCount() > 0) {
            accepted.put(version, kept.build());
        }
    }

    private static Optional<KVRWSet> parse(ByteString bytes) {
        try {
            return Optional.of(KVRWSet.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty(); // Endorsed, but nothing that could be applied.
        }
    }

    private void apply(String namespace, String collection, KVRWSet writes, StateVersion version) {
        for (KVWrite write : writes.getWritesList()) {
            boolean delete = write.getIsDelete() || write.getValue().isEmpty();
            updates.put(
                    new Place(namespace, collection, write.getKeyBytes()),
                    delete ? Update.delete(version) : Update.put(write.getValue(), ByteString.EMPTY, version));
        }
        for (KVMetadataWrite write : writes.getMetadataWritesList()) {
            metadataWrites.add(new Place(namespace, collection, write.getKeyBytes()));
        }
    }

    /**
     * Lets private values follow the versions of their hashes where a transaction changed metadata only.
     *
     * @param hashed what the block does to the hashes
     */
    void followMetadata(Map<Place, Update> hashed, State state) {
        for (Place place : metadataWrites) {
            Optional<Stored> hash = Optional.ofNullable(
                            hashed.get(new Place(place.namespace(), place.collection(), Sha256.of(place.key()))))
                    .flatMap(Update::stored);
            Update update = updates.get(place);
            Optional<Stored> value = update == null ? state.getPrivate(place) : update.stored();
            if (hash.isPresent()
                    && value.isPresent()
                    && Sha256.of(value.get().value()).equals(hash.get().value())) {
                updates.put(
                        place,
                        Update.put(
                                value.get().value(),
                                ByteString.EMPTY,
                                hash.get().version()));
            }
        }
    }
}
