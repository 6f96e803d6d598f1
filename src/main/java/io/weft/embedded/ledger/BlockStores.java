package io.weft.embedded.ledger;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The block stores of one ordering node, by channel. Safe for use by several threads. */
public final class BlockStores {
    private static final String BLOCKS = "ordering.blocks/";
    private static final String INDEX = "ordering.index/";

    private final Stores stores;
    private final Map<String, BlockStore> open = new TreeMap<>();

    BlockStores(Stores stores) {
        this.stores = stores;
        stores.names(BLOCKS).forEach(channel -> open.put(channel, open(channel)));
    }

    private BlockStore open(String channel) {
        Store store = stores.of(channel);
        return new BlockStore(store, new Blocks(channel, store.numbered(BLOCKS + channel), store.map(INDEX + channel)));
    }

    /**
     * A new empty one. The first block appended has number 0.
     *
     * @throws IllegalStateException if there is one already
     */
    public synchronized BlockStore create(String channel) {
        if (open.containsKey(channel)) {
            throw new IllegalStateException("There are blocks of channel `" + channel + "` already.");
        }
        stores.of(channel).write(() -> open.put(channel, open(channel)));
        return open.get(channel);
    }

    public synchronized Optional<BlockStore> find(String channel) {
        return Optional.ofNullable(open.get(channel));
    }

    /** The names of all channels, sorted. */
    public synchronized List<String> channels() {
        return List.copyOf(open.keySet());
    }

    /** Deletes the channel's blocks, if there are any. Its block store must not be used any more. */
    public synchronized void remove(String channel) {
        if (open.remove(channel) != null) {
            Store store = stores.of(channel);
            store.write(() -> {
                store.remove(BLOCKS + channel);
                store.remove(INDEX + channel);
            });
        }
    }
}
