package io.weft.embedded.config;

import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;

/**
 * The configurations that were read last. The nodes of a channel share them, with all that follows from them: that is most
 * of the work of joining a channel. Safe for use by several threads.
 */
public final class ConfigViews {
    private static final int KEPT = 64;

    private final Recent<Contents, ChannelView> views = new Recent<>(KEPT);

    /** To compare data costs far less than to hash them. */
    private record Contents(BlockHeader header, BlockData data) {}

    /**
     * The configuration of a genesis or config block. Of several threads that ask for the same, the first reads it.
     *
     * @throws RuleException as {@link ChannelView#ofBlock}
     */
    public ChannelView of(Block block) {
        synchronized (views) {
            return views.get(new Contents(block.getHeader(), block.getData()), contents -> ChannelView.ofBlock(block));
        }
    }
}
