package io.weft.protocol;

import io.weft.model.ConsensusType;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * Takes transactions from proposal to commit without a gateway peer, for what a gateway cannot do: peers that have to
 * endorse are named by the caller. Safe for use by several threads.
 */
public final class Submitter {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    /** A channel that has just been made has its leader a second later, and everything waits for that. */
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    /** How long one of several ordering nodes may take to be connected before the next one is asked. */
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(1);

    private static final int ATTEMPTS = 5;

    private final ConsensusType consensus;
    private final List<OrdererConnection> orderers;

    /**
     * @param consensus the channel's consensus protocol
     * @param orderers its ordering nodes, in order of preference; at least one
     */
    public Submitter(ConsensusType consensus, List<OrdererConnection> orderers) {
        if (orderers.isEmpty()) {
            throw new IllegalArgumentException("No ordering node to submit to");
        }
        this.consensus = consensus;
        this.orderers = List.copyOf(orderers);
    }

    /**
     * Has all endorsers execute the invocation, sends the transaction to the ordering service and blocks until every
     * witness has committed it. While no ordering node takes it (no leader yet, for example), it is offered again. A
     * transaction that lost a race for the same keys is made anew, up to {@value #ATTEMPTS} times.
     *
     * @param endorsers peers whose signatures it needs
     * @param witnesses peers that must have it before this returns
     * @param timeout for everything together
     * @throws RejectedException if the ordering service refuses it, peers compute different results, or it is invalid
     * @throws UnreachableException if a peer or all ordering nodes do not answer
     * @throws TimedOutException if the ordering service does not take it, or a witness does not commit it, in time
     */
    public Submission submit(
            Signer signer,
            Invocation invocation,
            List<PeerConnection> endorsers,
            List<PeerConnection> witnesses,
            Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        for (int attempt = 1; ; attempt++) {
            Proposal proposal = new Proposal(signer, invocation);
            List<CommitWatch> watches = witnesses.stream()
                    .map(peer ->
                            new CommitWatch(peer, signer, invocation.channel(), proposal.transactionId(), deadline))
                    .toList();
            try {
                Map<String, ProposalResponse> endorsements = new LinkedHashMap<>();
                List<Answer.Refused> refusals = new ArrayList<>();
                endorse(proposal, endorsers, deadline, endorsements, refusals);
                if (!refusals.isEmpty()) {
                    return new Submission.NotEndorsed(refusals);
                }
                Envelope transaction = proposal.transaction(endorsements);
                watches.forEach(CommitWatch::awaitBegin);
                broadcast(transaction, invocation.toString(), deadline);
                List<Committed> results =
                        watches.stream().map(CommitWatch::await).toList();
                Committed result = results.get(0);
                if (result.isValid()) {
                    return new Submission.Done(result);
                }
                if (!lostRace(result) || attempt == ATTEMPTS) {
                    throw new RejectedException("Transaction `" + result.transactionId() + "` (" + invocation
                            + ") is in block " + result.block() + ", but the peers hold it for invalid: "
                            + result.code() + ".");
                }
            } finally {
                watches.forEach(CommitWatch::close);
            }
        }
    }

    private static boolean lostRace(Committed result) {
        return result.code() == TxValidationCode.MVCC_READ_CONFLICT
                || result.code() == TxValidationCode.PHANTOM_READ_CONFLICT;
    }

    private static void endorse(
            Proposal proposal,
            List<PeerConnection> endorsers,
            Deadline deadline,
            Map<String, ProposalResponse> endorsements,
            List<Answer.Refused> refusals) {
        List<CompletableFuture<Answer>> answers = endorsers.stream()
                .map(peer -> peer.proposeAsync(proposal, deadline.remaining()))
                .toList();
        for (int i = 0; i < endorsers.size(); i++) {
            Answer answer = endorsers.get(i).node().await(answers.get(i), "endorse " + proposal.invocation());
            if (answer instanceof Answer.Endorsed endorsed) {
                endorsements.put(answer.peer().node(), endorsed.response());
            } else {
                refusals.add((Answer.Refused) answer);
            }
        }
    }

    /**
     * Offers an envelope to the ordering service until a node takes it. Raft: to one node after the other. BFT: to all at
     * once, because a node that is not the leader waits before it passes a transaction on. A node that is still being
     * connected is left for the next round.
     *
     * @param what names the content in messages
     */
    void broadcast(Envelope envelope, String what, Deadline deadline) {
        Duration pause = FIRST_PAUSE;
        Map<String, String> seen = new LinkedHashMap<>();
        boolean answered = false;
        while (true) {
            List<OrdererConnection> round = orderers;
            List<CompletableFuture<BroadcastResponse>> answers = new ArrayList<>();
            if (consensus == ConsensusType.BFT) {
                round.forEach(orderer -> answers.add(orderer.broadcast(envelope, deadline.remaining())));
            }
            for (int i = 0; i < round.size(); i++) {
                OrdererConnection orderer = round.get(i);
                String node = orderer.endpoint().node();
                if (round.size() > 1 && !orderer.awaitConnection(deadline.remaining(CONNECTED_WITHIN))) {
                    seen.put(node, "It is still being connected.");
                    continue;
                }
                try {
                    BroadcastResponse answer = orderer.await(
                            answers.isEmpty() ? orderer.broadcast(envelope, deadline.remaining()) : answers.get(i),
                            "order " + what);
                    if (isAccepted(answer)) {
                        return;
                    }
                    answered = true;
                    seen.put(node, answer.getStatus().getNumber() + " " + answer.getInfo());
                    if (isFinal(answer)) {
                        throw new RejectedException(orderer.endpoint() + " refused to order " + what + " ("
                                + answer.getStatus().getNumber() + "): " + answer.getInfo());
                    }
                } catch (UnreachableException | TimedOutException e) {
                    seen.put(node, firstLine(e));
                }
            }
            if (!deadline.pause(pause)) {
                throw notTaken(what, deadline, seen, answered);
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static boolean isAccepted(BroadcastResponse answer) {
        return answer.getStatus() == Status.SUCCESS || answer.getInfo().contains("request already exists");
    }

    /** Whether no other node, and no later moment, can answer differently. */
    private static boolean isFinal(BroadcastResponse answer) {
        // A node that has not joined yet calls the channel unknown, in words that depend on its version.
        boolean unknownChannel = answer.getInfo().contains("channel does not exist")
                || answer.getInfo().contains("channel creation request not allowed");
        return switch (answer.getStatus()) {
            case BAD_REQUEST -> !unknownChannel;
            case FORBIDDEN, REQUEST_ENTITY_TOO_LARGE -> true;
            default -> false;
        };
    }

    private static String firstLine(WeftException e) {
        return e.getMessage().lines().findFirst().orElse("");
    }

    private static WeftException notTaken(String what, Deadline deadline, Map<String, String> seen, boolean answered) {
        String states = seen.entrySet().stream()
                .map(entry -> "\n  `" + entry.getKey() + "`: " + entry.getValue())
                .collect(Collectors.joining());
        String message =
                "No ordering node took " + what + " within " + deadline.total().toSeconds() + " s. Last seen:" + states;
        return answered ? new TimedOutException(message) : new UnreachableException(message);
    }
}
