package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.channel.BlockHash;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.h2.mvstore.MVMap;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;

/** The chain of a channel in the store: every block by number and by the hash of its header. */
final class Blocks {
    private final String channel;
    private final MVMap<Long, byte[]> numbered;
    private final MVMap<byte[], byte[]> index;
    private final Listeners<LongConsumer> listeners = new Listeners<>();
    private volatile Tip tip;

    /** The end of the chain. The newest block is at hand because everybody asks for it. */
    private record Tip(long height, ByteString hash, ByteString previousHash, Optional<Block> newest) {}

    Blocks(String channel, MVMap<Long, byte[]> numbered, MVMap<byte[], byte[]> index) {
        this.channel = channel;
        this.numbered = numbered;
        this.index = index;
        Long last = numbered.lastKey();
        tip = last == null
                ? new Tip(0, ByteString.EMPTY, ByteString.EMPTY, Optional.empty())
                : tip(parse(last, numbered.get(last)));
    }

    private static Tip tip(Block newest) {
        return new Tip(
                newest.getHeader().getNumber() + 1,
                BlockHash.ofHeader(newest.getHeader()),
                newest.getHeader().getPreviousHash(),
                Optional.of(newest));
    }

    long height() {
        return tip.height();
    }

    Optional<Block> newest() {
        return tip.newest();
    }

    BlockchainInfo info() {
        Tip now = tip;
        return BlockchainInfo.newBuilder()
                .setHeight(now.height())
                .setCurrentBlockHash(now.hash())
                .setPreviousBlockHash(now.previousHash())
                .build();
    }

    Block get(long number) {
        Tip now = tip;
        if (number < 0 || number >= now.height()) {
            throw new NoSuchElementException("Channel `" + channel + "` has " + now.height() + " blocks; no block "
                    + Long.toUnsignedString(number) + ".");
        }
        return number == now.height() - 1 ? now.newest().orElseThrow() : parse(number, numbered.get(number));
    }

    private Block parse(long number, byte[] bytes) {
        try {
            return Block.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "Block " + number + " of channel `" + channel + "` is not what was stored: " + e.getMessage(), e);
        }
    }

    Optional<Block> byHash(ByteString hash) {
        return Optional.ofNullable(index.get(Keys.header(hash)))
                .map(number -> ByteBuffer.wrap(number).getLong())
                .filter(number -> number < height())
                .map(this::get);
    }

    /**
     * Whether the block can be the next.
     *
     * @throws IllegalArgumentException if not, in the words of Fabric's block store
     */
    void requireNext(Block block) {
        Tip now = tip;
        long number = block.getHeader().getNumber();
        if (number != now.height()) {
            throw new IllegalArgumentException(
                    "block number should have been " + now.height() + " but was " + Long.toUnsignedString(number));
        }
        if (!block.getHeader().getPreviousHash().equals(now.hash())) {
            throw new IllegalArgumentException("unexpected Previous block hash. Expected PreviousHash = ["
                    + hex(now.hash()) + "], PreviousHash referred in the latest block= ["
                    + hex(block.getHeader().getPreviousHash()) + "]");
        }
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    /** Puts the block into the store, unseen until {@link #show}. */
    void put(Block block) {
        long number = block.getHeader().getNumber();
        numbered.put(number, block.toByteArray());
        index.put(
                Keys.header(BlockHash.ofHeader(block.getHeader())),
                ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    /** Makes the block that is now saved the newest. */
    void show(Block block) {
        tip = tip(block);
    }

    void tellHeight() {
        long height = height();
        listeners.tell(listener -> listener.accept(height));
    }

    BlockSource.Registration onHeight(LongConsumer newHeight) {
        return listeners.add(newHeight);
    }
}
