package io.weft.channel;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;

/**
 * Block 0 of a channel. It is made once and kept: nonce and time are in it, so that a second one of the same
 * configuration is another channel.
 */
public final class GenesisBlock {
    private static final int NONCE_LENGTH = 24;

    private final Block block;
    private final String channel;
    private final ConfigGroup configuration;

    private GenesisBlock(Block block, String channel, ConfigGroup configuration) {
        this.block = block;
        this.channel = channel;
        this.configuration = configuration;
    }

    /**
     * Makes block 0. Equal arguments give equal bytes.
     *
     * @param channel the channel ID
     * @param configuration the tree under {@code Channel}
     * @param nonce 24 random bytes
     * @param time when it is made; fractions of a second are dropped
     */
    public static GenesisBlock create(String channel, ConfigGroup configuration, byte[] nonce, Instant time) {
        requireNonNull(channel, "channel");
        if (nonce.length != NONCE_LENGTH) {
            throw new IllegalArgumentException("Not a nonce of " + NONCE_LENGTH + " bytes: " + nonce.length);
        }
        ChannelHeader channelHeader = ChannelHeader.newBuilder()
                .setType(HeaderType.CONFIG_VALUE)
                .setVersion(1)
                .setTimestamp(Timestamp.newBuilder().setSeconds(time.getEpochSecond()))
                .setChannelId(channel)
                .setTxId(HexFormat.of().formatHex(sha256(nonce)))
                .build();
        ConfigEnvelope config = ConfigEnvelope.newBuilder()
                .setConfig(Config.newBuilder().setChannelGroup(configuration))
                .build();
        Payload payload = Payload.newBuilder()
                .setHeader(Header.newBuilder()
                        .setChannelHeader(channelHeader.toByteString())
                        .setSignatureHeader(SignatureHeader.newBuilder()
                                .setNonce(ByteString.copyFrom(nonce))
                                .build()
                                .toByteString()))
                .setData(Deterministic.bytes(config))
                .build();
        BlockData data = BlockData.newBuilder()
                .addData(Envelope.newBuilder()
                        .setPayload(payload.toByteString())
                        .build()
                        .toByteString())
                .build();
        LastConfig last = LastConfig.getDefaultInstance();
        Block block = Block.newBuilder()
                .setHeader(BlockHeader.newBuilder().setDataHash(BlockHash.ofData(data)))
                .setData(data)
                .setMetadata(BlockMetadata.newBuilder()
                        .addMetadata(metadata(OrdererBlockMetadata.newBuilder()
                                .setLastConfig(last)
                                .build()
                                .toByteString()))
                        .addMetadata(metadata(last.toByteString()))
                        .addMetadata(ByteString.EMPTY)
                        .addMetadata(ByteString.EMPTY)
                        .addMetadata(ByteString.EMPTY))
                .build();
        return new GenesisBlock(block, channel, configuration);
    }

    /**
     * Reads a block 0.
     *
     * @throws IllegalArgumentException if the bytes are something else
     */
    public static GenesisBlock parse(byte[] bytes) {
        try {
            return of(Block.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("Not a block: " + e.getMessage(), e);
        }
    }

    /**
     * Takes a block that a node delivered for block 0.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static GenesisBlock of(Block block) {
        if (block.getHeader().getNumber() != 0 || block.getData().getDataCount() != 1) {
            throw new IllegalArgumentException("Not a block 0: number "
                    + Long.toUnsignedString(block.getHeader().getNumber()) + " with "
                    + block.getData().getDataCount() + " envelopes");
        }
        if (!block.getHeader().getDataHash().equals(BlockHash.ofData(block.getData()))) {
            throw new IllegalArgumentException("Not a block 0: its data hash is wrong");
        }
        try {
            Payload payload = Payload.parseFrom(
                    Envelope.parseFrom(block.getData().getData(0)).getPayload());
            ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
            if (header.getType() != HeaderType.CONFIG_VALUE) {
                throw new IllegalArgumentException("Not a block 0: its envelope is no configuration");
            }
            ConfigGroup configuration =
                    ConfigEnvelope.parseFrom(payload.getData()).getConfig().getChannelGroup();
            return new GenesisBlock(block, header.getChannelId(), configuration);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("Not a block 0: " + e.getMessage(), e);
        }
    }

    private static ByteString metadata(ByteString value) {
        return Metadata.newBuilder().setValue(value).build().toByteString();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }

    /** The channel ID. */
    public String channel() {
        return channel;
    }

    /** The tree under {@code Channel}. */
    public ConfigGroup configuration() {
        return configuration;
    }

    public Block block() {
        return block;
    }

    /** The whole block, as nodes take it. */
    public byte[] bytes() {
        return block.toByteArray();
    }

    /** SHA-256 of the header in lower-case hexadecimal: tells channels of the same name apart. */
    public String hash() {
        return HexFormat.of().formatHex(BlockHash.ofHeader(block.getHeader()).toByteArray());
    }

    /** Whether a node that has the other block 0 is on the same channel. Metadata do not count: nodes write their own. */
    public boolean isSameChannel(GenesisBlock other) {
        return hash().equals(other.hash());
    }

    @Override
    public String toString() {
        return "GenesisBlock[" + channel + ", " + hash() + "]";
    }
}
