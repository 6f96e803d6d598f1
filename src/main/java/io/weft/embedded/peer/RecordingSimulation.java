package io.weft.embedded.peer;

import io.weft.embedded.ledger.Entry;
import io.weft.embedded.ledger.Page;
import io.weft.embedded.ledger.Simulation;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.ledger.queryresult.KeyModification;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;

/** Notes of which collections private values are read, which the read-write set does not tell. */
final class RecordingSimulation implements Simulation {
    /** A collection of a namespace. */
    record Collection(String namespace, String name) {}

    private final Simulation simulation;
    private final Set<Collection> privateReads = new LinkedHashSet<>();

    RecordingSimulation(Simulation simulation) {
        this.simulation = simulation;
    }

    Set<Collection> privateReads() {
        return Set.copyOf(privateReads);
    }

    @Override
    public Optional<byte[]> get(String namespace, String key) {
        return simulation.get(namespace, key);
    }

    @Override
    public void put(String namespace, String key, byte[] value) {
        simulation.put(namespace, key, value);
    }

    @Override
    public void delete(String namespace, String key) {
        simulation.delete(namespace, key);
    }

    @Override
    public Iterator<Entry> range(String namespace, String start, String end) {
        return simulation.range(namespace, start, end);
    }

    @Override
    public Page range(String namespace, String start, String end, int pageSize, String bookmark) {
        return simulation.range(namespace, start, end, pageSize, bookmark);
    }

    @Override
    public Map<String, byte[]> metadata(String namespace, String key) {
        return simulation.metadata(namespace, key);
    }

    @Override
    public void putMetadata(String namespace, String key, Map<String, byte[]> metadata) {
        simulation.putMetadata(namespace, key, metadata);
    }

    @Override
    public Optional<byte[]> getPrivate(String namespace, String collection, String key) {
        Optional<byte[]> value = simulation.getPrivate(namespace, collection, key);
        privateReads.add(new Collection(namespace, collection));
        return value;
    }

    @Override
    public Optional<byte[]> privateHash(String namespace, String collection, String key) {
        return simulation.privateHash(namespace, collection, key);
    }

    @Override
    public void putPrivate(String namespace, String collection, String key, byte[] value) {
        simulation.putPrivate(namespace, collection, key, value);
    }

    @Override
    public void deletePrivate(String namespace, String collection, String key) {
        simulation.deletePrivate(namespace, collection, key);
    }

    @Override
    public void purgePrivate(String namespace, String collection, String key) {
        simulation.purgePrivate(namespace, collection, key);
    }

    @Override
    public Iterator<Entry> rangePrivate(String namespace, String collection, String start, String end) {
        return simulation.rangePrivate(namespace, collection, start, end);
    }

    @Override
    public Map<String, byte[]> privateMetadata(String namespace, String collection, String key) {
        return simulation.privateMetadata(namespace, collection, key);
    }

    @Override
    public void putPrivateMetadata(String namespace, String collection, String key, Map<String, byte[]> metadata) {
        simulation.putPrivateMetadata(namespace, collection, key, metadata);
    }

    @Override
    public Iterator<KeyModification> history(String namespace, String key) {
        return simulation.history(namespace, key);
    }

    @Override
    public TxReadWriteSet publicWrites() {
        return simulation.publicWrites();
    }

    @Override
    public TxPvtReadWriteSet privateWrites() {
        return simulation.privateWrites();
    }

    @Override
    public void close() {
        simulation.close();
    }
}
