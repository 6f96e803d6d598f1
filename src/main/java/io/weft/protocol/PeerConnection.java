package io.weft.protocol;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.hyperledger.fabric.protos.peer.EndorserGrpc;
import org.hyperledger.fabric.protos.peer.ProposalResponse;

/**
 * A connection to a peer. Calls block until the answer is there or their timeout is over, and may run side by side on
 * several threads.
 *
 * <p>All calls throw {@link UnreachableException} when the peer cannot be reached, {@link TimedOutException} when it does
 * not answer in time and {@link RejectedException} when it is not the peer expected.
 */
public final class PeerConnection {
    private final Node node;

    PeerConnection(Node node) {
        this.node = node;
    }

    public Endpoint endpoint() {
        return node.endpoint();
    }

    /** The gRPC channel, for the Gateway SDK. It belongs to the dialer; do not shut it down. */
    public Channel channel() {
        return node.channel();
    }

    /** Has the peer execute a proposal. */
    public Answer propose(Signer signer, Invocation invocation, Duration timeout) {
        return node.await(proposeAsync(new Proposal(signer, invocation), timeout), "execute " + invocation);
    }

    /**
     * Has the peer execute a proposal that only reads.
     *
     * @return what the function returned
     * @throws RejectedException if the peer or the chaincode refused
     */
    public ByteString query(Signer signer, Invocation invocation, Duration timeout) {
        Answer answer = propose(signer, invocation, timeout);
        if (answer instanceof Answer.Refused refused) {
            throw refused.exception(invocation);
        }
        return ((Answer.Endorsed) answer).payload();
    }

    CompletableFuture<Answer> proposeAsync(Proposal proposal, Duration timeout) {
        return node.call(EndorserGrpc.getProcessProposalMethod(), proposal.signed(), timeout)
                .thenApply(this::answer)
                .exceptionallyCompose(failure -> refusal(failure));
    }

    private Answer answer(ProposalResponse response) {
        int status = response.getResponse().getStatus();
        // A chaincode's success is 200; cscc of some releases leaves it at 0.
        return status < 400
                ? new Answer.Endorsed(endpoint(), response)
                : new Answer.Refused(endpoint(), status, response.getResponse().getMessage());
    }

    /** A peer reports what it refuses before the chaincode runs as a gRPC error without code. */
    private CompletableFuture<Answer> refusal(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        Throwable candidate = failure instanceof StatusRuntimeException ? failure : cause;
        if (candidate instanceof StatusRuntimeException status
                && status.getStatus().getCode() == Status.Code.UNKNOWN
                && status.getStatus().getDescription() != null) {
            return CompletableFuture.completedFuture(
                    new Answer.Refused(endpoint(), 500, status.getStatus().getDescription()));
        }
        return CompletableFuture.failedFuture(candidate);
    }

    Node node() {
        return node;
    }

    /**
     * The peers of a channel as this one knows them by gossip, itself included.
     *
     * @throws RejectedException if the channel is unknown or the signer may not read it
     * @throws IllegalStateException if the endpoint has no client certificate, without which peers refuse
     */
    public List<DiscoveredPeer> peers(Signer signer, String channel, Duration timeout) {
        return Discovery.peers(node, signer, channel, timeout);
    }

    /**
     * The peers that could endorse a call of a chaincode together.
     *
     * @return all candidates of all combinations; empty if this peer knows no combination that satisfies the endorsement
     *     policy, which is so for some seconds after a commit
     * @throws RejectedException if the channel is unknown or the signer may not read it
     * @throws IllegalStateException if the endpoint has no client certificate, without which peers refuse
     */
    public List<DiscoveredPeer> endorsers(Signer signer, String channel, String chaincode, Duration timeout) {
        return Discovery.endorsers(node, signer, channel, chaincode, timeout);
    }
}
