package io.weft.embedded.ledger;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the channels of one node are stored. In a file they share one store. In memory each has its own: a write looks at
 * every map of its store, and a test run may have hundreds of channels. Safe for use by several threads.
 */
final class Stores implements AutoCloseable {
    private final Optional<Store> file;
    private final Map<String, Store> memory = new TreeMap<>();

    private Stores(Optional<Store> file) {
        this.file = file;
    }

    static Stores inFile(Store file) {
        return new Stores(Optional.of(file));
    }

    static Stores inMemory() {
        return new Stores(Optional.empty());
    }

    /** The store that holds all maps of the channel. */
    synchronized Store of(String channel) {
        return file.orElseGet(() -> memory.computeIfAbsent(channel, name -> Store.inMemory()));
    }

    /** What follows the prefix in the names of maps that were there before, sorted. */
    List<String> names(String prefix) {
        return file.map(store -> store.names(prefix)).orElse(List.of());
    }

    @Override
    public synchronized void close() {
        file.ifPresent(Store::close);
        memory.values().forEach(Store::close);
    }
}
