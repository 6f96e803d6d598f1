package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataEntry;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWriteHash;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVReadHash;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWriteHash;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.QueryReadsMerkleSummary;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.RangeQueryInfo;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * Decides for the transactions of a block, one after the other, whether what they read still holds, and collects what
 * the valid ones write.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/ledger/kvledger/txmgmt/validation/validator.go">
 *     Fabric's validator</a>
 */
final class StateValidation {
    private final State state;
    private final NavigableMap<Place, Update> updates = new TreeMap<>();
    private final Map<Place, StateVersion> purges = new HashMap<>();

    StateValidation(State state) {
        this.state = state;
    }

    /** Public writes and hashes of private ones, in the order of the commit hash. */
    NavigableMap<Place, Update> updates() {
        return updates;
    }

    /** The hashes of private keys that valid transactions purged, with the last transaction that did. */
    Map<Place, StateVersion> purges() {
        return purges;
    }

    /** Validates the next transaction and, if it is valid, takes in its writes. */
    TxValidationCode add(List<BlockTransaction.Access> accesses, StateVersion version) {
        for (BlockTransaction.Access access : accesses) {
            TxValidationCode code = validate(access);
            if (code != TxValidationCode.VALID) {
                return code;
            }
        }
        apply(accesses, version);
        return TxValidationCode.VALID;
    }

    private TxValidationCode validate(BlockTransaction.Access access) {
        for (KVRead read : access.open().getReadsList()) {
            Place place = new Place(access.namespace(), Place.PUBLIC, read.getKeyBytes());
            if (!holds(place, read.hasVersion(), read.getVersion())) {
                return TxValidationCode.MVCC_READ_CONFLICT;
            }
        }
        for (RangeQueryInfo query : access.open().getRangeQueriesInfoList()) {
            if (!holds(access.namespace(), query)) {
                return TxValidationCode.PHANTOM_READ_CONFLICT;
            }
        }
        for (BlockTransaction.HashedAccess collection : access.collections()) {
            for (KVReadHash read : collection.hashes().getHashedReadsList()) {
                Place place = new Place(access.namespace(), collection.name(), read.getKeyHash());
                if (!holds(place, read.hasVersion(), read.getVersion())) {
                    return TxValidationCode.MVCC_READ_CONFLICT;
                }
            }
        }
        return TxValidationCode.VALID;
    }

    private boolean holds(Place place, boolean existed, Version version) {
        Optional<StateVersion> read = existed ? Optional.of(StateVersion.of(version)) : Optional.empty();
        return !updates.containsKey(place)
                && state.get(place).map(Stored::version).equals(read);
    }

    private boolean holds(String namespace, RangeQueryInfo query) {
        // A range that was not read to its end ends with the last key that was read.
        boolean withEnd = !query.getItrExhausted();
        Current current = new Current(namespace, query.getStartKey(), query.getEndKey(), withEnd);
        if (query.hasReadsMerkleHashes()) {
            QueryReadsMerkleSummary expected = query.getReadsMerkleHashes();
            RangeReads reads = new RangeReads(Math.max(2, expected.getMaxDegree()));
            while (current.hasNext()) {
                reads.add(current.next());
            }
            return reads.finish().equals(Optional.of(expected));
        }
        for (KVRead expected : query.getRawReads().getKvReadsList()) {
            if (!current.hasNext() || !current.next().equals(expected)) {
                return false;
            }
        }
        return !current.hasNext();
    }

    private void apply(List<BlockTransaction.Access> accesses, StateVersion version) {
        Map<Place, Operation> operations = new HashMap<>();
        for (BlockTransaction.Access access : accesses) {
            for (KVWrite write : access.open().getWritesList()) {
                operation(operations, new Place(access.namespace(), Place.PUBLIC, write.getKeyBytes()))
                        .write(write.getIsDelete() || write.getValue().isEmpty(), write.getValue());
            }
            for (KVMetadataWrite write : access.open().getMetadataWritesList()) {
                operation(operations, new Place(access.namespace(), Place.PUBLIC, write.getKeyBytes()))
                        .writeMetadata(write.getEntriesList());
            }
            for (BlockTransaction.HashedAccess collection : access.collections()) {
                for (KVWriteHash write : collection.hashes().getHashedWritesList()) {
                    Place place = new Place(access.namespace(), collection.name(), write.getKeyHash());
                    operation(operations, place).write(isDelete(write), write.getValueHash());
                    if (write.getIsPurge()) {
                        purges.put(place, version);
                    }
                }
                for (KVMetadataWriteHash write : collection.hashes().getMetadataWritesList()) {
                    operation(operations, new Place(access.namespace(), collection.name(), write.getKeyHash()))
                            .writeMetadata(write.getEntriesList());
                }
            }
        }
        operations.forEach((place, operation) ->
                operation.on(() -> latest(place), version).ifPresent(update -> updates.put(place, update)));
    }

    private static boolean isDelete(KVWriteHash write) {
        return write.getIsDelete()
                || write.getValueHash().isEmpty()
                || write.getValueHash().equals(Sha256.OF_NOTHING);
    }

    private static Operation operation(Map<Place, Operation> operations, Place place) {
        return operations.computeIfAbsent(place, none -> new Operation());
    }

    private Optional<Stored> latest(Place place) {
        Update update = updates.get(place);
        return update == null ? state.get(place) : update.stored();
    }

    /** What one transaction does to one key: what it leaves alone is taken from the latest state. */
    private static final class Operation {
        private boolean delete;
        private Optional<ByteString> value = Optional.empty();
        private Optional<ByteString> metadata = Optional.empty();

        void write(boolean isDelete, ByteString newValue) {
            if (isDelete) {
                delete = true;
            } else {
                value = Optional.of(newValue);
            }
        }

        void writeMetadata(List<KVMetadataEntry> entries) {
            metadata = Optional.of(
                    KVMetadataWrite.newBuilder().addAllEntries(entries).build().toByteString());
        }

        /** Empty if there is nothing to do: metadata for a key that does not exist. */
        Optional<Update> on(Supplier<Optional<Stored>> latest, StateVersion version) {
            if (delete) {
                return Optional.of(Update.delete(version));
            }
            if (value.isPresent() && metadata.isPresent()) {
                return Optional.of(Update.put(value.get(), metadata.get(), version));
            }
            Optional<Stored> before = latest.get();
            return value.or(() -> before.map(Stored::value))
                    .map(newValue -> Update.put(
                            newValue,
                            metadata.or(() -> before.map(Stored::metadata)).orElse(ByteString.EMPTY),
                            version));
        }
    }

    /** A range as it is after the valid transactions so far. */
    private final class Current implements Iterator<KVRead> {
        private final Iterator<State.Item> stored;
        private final Iterator<Map.Entry<Place, Update>> updated;
        private final Optional<Place> last;
        private Optional<State.Item> nextStored;
        private Optional<Map.Entry<Place, Update>> nextUpdated;
        private Optional<KVRead> next = Optional.empty();
        private boolean ended;

        Current(String namespace, String start, String end, boolean withEnd) {
            stored = state.range(namespace, start, end);
            NavigableMap<Place, Update> from = updates.tailMap(Place.ofPublic(namespace, start), true);
            updated = from.entrySet().iterator();
            last = withEnd ? Optional.of(Place.ofPublic(namespace, end)) : Optional.empty();
            this.namespace = namespace;
            this.end = end;
            nextStored = advanceStored();
            nextUpdated = advanceUpdated();
            advance();
        }

        private final String namespace;
        private final String end;

        private Optional<State.Item> advanceStored() {
            return stored.hasNext() ? Optional.of(stored.next()) : Optional.empty();
        }

        private Optional<Map.Entry<Place, Update>> advanceUpdated() {
            if (!updated.hasNext()) {
                return Optional.empty();
            }
            Map.Entry<Place, Update> entry = updated.next();
            Place place = entry.getKey();
            boolean within = place.isPublic()
                    && place.namespace().equals(namespace)
                    && (end.isEmpty() || place.compareTo(Place.ofPublic(namespace, end)) < 0);
            return within ? Optional.of(entry) : Optional.empty();
        }

        private void advance() {
            next = Optional.empty();
            while (next.isEmpty() && (nextStored.isPresent() || nextUpdated.isPresent())) {
                int order = order();
                if (order < 0) {
                    State.Item item = nextStored.orElseThrow();
                    next = Optional.of(read(item.key(), item.stored().version()));
                } else {
                    Map.Entry<Place, Update> entry = nextUpdated.orElseThrow();
                    String key = entry.getKey().key().toStringUtf8();
                    next = entry.getValue().stored().map(value -> read(key, value.version()));
                    nextUpdated = advanceUpdated();
                }
                if (order <= 0) {
                    nextStored = advanceStored();
                }
            }
            if (next.isEmpty() && !ended) {
                ended = true;
                next = last.flatMap(StateValidation.this::latest).map(value -> read(end, value.version()));
            }
        }

        private int order() {
            if (nextStored.isEmpty() || nextUpdated.isEmpty()) {
                return nextStored.isPresent() ? -1 : 1;
            }
            return Place.ofPublic(namespace, nextStored.get().key())
                    .compareTo(nextUpdated.get().getKey());
        }

        private static KVRead read(String key, StateVersion version) {
            return KVRead.newBuilder().setKey(key).setVersion(version.message()).build();
        }

        @Override
        public boolean hasNext() {
            return next.isPresent();
        }

        @Override
        public KVRead next() {
            KVRead result = next.orElseThrow();
            advance();
            return result;
        }
    }
}
