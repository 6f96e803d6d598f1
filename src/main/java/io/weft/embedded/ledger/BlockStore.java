package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.hyperledger.fabric.protos.common.Block;

/** The blocks of one channel without state: what an ordering node keeps. Safe for use by several threads. */
public final class BlockStore implements BlockSource {
    private final Store store;
    private final Blocks blocks;

    BlockStore(Store store, Blocks blocks) {
        this.store = store;
        this.blocks = blocks;
    }

    /**
     * Appends the next block; it is saved when this returns.
     *
     * @throws IllegalArgumentException if its number is not the height or its previous hash not that of the newest
     *     block's header
     */
    public void append(Block block) {
        synchronized (blocks) {
            blocks.requireNext(block);
            store.write(() -> blocks.put(block));
            blocks.show(block);
            blocks.tellHeight();
        }
    }

    @Override
    public long height() {
        return blocks.height();
    }

    @Override
    public Block block(long number) {
        return blocks.get(number);
    }

    /** The block whose header has this hash. */
    public Optional<Block> byHash(ByteString headerHash) {
        return blocks.byHash(headerHash);
    }

    @Override
    public Registration onHeight(LongConsumer newHeight) {
        return blocks.onHeight(newHeight);
    }
}
