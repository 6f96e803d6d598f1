package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.hyperledger.fabric.protos.common.Block;

/** The blocks of one channel without state: what an ordering node keeps. */
public final class BlockStore implements BlockSource {
    BlockStore() {}

    /** Appends the next block: its number is the height, its previous hash that of the newest block's header. */
    public void append(Block block) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long height() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Block block(long number) {
        throw new UnsupportedOperationException();
    }

    /** The block whose header has this hash. */
    public Optional<Block> byHash(ByteString headerHash) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Registration onHeight(LongConsumer newHeight) {
        throw new UnsupportedOperationException();
    }
}
