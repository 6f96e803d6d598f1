package io.weft.protocol;

import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.orderer.SeekNewest;
import org.hyperledger.fabric.protos.orderer.SeekPosition;
import org.hyperledger.fabric.protos.peer.DeliverGrpc;
import org.hyperledger.fabric.protos.peer.DeliverResponse;
import org.hyperledger.fabric.protos.peer.FilteredBlock;
import org.hyperledger.fabric.protos.peer.FilteredTransaction;

/**
 * Waits for a transaction to show up in the blocks of one peer. It listens from the peer's newest block on and must have
 * begun before the transaction is broadcast: then no block can be missed, whatever the peer's height was. A stream that
 * breaks is opened again where it ended.
 */
final class CommitWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final PeerConnection peer;
    private final Signer signer;
    private final String channel;
    private final String transactionId;
    private final Deadline deadline;
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Committed> committed = new CompletableFuture<>();
    private volatile long next = -1;
    private volatile CompletableFuture<DeliverResponse> stream;

    CommitWatch(PeerConnection peer, Signer signer, String channel, String transactionId, Deadline deadline) {
        this.peer = peer;
        this.signer = signer;
        this.channel = channel;
        this.transactionId = transactionId;
        this.deadline = deadline;
        this.stream = listen(SeekPosition.newBuilder()
                .setNewest(SeekNewest.getDefaultInstance())
                .build());
    }

    private CompletableFuture<DeliverResponse> listen(SeekPosition start) {
        SeekInfo seek = SeekInfo.newBuilder()
                .setStart(start)
                .setStop(Messages.at(Long.MAX_VALUE))
                .setBehavior(SeekInfo.SeekBehavior.BLOCK_UNTIL_READY)
                .build();
        return peer.node().stream(
                DeliverGrpc.getDeliverFilteredMethod(),
                Messages.seek(signer, channel, seek),
                deadline.remaining(),
                this::accept);
    }

    private boolean accept(DeliverResponse response) {
        if (!response.hasFilteredBlock()) {
            RejectedException refusal = new RejectedException(peer.endpoint() + " ended the blocks of channel `"
                    + channel + "`: " + reason(response.getStatus()));
            begun.completeExceptionally(refusal);
            committed.completeExceptionally(refusal);
            return true;
        }
        FilteredBlock block = response.getFilteredBlock();
        next = block.getNumber() + 1;
        begun.complete(null);
        for (FilteredTransaction transaction : block.getFilteredTransactionsList()) {
            if (transaction.getTxid().equals(transactionId)) {
                return committed.complete(
                        new Committed(transactionId, block.getNumber(), transaction.getTxValidationCode()));
            }
        }
        return false;
    }

    private static String reason(Status status) {
        return switch (status) {
            case NOT_FOUND -> "it has not joined the channel (404).";
            case FORBIDDEN -> "the identity does not satisfy the channel's `Readers` policy (403).";
            default -> "it answered " + status + " (" + status.getNumber() + ").";
        };
    }

    /** Blocks until the first block has arrived. */
    void awaitBegin() {
        String action = "deliver the blocks of channel `" + channel + "`";
        peer.node().await(CompletableFuture.anyOf(begun, stream), action);
        peer.node().await(begun, action);
    }

    /**
     * Blocks until the peer has committed the transaction, valid or not.
     *
     * @throws TimedOutException when the deadline passes, with the last block seen
     */
    Committed await() {
        while (true) {
            try {
                CompletableFuture.anyOf(committed, stream)
                        .get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
                return committed.get();
            } catch (InterruptedException e) {
                throw Interruption.of(e);
            } catch (TimeoutException e) {
                throw late(e);
            } catch (ExecutionException e) {
                if (committed.isCompletedExceptionally() && e.getCause() instanceof RejectedException refusal) {
                    throw refusal;
                }
                reopen(e);
            }
        }
    }

    private void reopen(ExecutionException cause) {
        if (!deadline.pause(PAUSE)) {
            throw late(cause);
        }
        try {
            peer.node().await(stream, "deliver the blocks of channel `" + channel + "`");
        } catch (UnreachableException | TimedOutException e) {
            stream = listen(Messages.at(next));
        }
    }

    private TimedOutException late(Exception cause) {
        return new TimedOutException(
                "Transaction `" + transactionId + "` was accepted for ordering, but " + peer.endpoint()
                        + " did not commit it to channel `" + channel + "` within "
                        + deadline.total().toSeconds() + " s; the last block that it delivered is "
                        + (next < 0 ? "none" : String.valueOf(next - 1)) + ".",
                cause);
    }

    @Override
    public void close() {
        stream.cancel(true);
    }
}
