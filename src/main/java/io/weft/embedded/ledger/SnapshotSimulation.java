package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BiFunction;
import org.hyperledger.fabric.protos.ledger.queryresult.KeyModification;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.RangeQueryInfo;

/**
 * A simulation on a view of the ledger.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/ledger/kvledger/txmgmt/txmgr/tx_simulator.go">
 *     Fabric's txSimulator</a>
 */
final class SnapshotSimulation implements Simulation {
    private final String txId;
    private final View view;
    private final State state;
    private final BiFunction<String, String, Iterator<KeyModification>> modifications;
    private final ReadWriteSet recorded = new ReadWriteSet();
    private final List<RecordedRange> ranges = new ArrayList<>();
    private boolean written;
    private boolean queriedPrivate;
    private boolean queriedPages;
    private boolean finished;
    private boolean closed;

    /** Takes over one use of the view. */
    SnapshotSimulation(String txId, View view, BiFunction<String, String, Iterator<KeyModification>> modifications) {
        this.txId = txId;
        this.view = view;
        this.state = new State(view);
        this.modifications = modifications;
    }

    @Override
    public Optional<byte[]> get(String namespace, String key) {
        return read(namespace, key).map(stored -> stored.value().toByteArray());
    }

    @Override
    public Map<String, byte[]> metadata(String namespace, String key) {
        return read(namespace, key).map(Stored::metadataByName).orElse(Map.of());
    }

    private Optional<Stored> read(String namespace, String key) {
        requireOpen();
        Optional<Stored> stored = state.get(Place.ofPublic(namespace, key));
        recorded.read(namespace, key, stored.map(Stored::version));
        return stored;
    }

    @Override
    public void put(String namespace, String key, byte[] value) {
        requireWritable();
        recorded.write(namespace, key, ByteString.copyFrom(value));
    }

    @Override
    public void delete(String namespace, String key) {
        requireWritable();
        recorded.write(namespace, key, ByteString.EMPTY);
    }

    @Override
    public void putMetadata(String namespace, String key, Map<String, byte[]> metadata) {
        requireWritable();
        recorded.writeMetadata(namespace, key, metadata);
    }

    @Override
    public Iterator<Entry> range(String namespace, String start, String end) {
        requireOpen();
        return open(namespace, start, end);
    }

    @Override
    public Page range(String namespace, String start, String end, int pageSize, String bookmark) {
        if (pageSize < 1) {
            throw new IllegalArgumentException("A page has at least 1 entry, not " + pageSize + ".");
        }
        requireOpen();
        if (written) {
            throw unsupported("Paginated queries are supported only in a read-only transaction");
        }
        queriedPages = true;
        RecordedRange range = open(namespace, bookmark.isEmpty() ? start : bookmark, end);
        List<Entry> entries = new ArrayList<>();
        while (entries.size() < pageSize && range.hasNext()) {
            entries.add(range.next());
        }
        return new Page(entries, range.following().orElse(""));
    }

    private RecordedRange open(String namespace, String start, String end) {
        RecordedRange range = new RecordedRange(namespace, start, end);
        ranges.add(range);
        return range;
    }

    @Override
    public Optional<byte[]> getPrivate(String namespace, String collection, String key) {
        requireOpen();
        Optional<Stored> stored = state.getPrivate(new Place(namespace, collection, ByteString.copyFromUtf8(key)));
        Optional<StateVersion> version = stored.map(Stored::version);
        Optional<StateVersion> known =
                state.get(hashed(namespace, collection, key)).map(Stored::version);
        if (!known.equals(version)) {
            throw new SimulationException("private data matching public hash version is not available. "
                    + "Public hash version = " + StateVersion.text(known) + ", Private data version = "
                    + StateVersion.text(version));
        }
        recorded.readHashed(namespace, collection, key, version);
        return stored.map(s -> s.value().toByteArray());
    }

    @Override
    public Optional<byte[]> privateHash(String namespace, String collection, String key) {
        return readHashed(namespace, collection, key)
                .map(stored -> stored.value().toByteArray());
    }

    @Override
    public Map<String, byte[]> privateMetadata(String namespace, String collection, String key) {
        return readHashed(namespace, collection, key)
                .map(Stored::metadataByName)
                .orElse(Map.of());
    }

    private Optional<Stored> readHashed(String namespace, String collection, String key) {
        requireOpen();
        Optional<Stored> stored = state.get(hashed(namespace, collection, key));
        recorded.readHashed(namespace, collection, key, stored.map(Stored::version));
        return stored;
    }

    private static Place hashed(String namespace, String collection, String key) {
        return new Place(namespace, collection, Sha256.of(key));
    }

    @Override
    public void putPrivate(String namespace, String collection, String key, byte[] value) {
        requireWritable();
        recorded.writePrivate(namespace, collection, key, ByteString.copyFrom(value), false);
    }

    @Override
    public void deletePrivate(String namespace, String collection, String key) {
        requireWritable();
        recorded.writePrivate(namespace, collection, key, ByteString.EMPTY, false);
    }

    @Override
    public void purgePrivate(String namespace, String collection, String key) {
        requireWritable();
        recorded.writePrivate(namespace, collection, key, ByteString.EMPTY, true);
    }

    @Override
    public void putPrivateMetadata(String namespace, String collection, String key, Map<String, byte[]> metadata) {
        requireWritable();
        recorded.writePrivateMetadata(namespace, collection, key, metadata);
    }

    @Override
    public Iterator<Entry> rangePrivate(String namespace, String collection, String start, String end) {
        requireOpen();
        if (written) {
            throw unsupported("Queries on pvt data is supported only in a read-only transaction");
        }
        queriedPrivate = true;
        Iterator<State.Item> items = state.rangePrivate(namespace, collection, start, end);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                requireOpen();
                return items.hasNext();
            }

            @Override
            public Entry next() {
                requireOpen();
                return items.next().entry();
            }
        };
    }

    @Override
    public Iterator<KeyModification> history(String namespace, String key) {
        requireOpen();
        return modifications.apply(namespace, key);
    }

    @Override
    public TxReadWriteSet publicWrites() {
        finish();
        return recorded.publicWrites();
    }

    @Override
    public TxPvtReadWriteSet privateWrites() {
        finish();
        return recorded.privateWrites();
    }

    private void finish() {
        if (!finished) {
            requireOpen();
            finished = true;
            ranges.forEach(RecordedRange::record);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            view.release();
        }
    }

    private void requireOpen() {
        if (closed || finished) {
            throw new IllegalStateException("this instance should not be used after calling Done()");
        }
    }

    private void requireWritable() {
        requireOpen();
        if (queriedPrivate) {
            throw unsupported("Transaction has already performed queries on pvt data. Writes are not allowed");
        }
        if (queriedPages) {
            throw unsupported("Transaction has already performed a paginated query. Writes are not allowed");
        }
        written = true;
    }

    /** Spelled as Fabric spells it: clients compare. */
    private SimulationException unsupported(String reason) {
        return new SimulationException("txid [" + txId + "]: unsuppored transaction. " + reason);
    }

    /** A range query of which is known how far it was read. */
    private final class RecordedRange implements Iterator<Entry> {
        private final String namespace;
        private final String end;
        private final Iterator<State.Item> items;
        private final RangeQueryInfo.Builder query;
        private final RangeReads reads = new RangeReads(RangeReads.DEGREE);

        RecordedRange(String namespace, String start, String end) {
            this.namespace = namespace;
            this.end = end;
            this.items = state.range(namespace, start, end);
            this.query = RangeQueryInfo.newBuilder().setStartKey(start);
        }

        @Override
        public boolean hasNext() {
            requireOpen();
            if (!items.hasNext()) {
                query.setItrExhausted(true).setEndKey(end);
            }
            return items.hasNext();
        }

        @Override
        public Entry next() {
            requireOpen();
            if (!items.hasNext()) {
                query.setItrExhausted(true).setEndKey(end);
                throw new NoSuchElementException("The range has no more keys.");
            }
            State.Item item = items.next();
            reads.add(KVRead.newBuilder()
                    .setKey(item.key())
                    .setVersion(item.stored().version().message())
                    .build());
            query.setEndKey(item.key());
            return item.entry();
        }

        /** The key that comes next, which does not count as read. */
        Optional<String> following() {
            return items.hasNext() ? Optional.of(items.next().key()) : Optional.empty();
        }

        void record() {
            reads.finish(query);
            recorded.range(namespace, query.build());
        }
    }
}
