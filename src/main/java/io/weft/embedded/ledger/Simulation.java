package io.weft.embedded.ledger;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.protos.ledger.queryresult.KeyModification;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;

/**
 * What a transaction reads and would write, with the semantics of Fabric's {@code TxSimulator}: reads see the state
 * that was committed when the simulation began, never its own writes. For one thread at a time.
 */
public interface Simulation extends AutoCloseable {
    Optional<byte[]> get(String namespace, String key);

    /** An empty value deletes the key. */
    void put(String namespace, String key, byte[] value);

    void delete(String namespace, String key);

    /** The keys from {@code start} to before {@code end}, ascending by bytes; an empty end is no limit. */
    Iterator<Entry> range(String namespace, String start, String end);

    /** At most {@code pageSize} keys from the bookmark, or from {@code start} if that is empty. */
    Page range(String namespace, String start, String end, int pageSize, String bookmark);

    /** All metadata of a key; empty if it has none. */
    Map<String, byte[]> metadata(String namespace, String key);

    /** Replaces all metadata of a key. */
    void putMetadata(String namespace, String key, Map<String, byte[]> metadata);

    Optional<byte[]> getPrivate(String namespace, String collection, String key);

    /** SHA-256 of the private value, which each peer knows. */
    Optional<byte[]> privateHash(String namespace, String collection, String key);

    void putPrivate(String namespace, String collection, String key, byte[] value);

    void deletePrivate(String namespace, String collection, String key);

    /** Deletes the key and, once committed, all its former values. */
    void purgePrivate(String namespace, String collection, String key);

    Iterator<Entry> rangePrivate(String namespace, String collection, String start, String end);

    Map<String, byte[]> privateMetadata(String namespace, String collection, String key);

    void putPrivateMetadata(String namespace, String collection, String key, Map<String, byte[]> metadata);

    /** The committed modifications of a key, the newest first. */
    Iterator<KeyModification> history(String namespace, String key);

    /** What goes into the transaction. After this no more can be written. */
    TxReadWriteSet publicWrites();

    /** What only members of the collections may see; without namespaces if nothing private was written. */
    TxPvtReadWriteSet privateWrites();

    @Override
    void close();
}
