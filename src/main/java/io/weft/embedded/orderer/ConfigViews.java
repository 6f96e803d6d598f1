package io.weft.embedded.orderer;

import io.weft.embedded.config.ChannelView;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;

/** The configurations that were read last, because all nodes join with the same block. Safe for use by several threads. */
final class ConfigViews {
    private static final int KEPT = 32;

    private final Map<BlockHeader, ChannelView> views =
            Collections.synchronizedMap(new LinkedHashMap<>(KEPT, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<BlockHeader, ChannelView> eldest) {
                    return size() > KEPT;
                }
            });

    /**
     * The configuration of a config block.
     *
     * @param block one whose data hash has been checked
     * @throws io.weft.embedded.config.RuleException as {@link ChannelView#ofBlock}
     */
    ChannelView of(Block block) {
        ChannelView known = views.get(block.getHeader());
        if (known == null) {
            known = ChannelView.ofBlock(block);
            views.put(block.getHeader(), known);
        }
        return known;
    }
}
