package io.weft.embedded.ledger;

import java.util.List;
import java.util.Optional;

/** The block stores of one ordering node, by channel. */
public final class BlockStores {
    BlockStores() {}

    /** A new empty one. The first block appended has number 0. */
    public BlockStore create(String channel) {
        throw new UnsupportedOperationException();
    }

    public Optional<BlockStore> find(String channel) {
        throw new UnsupportedOperationException();
    }

    /** The names of all channels, sorted. */
    public List<String> channels() {
        throw new UnsupportedOperationException();
    }

    /** Deletes the channel's blocks, if there are any. */
    public void remove(String channel) {
        throw new UnsupportedOperationException();
    }
}
