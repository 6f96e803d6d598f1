package io.weft.embedded.ledger;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;

/** The ledgers of one node. */
public final class Ledgers implements AutoCloseable {
    private Ledgers() {}

    /** Opens those in the folder, which is made if it does not exist. */
    public static Ledgers open(Path folder) {
        throw new UnsupportedOperationException();
    }

    /** New ones that end with {@link #close()}. */
    public static Ledgers inMemory() {
        throw new UnsupportedOperationException();
    }

    /** A new ledger whose block 0 this is. */
    public ChannelLedger create(String channel, Block genesis) {
        throw new UnsupportedOperationException();
    }

    public Optional<ChannelLedger> find(String channel) {
        throw new UnsupportedOperationException();
    }

    /** The names of all channels with a ledger, sorted. */
    public List<String> channels() {
        throw new UnsupportedOperationException();
    }

    /** Deletes the channel's ledger, if there is one. */
    public void remove(String channel) {
        throw new UnsupportedOperationException();
    }

    /** The block stores without state that lie in the same file: for ordering nodes. */
    public BlockStores blockStores() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
