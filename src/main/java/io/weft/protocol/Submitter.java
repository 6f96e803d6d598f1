package io.weft.protocol;

import io.weft.model.ConsensusType;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    /** How long an ordering node that took the last transaction may be silent before the next one is asked too. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(1);

    /**
     * The same for other nodes. One that has just learnt who leads, and is not connected to it, is silent for 7 s
     * ({@code General.Cluster.RPCTimeout} of Fabric's {@code orderer.yaml}) and refuses then.
     */
    private static final Duration STRANGER_ANSWERS_WITHIN = Duration.ofMillis(200);

    private static final int ATTEMPTS = 5;

    private final ConsensusType consensus;
    /** Who is asked at the same time, in order. */
    private final List<List<OrdererConnection>> groups;
    /** Who took the last transaction. */
    private volatile Optional<OrdererConnection> taker = Optional.empty();

    /**
     * @param consensus the channel's consensus protocol
     * @param orderers its ordering nodes, in order of preference; at least one
     */
    public Submitter(ConsensusType consensus, List<OrdererConnection> orderers) {
        if (orderers.isEmpty()) {
            throw new IllegalArgumentException("No ordering node to submit to");
        }
        this.consensus = consensus;
        this.groups = consensus == ConsensusType.BFT
                ? List.of(List.copyOf(orderers))
                : orderers.stream().map(List::of).toList();
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
     * Offers an envelope to the ordering service until a node takes it. Raft: to one node after the other, beginning with
     * the one that took the last. BFT: to all at once, because a node that is not the leader waits before it passes a
     * transaction on. While a node is silent the next one is asked as well; should both order the transaction, peers hold
     * the second copy for invalid.
     *
     * @param what names the content in messages
     */
    void broadcast(Envelope envelope, String what, Deadline deadline) {
        Duration pause = FIRST_PAUSE;
        Offer offer = new Offer(envelope, what, deadline);
        try {
            while (true) {
                for (List<OrdererConnection> group : takerFirst()) {
                    Optional<OrdererConnection> one =
                            offer.takenBy(group, isTaker(group) ? ANSWERS_WITHIN : STRANGER_ANSWERS_WITHIN);
                    if (one.isPresent()) {
                        taker = one;
                        return;
                    }
                }
                if (!deadline.pause(pause)) {
                    throw offer.notTaken();
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        } finally {
            // With BFT all shall have it, and above all the leader, whoever that is.
            if (consensus == ConsensusType.RAFT) {
                offer.withdraw();
            }
        }
    }

    private List<List<OrdererConnection>> takerFirst() {
        return groups.stream()
                .sorted(Comparator.comparing(group -> !isTaker(group)))
                .toList();
    }

    private boolean isTaker(List<OrdererConnection> group) {
        return taker.filter(group::contains).isPresent();
    }

    /** An envelope on offer, and what the ordering nodes say to it. */
    private static final class Offer {
        private final Envelope envelope;
        private final String what;
        private final Deadline deadline;
        private final Map<OrdererConnection, CompletableFuture<BroadcastResponse>> open = new LinkedHashMap<>();
        private final Map<String, String> seen = new LinkedHashMap<>();
        private boolean answered;

        Offer(Envelope envelope, String what, Deadline deadline) {
            this.envelope = envelope;
            this.what = what;
            this.deadline = deadline;
        }

        /** Asks the nodes that are not being asked, and listens to all until these have answered or been silent for too long. */
        Optional<OrdererConnection> takenBy(List<OrdererConnection> nodes, Duration answersWithin) {
            List<OrdererConnection> asked =
                    nodes.stream().filter(node -> !open.containsKey(node)).toList();
            asked.forEach(node -> open.put(node, node.broadcast(envelope, deadline.remaining())));
            Deadline patience = Deadline.after(deadline.remaining(answersWithin));
            boolean over;
            do {
                over = asked.stream().noneMatch(open::containsKey) || !awaitAny(patience);
                for (OrdererConnection node : List.copyOf(open.keySet())) {
                    if (open.get(node).isDone() && isTaken(node, open.remove(node))) {
                        return Optional.of(node);
                    }
                }
            } while (!over);
            return Optional.empty();
        }

        private boolean awaitAny(Deadline patience) {
            try {
                CompletableFuture.anyOf(open.values().toArray(CompletableFuture[]::new))
                        .get(patience.remaining().toNanos(), TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                return true;
            } catch (InterruptedException e) {
                throw Interruption.of(e);
            }
        }

        private boolean isTaken(OrdererConnection node, CompletableFuture<BroadcastResponse> reply) {
            try {
                BroadcastResponse answer = node.await(reply, "order " + what);
                if (isAccepted(answer)) {
                    return true;
                }
                answered = true;
                seen.put(node.endpoint().node(), answer.getStatus().getNumber() + " " + answer.getInfo());
                if (isFinal(answer)) {
                    throw new RejectedException(node.endpoint() + " refused to order " + what + " ("
                            + answer.getStatus().getNumber() + "): " + answer.getInfo());
                }
            } catch (UnreachableException | TimedOutException e) {
                seen.put(node.endpoint().node(), firstLine(e));
            }
            return false;
        }

        WeftException notTaken() {
            open.keySet()
                    .forEach(node -> seen.putIfAbsent(
                            node.endpoint().node(),
                            node.isConnected() ? "It has not answered yet." : "It is still being connected."));
            String states = seen.entrySet().stream()
                    .map(entry -> "\n  `" + entry.getKey() + "`: " + entry.getValue())
                    .collect(Collectors.joining());
            String message = "No ordering node took " + what + " within "
                    + deadline.total().toSeconds() + " s. Last seen:" + states;
            return answered ? new TimedOutException(message) : new UnreachableException(message);
        }

        /** Takes it back from the nodes that have not answered. */
        void withdraw() {
            open.values().forEach(reply -> reply.cancel(true));
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
}
