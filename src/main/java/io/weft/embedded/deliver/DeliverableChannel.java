package io.weft.embedded.deliver;

import io.weft.embedded.ledger.BlockSource;

/** A channel that blocks can be asked of. Safe for use by several threads. */
public interface DeliverableChannel {
    BlockSource blocks();

    /** The sequence of the configuration in force. Whenever it rises, every client has to be let in anew. */
    long sequence();

    /** Whether the consensus behind the channel works. If not, only clients that want their best effort are served. */
    default boolean isAvailable() {
        return true;
    }

    /** Has the listener told each time that {@link #isAvailable} has changed. It has to be quick. */
    default BlockSource.Registration onAvailability(Runnable listener) {
        return () -> {};
    }
}
