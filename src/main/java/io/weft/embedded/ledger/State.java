package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.h2.mvstore.Cursor;

/** The committed state in a view: public keys, hashes of private keys, private keys. */
final class State {
    private final View view;

    State(View view) {
        this.view = view;
    }

    /** A public key, or a private key by its hash. */
    Optional<Stored> get(Place place) {
        return Optional.ofNullable(view.get(Keys.state(place))).map(Stored::read);
    }

    Optional<Stored> getPrivate(Place place) {
        return Optional.ofNullable(view.get(Keys.privateState(place))).map(Stored::read);
    }

    /** Public keys from {@code start} to before {@code end}, ascending; an empty end is no limit. */
    Iterator<Item> range(String namespace, String start, String end) {
        return new Range(
                Keys.state(Place.ofPublic(namespace, "")).length,
                Keys.state(Place.ofPublic(namespace, start)),
                Keys.state(Place.ofPublic(namespace, end)),
                end.isEmpty());
    }

    /** The same for the private keys of a collection. */
    Iterator<Item> rangePrivate(String namespace, String collection, String start, String end) {
        return new Range(
                Keys.privateState(new Place(namespace, collection, ByteString.EMPTY)).length,
                Keys.privateState(new Place(namespace, collection, ByteString.copyFromUtf8(start))),
                Keys.privateState(new Place(namespace, collection, ByteString.copyFromUtf8(end))),
                end.isEmpty());
    }

    /** The transactions that wrote a public key, the newest first. */
    List<StateVersion> history(String namespace, String key) {
        byte[] prefix = Keys.history(namespace, key);
        List<StateVersion> result = new ArrayList<>();
        view.eachBeginning(prefix, (found, value) -> result.add(Keys.positionAtEnd(found)));
        Collections.reverse(result);
        return result;
    }

    /** A key of a range with what is stored for it. */
    record Item(String key, Stored stored) {
        Entry entry() {
            return new Entry(key, stored.value());
        }
    }

    private final class Range implements Iterator<Item> {
        private final int prefix;
        private final byte[] end;
        private final boolean endless;
        private final Cursor<byte[], byte[]> cursor;
        private Item next;

        Range(int prefix, byte[] start, byte[] end, boolean endless) {
            this.prefix = prefix;
            this.end = end;
            this.endless = endless;
            this.cursor = view.from(start);
            advance();
        }

        private void advance() {
            next = null;
            if (cursor.hasNext()) {
                byte[] key = cursor.next();
                boolean within = endless ? View.begins(key, end) : Bytes.TYPE.compare(key, end) < 0;
                if (within) {
                    next = new Item(
                            new String(key, prefix, key.length - prefix, StandardCharsets.UTF_8),
                            Stored.read(cursor.getValue()));
                }
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Item next() {
            if (next == null) {
                throw new NoSuchElementException("The range has no more keys.");
            }
            Item result = next;
            advance();
            return result;
        }
    }
}
