package io.weft.embedded.orderer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.channel.BlockHash;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.ConfigViews;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.ledger.ConfigBlock;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.Status;

/**
 * Looks at what the channel participation API is given.
 *
 * @see <a
 *     href="https://github.com/hyperledger/fabric/blob/main/orderer/common/channelparticipation/validator.go">Fabric's
 *     validator.go</a>
 */
final class JoinBlock {
    private JoinBlock() {}

    /**
     * The channel of a block that can be joined with.
     *
     * @throws RefusedException if it is none
     */
    static String channel(Block block, ConfigViews views) {
        if (!ConfigBlock.is(block)) {
            throw bad("block is not a config block");
        }
        if (block.getMetadata().getMetadataCount() == 0) {
            throw bad("invalid block: does not have metadata");
        }
        if (!BlockHash.ofData(block.getData()).equals(block.getHeader().getDataHash())) {
            throw bad("invalid block: Header.DataHash is different from Hash(block.Data)");
        }
        ChannelView view;
        try {
            view = views.of(block);
        } catch (RuleException e) {
            throw bad(e.getMessage());
        }
        ConfigGroup channel = view.config().getChannelGroup();
        if (channel.containsGroups("Consortiums")) {
            throw bad("invalid config: contains consortiums: system channel not supported");
        }
        if (!channel.containsGroups("Application")) {
            throw bad("invalid config: must contain application config");
        }
        return view.channel();
    }

    /**
     * The channel of a configuration update.
     *
     * @throws RefusedException if it is none
     */
    static String channel(Envelope update) {
        Payload payload;
        try {
            payload = Payload.parseFrom(update.getPayload());
        } catch (InvalidProtocolBufferException e) {
            throw bad("bad payload");
        }
        if (payload.getHeader().getChannelHeader().isEmpty()) {
            throw bad("bad header");
        }
        ChannelHeader header;
        try {
            header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
        } catch (InvalidProtocolBufferException e) {
            throw bad("could not unmarshall channel header");
        }
        if (header.getType() != HeaderType.CONFIG_UPDATE_VALUE) {
            throw bad("bad type");
        }
        if (header.getChannelId().isEmpty()) {
            throw bad("empty channel id");
        }
        try {
            return ConfigUpdate.parseFrom(
                            ConfigUpdateEnvelope.parseFrom(payload.getData()).getConfigUpdate())
                    .getChannelId();
        } catch (InvalidProtocolBufferException e) {
            throw bad("error unmarshalling message for type CONFIG_UPDATE: " + e.getMessage());
        }
    }

    private static RefusedException bad(String message) {
        return new RefusedException(Status.BAD_REQUEST, message);
    }
}
