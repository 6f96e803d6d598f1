package io.weft.embedded.ledger;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;

/** Tells blocks with a configuration from others. Nothing is verified. */
public final class ConfigBlock {
    private ConfigBlock() {}

    /** Whether the block has one envelope, and that says that it holds a configuration. */
    public static boolean is(Block block) {
        try {
            return payload(block).isPresent();
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    /** The configuration in the block; empty if it has none, or one that cannot be read. */
    public static Optional<ConfigEnvelope> configuration(Block block) {
        try {
            Optional<Payload> payload = payload(block);
            return payload.isPresent()
                    ? Optional.of(ConfigEnvelope.parseFrom(payload.get().getData()))
                    : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** The envelope of block 0 is not signed, and need not have a creator. */
    private static Optional<Payload> payload(Block block) throws InvalidProtocolBufferException {
        if (block.getData().getDataCount() != 1) {
            return Optional.empty();
        }
        Payload payload =
                Payload.parseFrom(Envelope.parseFrom(block.getData().getData(0)).getPayload());
        ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
        return header.getType() == HeaderType.CONFIG_VALUE ? Optional.of(payload) : Optional.empty();
    }
}
