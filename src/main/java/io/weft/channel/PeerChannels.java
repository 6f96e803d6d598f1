package io.weft.channel;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Answer;
import io.weft.protocol.Invocation;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.peer.ChannelInfo;
import org.hyperledger.fabric.protos.peer.ChannelQueryResponse;

/**
 * The channels of a peer: its system chaincodes {@code cscc} and {@code qscc}. Calls block, and may run side by side on
 * several threads.
 *
 * <p>All calls throw {@link UnreachableException} when the peer does not answer, {@link TimedOutException} when it does not
 * answer in time, and {@link RejectedException} when it refuses.
 */
public final class PeerChannels {
    private final PeerConnection peer;
    private final Signer admin;

    /**
     * @param peer the peer
     * @param admin an admin of the peer's own organization
     */
    public PeerChannels(PeerConnection peer, Signer admin) {
        this.peer = requireNonNull(peer, "peer");
        this.admin = requireNonNull(admin, "admin");
    }

    /** The names of the channels that the peer has joined. */
    public List<String> channels(Duration timeout) {
        ByteString answer = peer.query(admin, Invocation.of("", "cscc", "GetChannels"), timeout);
        return parse(ChannelQueryResponse.parser(), answer).getChannelsList().stream()
                .map(ChannelInfo::getChannelId)
                .toList();
    }

    /**
     * Makes the peer join a channel. It pulls the other blocks from the ordering service from then on.
     *
     * @param block the channel's block 0
     * @return false if the peer has a channel of that name already; whether it is the same one, {@link #genesisBlock} tells
     */
    public boolean join(GenesisBlock block, Duration timeout) {
        Invocation invocation = new Invocation(
                "",
                "cscc",
                List.of(ByteString.copyFromUtf8("JoinChain"), block.block().toByteString()),
                Invocation.Kind.CONFIGURATION);
        Answer answer = peer.propose(admin, invocation, timeout);
        if (answer instanceof Answer.Refused refused) {
            if (refused.message().contains("already exists")) {
                return false;
            }
            throw new RejectedException(peer.endpoint() + " was asked to join channel `" + block.channel()
                    + "`, and refused (" + refused.status() + "): " + refused.message());
        }
        return true;
    }

    /** The channel's block 0 as the peer has it. */
    public GenesisBlock genesisBlock(String channel, Duration timeout) {
        try {
            return GenesisBlock.of(block(channel, 0, timeout));
        } catch (IllegalArgumentException e) {
            throw new RejectedException(
                    peer.endpoint() + " has a block 0 of channel `" + channel + "` that cannot be read: "
                            + e.getMessage() + ".",
                    e);
        }
    }

    /** A block of a channel as the peer has it, its own metadata included. */
    public Block block(String channel, long number, Duration timeout) {
        return parse(
                Block.parser(),
                peer.query(
                        admin,
                        Invocation.of(channel, "qscc", "GetBlockByNumber", channel, Long.toUnsignedString(number)),
                        timeout));
    }

    /** How far the peer has come on a channel. */
    public ChainInfo chainInfo(String channel, Duration timeout) {
        BlockchainInfo info = parse(
                BlockchainInfo.parser(),
                peer.query(admin, Invocation.of(channel, "qscc", "GetChainInfo", channel), timeout));
        return new ChainInfo(
                info.getHeight(),
                HexFormat.of().formatHex(info.getCurrentBlockHash().toByteArray()));
    }

    /** The last block that changed the channel's configuration, as far as the peer has come. */
    public Block configBlock(String channel, Duration timeout) {
        return parse(
                Block.parser(), peer.query(admin, Invocation.of(channel, "cscc", "GetConfigBlock", channel), timeout));
    }

    private <T> T parse(Parser<T> parser, ByteString bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new RejectedException(
                    peer.endpoint() + " answered with something that cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
