package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.config.RuleException;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.peer.ChannelInfo;
import org.hyperledger.fabric.protos.peer.ChannelQueryResponse;
import org.hyperledger.fabric.protos.peer.Response;

/**
 * The system chaincode {@code cscc}: the peer's channels and their configuration.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/scc/cscc/configure.go">Fabric's configure.go</a>
 */
final class ConfigurationChaincode {
    private final PeerNode peer;

    ConfigurationChaincode(PeerNode peer) {
        this.peer = peer;
    }

    Response invoke(ProposedCall call) {
        List<ByteString> arguments = call.input().getArgsList();
        if (arguments.isEmpty()) {
            return SystemChaincodes.error("Incorrect number of arguments, 0");
        }
        String function = arguments.get(0).toStringUtf8();
        if (!function.equals("GetChannels") && !function.equals("JoinBySnapshotStatus") && arguments.size() < 2) {
            return SystemChaincodes.error("Incorrect number of arguments, " + arguments.size());
        }
        return switch (function) {
            case "JoinChain" -> join(call, arguments.get(1));
            case "GetChannels" -> channels(call);
            case "GetConfigBlock" -> configBlock(call, arguments.get(1).toStringUtf8());
            case "GetChannelConfig" -> channelConfig(call, arguments.get(1).toStringUtf8());
            case "JoinChainBySnapshot", "JoinBySnapshotStatus" ->
                SystemChaincodes.error("`" + function
                        + "` is not supported by embedded peers, which have no snapshots: join with the channel's block 0, or"
                        + " run the network's nodes with `--nodes fabric`.");
            default -> SystemChaincodes.error("Requested function " + function + " not found.");
        };
    }

    private Response join(ProposedCall call, ByteString bytes) {
        Block block;
        String channel;
        try {
            block = Block.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return SystemChaincodes.error(
                    "Failed to reconstruct the genesis block, error unmarshalling Block: " + e.getMessage());
        }
        try {
            channel = channel(block);
        } catch (Refusal | InvalidProtocolBufferException e) {
            return SystemChaincodes.error("\"JoinChain\" request failed to extract channel id from the block due to ["
                    + e.getMessage() + "]");
        }
        try {
            requireConfiguration(block);
        } catch (Refusal e) {
            return SystemChaincodes.error("\"JoinChain\" for channelID = " + channel
                    + " failed because of validation of configuration block, because of " + e.getMessage());
        }
        Optional<Response> denied =
                denied(call, "JoinChain", "", "access denied for [JoinChain][" + channel + "]: [", "]");
        if (denied.isPresent()) {
            return denied.get();
        }
        try {
            peer.join(channel, block);
            return SystemChaincodes.success(ByteString.EMPTY);
        } catch (Refusal | RuleException e) {
            return SystemChaincodes.error(e.getMessage());
        }
    }

    private static String channel(Block block) throws InvalidProtocolBufferException {
        if (block.getData().getDataCount() == 0) {
            throw new Refusal("failed to retrieve channel id - block is empty");
        }
        Payload payload =
                Payload.parseFrom(Envelope.parseFrom(block.getData().getData(0)).getPayload());
        if (!payload.hasHeader()) {
            throw new Refusal("failed to retrieve channel id - payload header is empty");
        }
        return ChannelHeader.parseFrom(payload.getHeader().getChannelHeader()).getChannelId();
    }

    private static void requireConfiguration(Block block) {
        try {
            Payload payload = Payload.parseFrom(
                    Envelope.parseFrom(block.getData().getData(0)).getPayload());
            ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
            if (header.getType() != HeaderType.CONFIG_VALUE) {
                throw new Refusal("Bad configuration envelope: invalid type " + HeaderType.forNumber(header.getType())
                        + ", expected CONFIG");
            }
            ConfigEnvelope configuration = ConfigEnvelope.parseFrom(payload.getData());
            if (!configuration.hasConfig()) {
                throw new Refusal("Nil config envelope Config");
            }
            if (!configuration.getConfig().hasChannelGroup()) {
                throw new Refusal("Nil channel group");
            }
            if (configuration.getConfig().getChannelGroup().getGroupsCount() == 0) {
                throw new Refusal("No channel configuration groups are available");
            }
            if (!configuration.getConfig().getChannelGroup().containsGroups("Application")) {
                throw new Refusal("Invalid configuration block, missing Application configuration group");
            }
        } catch (InvalidProtocolBufferException e) {
            throw new Refusal("Bad configuration envelope: " + e.getMessage(), e);
        }
    }

    private Response channels(ProposedCall call) {
        Optional<Response> denied = denied(call, "GetChannels", "", "access denied for [GetChannels]: ", "");
        if (denied.isPresent()) {
            return denied.get();
        }
        ChannelQueryResponse.Builder result = ChannelQueryResponse.newBuilder();
        peer.channels()
                .forEach(channel -> result.addChannels(ChannelInfo.newBuilder().setChannelId(channel)));
        return SystemChaincodes.success(result.build().toByteString());
    }

    private Response configBlock(ProposedCall call, String channel) {
        return ofChannel(call, "GetConfigBlock", channel, "Unknown channel ID, ", found -> found.configBlock()
                .toByteString());
    }

    private Response channelConfig(ProposedCall call, String channel) {
        return channel.isEmpty()
                ? SystemChaincodes.error("empty channel name provided")
                : ofChannel(call, "GetChannelConfig", channel, "unknown channel ID, ", found -> found.view()
                        .config()
                        .toByteString());
    }

    private Response ofChannel(
            ProposedCall call,
            String function,
            String channel,
            String unknown,
            java.util.function.Function<PeerChannel, ByteString> answer) {
        return denied(call, function, channel, "access denied for [" + function + "][" + channel + "]: ", "")
                .or(() -> peer.channel(channel).map(found -> SystemChaincodes.success(answer.apply(found))))
                .orElseGet(() -> SystemChaincodes.error(unknown + channel));
    }

    private Optional<Response> denied(ProposedCall call, String function, String channel, String before, String after) {
        try {
            peer.authorize("cscc/" + function, channel, call.signed());
            return Optional.empty();
        } catch (RuleException e) {
            return Optional.of(SystemChaincodes.error(before + e.getMessage() + after));
        }
    }
}
