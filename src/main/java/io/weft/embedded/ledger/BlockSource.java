package io.weft.embedded.ledger;

import java.util.function.LongConsumer;
import org.hyperledger.fabric.protos.common.Block;

/** The blocks of a channel, from the first to the newest. Safe for use by several threads. */
public interface BlockSource {
    /** The number of blocks: one more than the number of the newest. */
    long height();

    /**
     * One block.
     *
     * @throws java.util.NoSuchElementException if the number is not below {@link #height()}
     */
    Block block(long number);

    /**
     * Has the listener told each new height, in ascending order and after the new block can be read. It runs on the
     * thread that appends: it has to be quick and must not append.
     */
    Registration onHeight(LongConsumer newHeight);

    /** A listener that can be dismissed. */
    interface Registration extends AutoCloseable {
        /** Ends the calls; one that is under way may still finish. */
        @Override
        void close();
    }
}
