package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.h2.mvstore.MVMap;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;

/**
 * Keeps private data for as long as it may be kept: until a transaction purges a key, or the block to live of its
 * collection comes. Works on the ledger's map while a block is written to it.
 */
final class PrivateStore {
    private static final byte[] NOTHING = {};

    private final MVMap<byte[], byte[]> map;

    PrivateStore(MVMap<byte[], byte[]> map) {
        this.map = map;
    }

    static TxPvtReadWriteSet read(byte[] bytes) {
        try {
            return TxPvtReadWriteSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("Private data is not what was stored: " + e.getMessage(), e);
        }
    }

    private static byte[] dataKey(StateVersion position) {
        return Keys.join(Keys.privateData(position.block()), number(position.transaction()));
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /** Stores the data of one transaction and schedules its end. */
    void put(StateVersion position, TxPvtReadWriteSet data, BlockToLive blockToLive) {
        map.put(dataKey(position), data.toByteArray());
        for (NsPvtReadWriteSet namespace : data.getNsPvtRwsetList()) {
            for (CollectionPvtReadWriteSet collection : namespace.getCollectionPvtRwsetList()) {
                String name = collection.getCollectionName();
                for (KVWrite write : writes(collection).getWritesList()) {
                    Place hashed = new Place(namespace.getNamespace(), name, Sha256.of(write.getKeyBytes()));
                    map.put(
                            Keys.join(Keys.privateKey(hashed), Keys.position(position)),
                            write.getKeyBytes().toByteArray());
                }
                expiry(blockToLive, namespace.getNamespace(), name, position.block())
                        .ifPresent(block -> map.put(
                                Keys.join(
                                        Keys.expiringData(block),
                                        Keys.expiringCollection(position, namespace.getNamespace(), name)),
                                NOTHING));
            }
        }
    }

    private static KVRWSet writes(CollectionPvtReadWriteSet collection) {
        try {
            return KVRWSet.parseFrom(collection.getRwset());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("Private data is not what was stored: " + e.getMessage(), e);
        }
    }

    /** The first block at whose commit the data goes, as {@code pvtdatapolicy.ComputeExpiringBlock} has it. */
    private static Optional<Long> expiry(BlockToLive blockToLive, String namespace, String collection, long block) {
        long blocks = blockToLive.of(namespace, collection);
        // Anything beyond the largest number is for ever.
        return blocks <= 0 || block + blocks + 1 < 0 ? Optional.empty() : Optional.of(block + blocks + 1);
    }

    /** Schedules the end of keys that a block puts, of hashes as well as of private values where they are known. */
    void schedule(Map<Place, Update> hashed, Map<Place, Update> secret, BlockToLive blockToLive) {
        hashed.forEach((place, update) -> {
            if (!place.isPublic() && !update.isDelete()) {
                schedule(place, NOTHING, update.version(), blockToLive);
            }
        });
        secret.forEach((place, update) -> {
            if (!update.isDelete()) {
                Place hash = new Place(place.namespace(), place.collection(), Sha256.of(place.key()));
                schedule(hash, place.key().toByteArray(), update.version(), blockToLive);
            }
        });
    }

    private void schedule(Place hashed, byte[] key, StateVersion version, BlockToLive blockToLive) {
        expiry(blockToLive, hashed.namespace(), hashed.collection(), version.block())
                .ifPresent(block ->
                        map.put(Keys.join(Keys.expiringState(block), Keys.expiring(version.block(), hashed)), key));
    }

    /** Deletes what ends with this block unless it was written again since. */
    void expire(long block) {
        byte[] state = Keys.expiringState(block);
        for (byte[] scheduled : keys(state)) {
            ByteString key = ByteString.copyFrom(map.remove(scheduled));
            Keys.Reader reader = new Keys.Reader(scheduled, state.length);
            long committed = reader.number();
            Place hashed = new Place(reader.name(), reader.name(), reader.rest());
            removeIfFrom(committed, Keys.state(hashed));
            if (!key.isEmpty()) {
                removeIfFrom(committed, Keys.privateState(new Place(hashed.namespace(), hashed.collection(), key)));
            }
        }
        byte[] data = Keys.expiringData(block);
        for (byte[] scheduled : keys(data)) {
            map.remove(scheduled);
            Keys.Reader reader = new Keys.Reader(scheduled, data.length);
            StateVersion position = new StateVersion(reader.number(), reader.number());
            removeCollection(position, reader.name(), reader.name());
        }
    }

    private void removeIfFrom(long block, byte[] stateKey) {
        byte[] stored = map.get(stateKey);
        if (stored != null && Stored.read(stored).version().block() == block) {
            map.remove(stateKey);
        }
    }

    private void removeCollection(StateVersion position, String namespace, String collection) {
        rewrite(
                position,
                namespace,
                found -> found.getCollectionName().equals(collection)
                        ? forget(position, namespace, found)
                        : List.of(found));
    }

    private List<CollectionPvtReadWriteSet> forget(
            StateVersion position, String namespace, CollectionPvtReadWriteSet collection) {
        for (KVWrite write : writes(collection).getWritesList()) {
            Place hashed = new Place(namespace, collection.getCollectionName(), Sha256.of(write.getKeyBytes()));
            map.remove(Keys.join(Keys.privateKey(hashed), Keys.position(position)));
        }
        return List.of();
    }

    /** Deletes a private key and all its values up to the transaction that purged it. */
    void purge(Place hashed, StateVersion until, Map<Place, Update> secret) {
        byte[] prefix = Keys.privateKey(hashed);
        Optional<ByteString> privateKey = Optional.empty();
        for (byte[] found : keys(prefix)) {
            StateVersion position = Keys.positionAtEnd(found);
            ByteString key = ByteString.copyFrom(map.get(found));
            privateKey = Optional.of(key);
            if (position.compareTo(until) <= 0) {
                map.remove(found);
                rewrite(
                        position,
                        hashed.namespace(),
                        collection -> List.of(
                                collection.getCollectionName().equals(hashed.collection())
                                        ? without(collection, write -> write.getKeyBytes()
                                                .equals(key))
                                        : collection));
            }
        }
        privateKey.ifPresent(key -> {
            Place place = new Place(hashed.namespace(), hashed.collection(), key);
            Update update = secret.get(place);
            if (update == null || update.version().compareTo(until) < 0) {
                map.remove(Keys.privateState(place));
            }
        });
    }

    private static CollectionPvtReadWriteSet without(CollectionPvtReadWriteSet collection, Predicate<KVWrite> purged) {
        KVRWSet writes = writes(collection);
        return collection.toBuilder()
                .setRwset(writes.toBuilder()
                        .clearWrites()
                        .addAllWrites(writes.getWritesList().stream()
                                .filter(purged.negate())
                                .toList())
                        .build()
                        .toByteString())
                .build();
    }

    private void rewrite(
            StateVersion position,
            String namespace,
            Function<CollectionPvtReadWriteSet, List<CollectionPvtReadWriteSet>> change) {
        byte[] key = dataKey(position);
        byte[] stored = map.get(key);
        if (stored == null) {
            return;
        }
        TxPvtReadWriteSet.Builder result = read(stored).toBuilder();
        List<NsPvtReadWriteSet> namespaces = result.getNsPvtRwsetList();
        result.clearNsPvtRwset();
        for (NsPvtReadWriteSet found : namespaces) {
            NsPvtReadWriteSet.Builder kept = found.toBuilder();
            if (found.getNamespace().equals(namespace)) {
                kept.clearCollectionPvtRwset();
                found.getCollectionPvtRwsetList()
                        .forEach(collection -> kept.addAllCollectionPvtRwset(change.apply(collection)));
            }
            if (kept.getCollectionPvtRwsetCount() > 0) {
                result.addNsPvtRwset(kept);
            }
        }
        if (result.getNsPvtRwsetCount() > 0) {
            map.put(key, result.build().toByteArray());
        } else {
            map.remove(key);
        }
    }

    /** The keys that begin so, ascending. */
    private List<byte[]> keys(byte[] prefix) {
        List<byte[]> result = new ArrayList<>();
        View.each(map.cursor(prefix), prefix, (key, value) -> result.add(key));
        return result;
    }
}
