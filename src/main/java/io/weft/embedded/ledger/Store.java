package io.weft.embedded.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.LongDataType;

/**
 * The file of one node, or its memory. Nothing is saved on its own: a file holds the state after some call of
 * {@link #write}, never one in between.
 */
final class Store implements AutoCloseable {
    /** Space of old versions is used again after so long: enough for a copy of the file that is being taken. */
    private static final int RETENTION_MILLIS = 5_000;

    /** Each write rewrites the pages it touches: small pages keep the file small. */
    private static final int PAGE_BYTES = 4096;
    /** How often old pages are cleared away, and how much may be moved for it. */
    private static final int WRITES_TO_COMPACTION = 64;

    private static final int COMPACTION_BYTES = 4 << 20;
    private static final int FILL_PERCENT = 60;

    private final MVStore store;
    private final ReentrantLock writing = new ReentrantLock();
    private long writes;

    private Store(MVStore store) {
        this.store = store;
        store.setVersionsToKeep(0);
        store.setRetentionTime(RETENTION_MILLIS);
    }

    static Store open(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return new Store(new MVStore.Builder()
                    .fileName(UninterruptedFile.name(file))
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .pageSplitSize(PAGE_BYTES)
                    .open());
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of `" + file + "` cannot be made: " + e.getMessage(), e);
        } catch (MVStoreException e) {
            throw new UncheckedIOException(
                    e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED
                            ? "The ledgers in `" + file + "` are in use by another process or node."
                            : "The ledgers in `" + file + "` cannot be read: " + e.getMessage(),
                    new IOException(e));
        }
    }

    static Store inMemory() {
        return new Store(new MVStore.Builder()
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .open());
    }

    /** The map of that name; a new one is saved with the next {@link #write}. */
    MVMap<byte[], byte[]> map(String name) {
        return store.openMap(
                name, new MVMap.Builder<byte[], byte[]>().keyType(Bytes.TYPE).valueType(Bytes.TYPE));
    }

    MVMap<Long, byte[]> numbered(String name) {
        return store.openMap(
                name,
                new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE).valueType(Bytes.TYPE));
    }

    boolean has(String name) {
        return store.hasMap(name);
    }

    /** What follows the prefix in the names of maps, sorted. */
    List<String> names(String prefix) {
        return store.getMapNames().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .sorted()
                .toList();
    }

    /** Makes all the changes or, if there is an exception, none; saved when this returns. */
    void write(Runnable changes) {
        writing.lock();
        try {
            changes.run();
            store.commit();
            writes++;
            if (writes % WRITES_TO_COMPACTION == 0) {
                store.compact(FILL_PERCENT, COMPACTION_BYTES);
            }
        } catch (RuntimeException e) {
            if (!store.isClosed()) {
                store.rollback();
            }
            throw e;
        } finally {
            writing.unlock();
        }
    }

    /** Opens maps and has them filled in one {@link #write}; afterwards nothing of it remains if it fails. */
    <T> T create(Supplier<T> opening, Consumer<T> filling) {
        writing.lock();
        try {
            T created = opening.get();
            filling.accept(created);
            return created;
        } catch (RuntimeException e) {
            if (!store.isClosed()) {
                store.rollback();
            }
            throw e;
        } finally {
            writing.unlock();
        }
    }

    void remove(String name) {
        if (store.hasMap(name)) {
            store.removeMap(name);
        }
    }

    /** Keeps what is in the file now until it is released; in memory whoever has it keeps it, and nothing is to be done. */
    Optional<MVStore.TxCounter> keepVersion() {
        return store.getFileStore() == null ? Optional.empty() : Optional.of(store.registerVersionUsage());
    }

    void releaseVersion(MVStore.TxCounter version) {
        if (!store.isClosed()) {
            store.deregisterVersionUsage(version);
        }
    }

    @Override
    public void close() {
        writing.lock();
        try {
            // Each write has been committed; what a close of MVStore's own would do beyond that is compaction.
            store.closeImmediately();
        } finally {
            writing.unlock();
        }
    }
}
