package io.weft.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.AtomicBroadcastGrpc;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.orderer.DeliverResponse;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.orderer.SeekNewest;
import org.hyperledger.fabric.protos.orderer.SeekPosition;

/**
 * A connection to an ordering node. Calls block until the answer is there or their timeout is over, and may run side by
 * side on several threads.
 *
 * <p>All calls throw {@link UnreachableException} when the node cannot be reached, {@link TimedOutException} when it does
 * not answer in time and {@link RejectedException} when it is not the node expected or refuses.
 */
public final class OrdererConnection {
    private final Node node;

    OrdererConnection(Node node) {
        this.node = node;
    }

    public Endpoint endpoint() {
        return node.endpoint();
    }

    /** As {@link Node#isConnected}. */
    boolean isConnected() {
        return node.isConnected();
    }

    /** Offers an envelope for ordering. Completes with whatever the node answers, a refusal included. */
    CompletableFuture<BroadcastResponse> broadcast(Envelope envelope, Duration timeout) {
        return node.stream(AtomicBroadcastGrpc.getBroadcastMethod(), envelope, timeout, response -> true);
    }

    <R> R await(CompletableFuture<R> answer, String action) {
        return node.await(answer, action);
    }

    /**
     * A block of a channel. Works without a leader too.
     *
     * @param number the block's number, less than the channel's height
     * @throws RejectedException if this node does not serve the channel (it has not joined, or follows only), has no such
     *     block, or does not let the signer read
     */
    public Block block(Signer signer, String channel, long number, Duration timeout) {
        return deliver(signer, channel, Messages.at(number), "deliver block " + Long.toUnsignedString(number), timeout);
    }

    /**
     * The last block of a channel. Works without a leader too.
     *
     * @throws RejectedException if this node does not serve the channel, or does not let the signer read
     */
    public Block newestBlock(Signer signer, String channel, Duration timeout) {
        return deliver(
                signer,
                channel,
                SeekPosition.newBuilder()
                        .setNewest(SeekNewest.getDefaultInstance())
                        .build(),
                "deliver the newest block",
                timeout);
    }

    /**
     * The last block that changed a channel's configuration. Works without a leader too.
     *
     * @throws RejectedException if this node does not serve the channel, or does not let the signer read
     */
    public Block configBlock(Signer signer, String channel, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        Block newest = newestBlock(signer, channel, deadline.remaining());
        long number = lastConfig(newest);
        return number == newest.getHeader().getNumber() ? newest : block(signer, channel, number, deadline.remaining());
    }

    private long lastConfig(Block block) {
        try {
            Metadata signatures =
                    Metadata.parseFrom(block.getMetadata().getMetadata(BlockMetadataIndex.SIGNATURES.getNumber()));
            OrdererBlockMetadata metadata = OrdererBlockMetadata.parseFrom(signatures.getValue());
            if (metadata.hasLastConfig()) {
                return metadata.getLastConfig().getIndex();
            }
            Metadata last = Metadata.parseFrom(block.getMetadata().getMetadata(1));
            return LastConfig.parseFrom(last.getValue()).getIndex();
        } catch (InvalidProtocolBufferException e) {
            throw new RejectedException(
                    endpoint() + " delivered block " + block.getHeader().getNumber()
                            + " with metadata that cannot be read: " + e.getMessage() + ".",
                    e);
        }
    }

    private Block deliver(Signer signer, String channel, SeekPosition position, String what, Duration timeout) {
        String action = what + " of channel `" + channel + "`";
        SeekInfo seek = SeekInfo.newBuilder()
                .setStart(position)
                .setStop(position)
                .setBehavior(SeekInfo.SeekBehavior.FAIL_IF_NOT_READY)
                .setErrorResponse(SeekInfo.SeekErrorResponse.BEST_EFFORT)
                .build();
        DeliverResponse response = node.await(
                node.stream(
                        AtomicBroadcastGrpc.getDeliverMethod(),
                        Messages.seek(signer, channel, seek),
                        timeout,
                        first -> true),
                action);
        if (response.hasBlock()) {
            return response.getBlock();
        }
        throw new RejectedException(
                endpoint() + " was asked to " + action + ", and refused: " + reason(response.getStatus()));
    }

    private static String reason(Status status) {
        return switch (status) {
            case NOT_FOUND ->
                "it does not serve the channel or has no such block (404). A node that has not joined, or"
                        + " that only follows the channel, serves it to nobody.";
            case FORBIDDEN -> "the identity does not satisfy the channel's `Readers` policy (403).";
            case SERVICE_UNAVAILABLE -> "it cannot serve the channel at the moment (503).";
            case BAD_REQUEST ->
                "it holds the request for malformed, or its time for wrong: the clocks may differ (400).";
            default -> "it answered " + status + " (" + status.getNumber() + ").";
        };
    }
}
