package io.weft.embedded.ledger;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.protos.ledger.queryresult.KeyModification;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;

/**
 * What a transaction reads and would write, with the semantics of Fabric's {@code TxSimulator}: reads see the state
 * that was committed when the simulation began, never its own writes; all but history are recorded. For one thread at
 * a time. Whether a collection exists and who may read it is for the caller to check.
 *
 * <p>Writes throw {@link SimulationException} after a query on private data or a query by pages, and such queries
 * throw it after a write.
 */
public interface Simulation extends AutoCloseable {
    Optional<byte[]> get(String namespace, String key);

    /** An empty value deletes the key. */
    void put(String namespace, String key, byte[] value);

    void delete(String namespace, String key);

    /**
     * The keys from {@code start} to before {@code end}, ascending by their UTF-8 bytes; an empty end is no limit. An
     * entry counts as read when {@link Iterator#next()} hands it over, and the range as read to its end when {@link
     * Iterator#hasNext()} answers false. So a reader who wants no more must not ask whether there is more.
     */
    Iterator<Entry> range(String namespace, String start, String end);

    /**
     * At most {@code pageSize} keys from the bookmark, or from {@code start} if that is empty.
     *
     * @param pageSize at least 1
     */
    Page range(String namespace, String start, String end, int pageSize, String bookmark);

    /** All metadata of a key by name; empty if it has none. */
    Map<String, byte[]> metadata(String namespace, String key);

    /** Replaces all metadata of a key; nothing happens at commit if there is no such key then. */
    void putMetadata(String namespace, String key, Map<String, byte[]> metadata);

    /**
     * A private value.
     *
     * @throws SimulationException if this peer does not have the value whose hash is in the state
     */
    Optional<byte[]> getPrivate(String namespace, String collection, String key);

    /** SHA-256 of the private value, which each peer knows. */
    Optional<byte[]> privateHash(String namespace, String collection, String key);

    void putPrivate(String namespace, String collection, String key, byte[] value);

    void deletePrivate(String namespace, String collection, String key);

    /** Deletes the key and, once committed, all its former values. */
    void purgePrivate(String namespace, String collection, String key);

    /** As {@link #range(String, String, String)}, but nothing is recorded; for transactions without writes. */
    Iterator<Entry> rangePrivate(String namespace, String collection, String start, String end);

    Map<String, byte[]> privateMetadata(String namespace, String collection, String key);

    void putPrivateMetadata(String namespace, String collection, String key, Map<String, byte[]> metadata);

    /** The modifications of a key by valid transactions, the newest first. */
    Iterator<KeyModification> history(String namespace, String key);

    /** What goes into the transaction. After this nothing can be written or read. */
    TxReadWriteSet publicWrites();

    /** What only members of the collections may see; without namespaces if nothing private was written. */
    TxPvtReadWriteSet privateWrites();

    /** Lets go of the state. More than once does no harm. */
    @Override
    void close();
}
