package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionHashedReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataEntry;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWriteHash;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVReadHash;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWriteHash;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.RangeQueryInfo;

/**
 * Collects what a transaction reads and writes and makes the bytes that peers endorse. Every peer has to come to the
 * same: namespaces, collections and keys go by their UTF-8 bytes, hashed keys by the keys they are hashes of, range
 * queries by when they began.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/ledger/kvledger/txmgmt/rwsetutil/rwset_builder.go">
 *     Fabric's RWSetBuilder</a>
 */
final class ReadWriteSet {
    private final SortedMap<String, Namespace> namespaces = new TreeMap<>(Utf8Order.INSTANCE);
    private final SortedMap<String, SortedMap<String, PrivateCollection>> privateNamespaces =
            new TreeMap<>(Utf8Order.INSTANCE);

    void read(String namespace, String key, Optional<StateVersion> version) {
        KVRead.Builder read = KVRead.newBuilder().setKey(key);
        version.ifPresent(v -> read.setVersion(v.message()));
        namespace(namespace).reads.put(key, read.build());
    }

    void write(String namespace, String key, ByteString value) {
        namespace(namespace).writes.put(key, kvWrite(key, value));
    }

    void writeMetadata(String namespace, String key, Map<String, byte[]> metadata) {
        namespace(namespace)
                .metadataWrites
                .put(
                        key,
                        KVMetadataWrite.newBuilder()
                                .setKey(key)
                                .addAllEntries(entries(metadata))
                                .build());
    }

    /** The same range once more, read as far, is recorded once. */
    void range(String namespace, RangeQueryInfo query) {
        namespace(namespace)
                .ranges
                .putIfAbsent(new RangeKey(query.getStartKey(), query.getEndKey(), query.getItrExhausted()), query);
    }

    void readHashed(String namespace, String collection, String key, Optional<StateVersion> version) {
        KVReadHash.Builder read = KVReadHash.newBuilder().setKeyHash(Sha256.of(key));
        version.ifPresent(v -> read.setVersion(v.message()));
        hashed(namespace, collection).reads.put(key, read.build());
    }

    void writePrivate(String namespace, String collection, String key, ByteString value, boolean purge) {
        KVWriteHash.Builder hash = KVWriteHash.newBuilder()
                .setKeyHash(Sha256.of(key))
                .setIsDelete(value.isEmpty())
                .setIsPurge(purge);
        if (!value.isEmpty()) {
            hash.setValueHash(Sha256.of(value));
        }
        hashed(namespace, collection).writes.put(key, hash.build());
        secret(namespace, collection).writes.put(key, kvWrite(key, value));
    }

    /** Metadata itself is public; members learn to which key it belongs. */
    void writePrivateMetadata(String namespace, String collection, String key, Map<String, byte[]> metadata) {
        hashed(namespace, collection)
                .metadataWrites
                .put(
                        key,
                        KVMetadataWriteHash.newBuilder()
                                .setKeyHash(Sha256.of(key))
                                .addAllEntries(entries(metadata))
                                .build());
        secret(namespace, collection)
                .metadataWrites
                .put(key, KVMetadataWrite.newBuilder().setKey(key).build());
    }

    TxPvtReadWriteSet privateWrites() {
        TxPvtReadWriteSet.Builder result = TxPvtReadWriteSet.newBuilder();
        privateNamespaces.forEach((namespace, collections) -> {
            NsPvtReadWriteSet.Builder part = result.addNsPvtRwsetBuilder().setNamespace(namespace);
            collections.forEach(
                    (collection, writes) -> part.addCollectionPvtRwset(CollectionPvtReadWriteSet.newBuilder()
                            .setCollectionName(collection)
                            .setRwset(writes.bytes())));
        });
        return result.build();
    }

    /** With the hashes of {@link #privateWrites()}. */
    TxReadWriteSet publicWrites() {
        TxReadWriteSet.Builder result = TxReadWriteSet.newBuilder();
        namespaces.forEach((name, namespace) -> {
            NsReadWriteSet.Builder part =
                    result.addNsRwsetBuilder().setNamespace(name).setRwset(namespace.bytes());
            namespace.collections.forEach((collection, hashed) -> {
                CollectionHashedReadWriteSet.Builder hashes = part.addCollectionHashedRwsetBuilder()
                        .setCollectionName(collection)
                        .setHashedRwset(hashed.bytes());
                PrivateCollection secret =
                        privateNamespaces.getOrDefault(name, new TreeMap<>()).get(collection);
                if (secret != null) {
                    hashes.setPvtRwsetHash(Sha256.of(secret.bytes()));
                }
            });
        });
        return result.build();
    }

    private static KVWrite kvWrite(String key, ByteString value) {
        return KVWrite.newBuilder()
                .setKey(key)
                .setIsDelete(value.isEmpty())
                .setValue(value)
                .build();
    }

    private static Iterable<KVMetadataEntry> entries(Map<String, byte[]> metadata) {
        return metadata.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Utf8Order.INSTANCE))
                .map(entry -> KVMetadataEntry.newBuilder()
                        .setName(entry.getKey())
                        .setValue(ByteString.copyFrom(entry.getValue()))
                        .build())
                .toList();
    }

    private Namespace namespace(String name) {
        return namespaces.computeIfAbsent(name, none -> new Namespace());
    }

    private HashedCollection hashed(String namespace, String collection) {
        return namespace(namespace).collections.computeIfAbsent(collection, none -> new HashedCollection());
    }

    private PrivateCollection secret(String namespace, String collection) {
        return privateNamespaces
                .computeIfAbsent(namespace, none -> new TreeMap<>(Utf8Order.INSTANCE))
                .computeIfAbsent(collection, none -> new PrivateCollection());
    }

    private record RangeKey(String start, String end, boolean exhausted) {}

    private static final class Namespace {
        private final SortedMap<String, KVRead> reads = new TreeMap<>(Utf8Order.INSTANCE);
        private final Map<RangeKey, RangeQueryInfo> ranges = new LinkedHashMap<>();
        private final SortedMap<String, KVWrite> writes = new TreeMap<>(Utf8Order.INSTANCE);
        private final SortedMap<String, KVMetadataWrite> metadataWrites = new TreeMap<>(Utf8Order.INSTANCE);
        private final SortedMap<String, HashedCollection> collections = new TreeMap<>(Utf8Order.INSTANCE);

        ByteString bytes() {
            return KVRWSet.newBuilder()
                    .addAllReads(reads.values())
                    .addAllRangeQueriesInfo(ranges.values())
                    .addAllWrites(writes.values())
                    .addAllMetadataWrites(metadataWrites.values())
                    .build()
                    .toByteString();
        }
    }

    private static final class HashedCollection {
        private final SortedMap<String, KVReadHash> reads = new TreeMap<>(Utf8Order.INSTANCE);
        private final SortedMap<String, KVWriteHash> writes = new TreeMap<>(Utf8Order.INSTANCE);
        private final SortedMap<String, KVMetadataWriteHash> metadataWrites = new TreeMap<>(Utf8Order.INSTANCE);

        ByteString bytes() {
            return HashedRWSet.newBuilder()
                    .addAllHashedReads(reads.values())
                    .addAllHashedWrites(writes.values())
                    .addAllMetadataWrites(metadataWrites.values())
                    .build()
                    .toByteString();
        }
    }

    private static final class PrivateCollection {
        private final SortedMap<String, KVWrite> writes = new TreeMap<>(Utf8Order.INSTANCE);
        private final SortedMap<String, KVMetadataWrite> metadataWrites = new TreeMap<>(Utf8Order.INSTANCE);

        ByteString bytes() {
            return KVRWSet.newBuilder()
                    .addAllWrites(writes.values())
                    .addAllMetadataWrites(metadataWrites.values())
                    .build()
                    .toByteString();
        }
    }
}
