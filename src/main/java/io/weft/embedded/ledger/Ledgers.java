package io.weft.embedded.ledger;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.Block;

/**
 * The ledgers of one node: in one file that only this process may use, or in memory. What was committed before a
 * process was killed is there when the folder is opened again. Safe for use by several threads.
 */
public final class Ledgers implements AutoCloseable {
    /** The file in the node's folder. */
    static final String FILE = "ledgers.mv";

    private static final String BLOCKS = "ledger.blocks/";
    private static final String DATA = "ledger.data/";

    private final Stores stores;
    private final BlockStores blockStores;
    private final Map<String, ChannelLedger> open = new TreeMap<>();

    private Ledgers(Stores stores) {
        this.stores = stores;
        this.blockStores = new BlockStores(stores);
        stores.names(BLOCKS).forEach(channel -> open.put(channel, open(channel)));
    }

    /**
     * Opens those in the folder, which is made if it does not exist.
     *
     * @throws java.io.UncheckedIOException if the folder cannot be used, above all because another process or node
     *     uses it
     */
    public static Ledgers open(Path folder) {
        return new Ledgers(Stores.inFile(Store.open(folder.resolve(FILE))));
    }

    /** New ones that end with {@link #close()}. */
    public static Ledgers inMemory() {
        return new Ledgers(Stores.inMemory());
    }

    private ChannelLedger open(String channel) {
        Store store = stores.of(channel);
        return new ChannelLedger(channel, store, store.numbered(BLOCKS + channel), store.map(DATA + channel));
    }

    /**
     * A new ledger whose block 0 this is.
     *
     * @throws IllegalStateException if the channel has a ledger already, in Fabric's words
     * @throws IllegalArgumentException if this is not a block 0 with one configuration transaction
     */
    public synchronized ChannelLedger create(String channel, Block genesis) {
        if (open.containsKey(channel)) {
            throw new IllegalStateException("ledger [" + channel + "] already exists with state [ACTIVE]");
        }
        if (genesis.getHeader().getNumber() != 0 || genesis.getData().getDataCount() != 1) {
            throw new IllegalArgumentException("Not the genesis block of channel `" + channel + "`: block "
                    + Long.toUnsignedString(genesis.getHeader().getNumber()) + " with "
                    + genesis.getData().getDataCount() + " transactions.");
        }
        // The maps are saved together with the block: a ledger without block 0 never shows.
        ChannelLedger ledger = stores.of(channel).create(() -> open(channel), created -> created.begin(genesis));
        open.put(channel, ledger);
        return ledger;
    }

    public synchronized Optional<ChannelLedger> find(String channel) {
        return Optional.ofNullable(open.get(channel));
    }

    /** The names of all channels with a ledger, sorted. */
    public synchronized List<String> channels() {
        return List.copyOf(open.keySet());
    }

    /** Deletes the channel's ledger, if there is one. It must not be used any more. */
    public synchronized void remove(String channel) {
        if (open.remove(channel) != null) {
            Store store = stores.of(channel);
            store.write(() -> {
                store.remove(BLOCKS + channel);
                store.remove(DATA + channel);
            });
        }
    }

    /** The block stores without state that lie in the same file: for ordering nodes. */
    public BlockStores blockStores() {
        return blockStores;
    }

    /** Closes the file. Ledgers and simulations from here must not be used any more. */
    @Override
    public void close() {
        stores.close();
    }
}
