package io.weft.embedded.ledger;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.RootReference;

/** The contents of a map as they were at one moment, for as long as somebody uses them. */
final class View {
    private final Store store;
    private final MVMap<byte[], byte[]> map;
    private final Optional<MVStore.TxCounter> version;
    private final RootReference<byte[], byte[]> root;
    private int users = 1;

    /** What is in the map now; nobody may write meanwhile. */
    View(Store store, MVMap<byte[], byte[]> map) {
        this.store = store;
        this.map = map;
        this.version = store.keepVersion();
        this.root = map.flushAndGetRoot();
    }

    /** Whether there is one user more, who has to {@link #release} it; not after the last has gone. */
    synchronized boolean use() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    void release() {
        synchronized (this) {
            users--;
            if (users > 0) {
                return;
            }
        }
        version.ifPresent(store::releaseVersion);
    }

    /** The value, or null. */
    byte[] get(byte[] key) {
        return map.get(root.root, key);
    }

    /** From the key on, upwards. */
    Cursor<byte[], byte[]> from(byte[] key) {
        return map.cursor(root, key, null, false);
    }

    /** Hands over all whose key begins so, in ascending order, until the visitor answers false. */
    void eachBeginning(byte[] prefix, BiPredicate<byte[], byte[]> visitor) {
        each(from(prefix), prefix, visitor);
    }

    static void each(Cursor<byte[], byte[]> cursor, byte[] prefix, BiPredicate<byte[], byte[]> visitor) {
        while (cursor.hasNext()) {
            byte[] key = cursor.next();
            if (!begins(key, prefix) || !visitor.test(key, cursor.getValue())) {
                return;
            }
        }
    }

    static boolean begins(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
