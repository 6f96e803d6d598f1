package io.weft.embedded.peer;

import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.BlockSource;
import java.util.function.Supplier;
import org.hyperledger.fabric.protos.common.Envelope;

/** The ordering service as a peer uses it, be it in this process or in others. */
interface Ordering {
    /**
     * Begins to take a channel's blocks.
     *
     * @param view the configuration in force, at any time
     * @param height the number of the first block that is wanted
     */
    Feed feed(String channel, Supplier<ChannelView> view, long height);

    /**
     * Returns when the ordering service has accepted a transaction.
     *
     * @throws GatewayFailure if it does not
     */
    void submit(ChannelView view, Envelope transaction);

    /** A channel's blocks. */
    interface Feed extends AutoCloseable {
        BlockSource blocks();

        /**
         * Gives a block back that cannot be right.
         *
         * @return whether it can be had from elsewhere
         */
        boolean refuse(long number, String reason);

        @Override
        void close();
    }
}
