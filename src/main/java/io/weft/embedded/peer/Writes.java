package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionHashedReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWriteHash;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWriteHash;

/**
 * What a transaction touches in one namespace.
 *
 * @param keys the public keys and private key hashes that it writes, values and metadata alike
 * @param metadataKeys those of them whose metadata it writes
 * @param collections the collections it reads or writes
 */
record Writes(String namespace, List<Key> keys, List<Key> metadataKeys, List<Collection> collections) {
    /**
     * A key of a namespace.
     *
     * @param collection empty for a public key
     * @param key UTF-8 of a public key, SHA-256 of a private one
     */
    record Key(String namespace, String collection, ByteString key) {}

    /**
     * A collection in a transaction.
     *
     * @param hash SHA-256 of the private writes; empty if nothing is written
     */
    record Collection(String name, ByteString hash, boolean isWritten) {}

    boolean isEmpty() {
        return keys.isEmpty();
    }

    static List<Writes> of(TxReadWriteSet set) throws InvalidProtocolBufferException {
        List<Writes> result = new ArrayList<>();
        for (NsReadWriteSet namespace : set.getNsRwsetList()) {
            result.add(of(namespace));
        }
        return List.copyOf(result);
    }

    private static Writes of(NsReadWriteSet set) throws InvalidProtocolBufferException {
        String namespace = set.getNamespace();
        List<Key> values = new ArrayList<>();
        List<Key> metadata = new ArrayList<>();
        List<Collection> collections = new ArrayList<>();
        KVRWSet keys = KVRWSet.parseFrom(set.getRwset());
        keys.getWritesList().forEach(write -> values.add(new Key(namespace, "", write.getKeyBytes())));
        keys.getMetadataWritesList().forEach(write -> metadata.add(new Key(namespace, "", write.getKeyBytes())));
        for (CollectionHashedReadWriteSet collection : set.getCollectionHashedRwsetList()) {
            HashedRWSet hashes = HashedRWSet.parseFrom(collection.getHashedRwset());
            String name = collection.getCollectionName();
            for (KVWriteHash write : hashes.getHashedWritesList()) {
                values.add(new Key(namespace, name, write.getKeyHash()));
            }
            for (KVMetadataWriteHash write : hashes.getMetadataWritesList()) {
                metadata.add(new Key(namespace, name, write.getKeyHash()));
            }
            collections.add(new Collection(
                    name,
                    collection.getPvtRwsetHash(),
                    hashes.getHashedWritesCount() > 0 || hashes.getMetadataWritesCount() > 0));
        }
        List<Key> all = new ArrayList<>(values);
        all.addAll(metadata);
        return new Writes(namespace, List.copyOf(all), List.copyOf(metadata), List.copyOf(collections));
    }
}
