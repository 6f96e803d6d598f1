package io.weft.embedded.config;

import io.weft.channel.BlockHash;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;

/**
 * The configurations that were read last. The nodes of a channel share them, with all that follows from them: that is most
 * of the work of joining a channel. Safe for use by several threads.
 */
public final class ConfigViews {
    private static final int KEPT = 64;

    private final Recent<BlockHeader, ChannelView> views = new Recent<>(KEPT);

    /**
     * The configuration of a genesis or config block. Of several threads that ask for the same, the first reads it.
     *
     * @throws RuleException as {@link ChannelView#ofBlock}
     */
    public ChannelView of(Block block) {
        if (!block.getHeader().getDataHash().equals(BlockHash.ofData(block.getData()))) {
            // The header is not that of the data, and must not stand for them.
            return ChannelView.ofBlock(block);
        }
        synchronized (views) {
            return views.get(block.getHeader(), header -> ChannelView.ofBlock(block));
        }
    }
}
