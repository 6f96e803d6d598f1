package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status.Code;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.config.SignedData;
import io.weft.embedded.ledger.ChannelLedger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.gateway.ChaincodeEventsRequest;
import org.hyperledger.fabric.protos.gateway.ChaincodeEventsResponse;
import org.hyperledger.fabric.protos.gateway.CommitStatusRequest;
import org.hyperledger.fabric.protos.gateway.CommitStatusResponse;
import org.hyperledger.fabric.protos.gateway.EndorseRequest;
import org.hyperledger.fabric.protos.gateway.EndorseResponse;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.gateway.EvaluateRequest;
import org.hyperledger.fabric.protos.gateway.EvaluateResponse;
import org.hyperledger.fabric.protos.gateway.GatewayGrpc;
import org.hyperledger.fabric.protos.gateway.SignedChaincodeEventsRequest;
import org.hyperledger.fabric.protos.gateway.SignedCommitStatusRequest;
import org.hyperledger.fabric.protos.gateway.SubmitRequest;
import org.hyperledger.fabric.protos.gateway.SubmitResponse;
import org.hyperledger.fabric.protos.orderer.SeekPosition;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeCall;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.ChaincodeInterest;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Response;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * Collects endorsements, submits, evaluates, and tells of commits and events, on behalf of clients.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/internal/pkg/gateway">Fabric's gateway</a>
 */
final class GatewayService extends GatewayGrpc.GatewayImplBase {
    private final PeerNode peer;
    private final Ordering ordering;
    private final ExecutorService executor;

    GatewayService(PeerNode peer, Ordering ordering, ExecutorService executor) {
        this.peer = peer;
        this.ordering = ordering;
        this.executor = executor;
    }

    /** A proposal, as far as the gateway looks into it. */
    private record Opened(
            SignedProposal signed,
            Header header,
            ChaincodeProposalPayload payload,
            ChannelHeader channelHeader,
            ChaincodeInvocationSpec spec) {
        static Opened of(SignedProposal signed) {
            Proposal proposal = Read.message(Proposal.parser(), signed.getProposalBytes(), "Proposal");
            Header header = Read.message(Header.parser(), proposal.getHeader(), "Header");
            ChannelHeader channelHeader =
                    Read.message(ChannelHeader.parser(), header.getChannelHeader(), "ChannelHeader");
            ChaincodeProposalPayload payload =
                    Read.message(ChaincodeProposalPayload.parser(), proposal.getPayload(), "ChaincodeProposalPayload");
            ChaincodeInvocationSpec spec =
                    Read.message(ChaincodeInvocationSpec.parser(), payload.getInput(), "ChaincodeInvocationSpec");
            return new Opened(signed, header, payload, channelHeader, spec);
        }

        String channel() {
            return channelHeader.getChannelId();
        }

        String chaincode() {
            return spec.getChaincodeSpec().getChaincodeId().getName();
        }

        boolean hasTransientData() {
            return payload.getTransientMapCount() > 0;
        }

        @Override
        public String toString() {
            return "Opened[" + chaincode() + " on " + channel() + "]";
        }
    }

    private <R> void answer(StreamObserver<R> responses, Supplier<R> work) {
        R result;
        try {
            result = work.get();
        } catch (GatewayFailure e) {
            responses.onError(e.toGrpc());
            return;
        }
        responses.onNext(result);
        responses.onCompleted();
    }

    @Override
    public void evaluate(EvaluateRequest request, StreamObserver<EvaluateResponse> responses) {
        answer(responses, () -> evaluate(request));
    }

    private EvaluateResponse evaluate(EvaluateRequest request) {
        Opened proposal;
        try {
            proposal = forEvaluation(request.getProposedTransaction());
        } catch (Refusal e) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "failed to unpack transaction proposal: " + e.getMessage());
        }
        if (peer.channel(proposal.channel()).isEmpty()) {
            throw new GatewayFailure(Code.UNAVAILABLE, unknownChannel(proposal.channel()));
        }
        boolean isProtected = proposal.hasTransientData() && request.getTargetOrganizationsCount() == 0;
        List<String> organizations = isProtected ? List.of(peer.mspId().value()) : request.getTargetOrganizationsList();
        List<Member> candidates = evaluators(proposal, organizations);
        if (candidates.isEmpty()) {
            String reason = "no peers available to evaluate chaincode " + proposal.chaincode() + " in channel "
                    + proposal.channel();
            throw new GatewayFailure(
                    Code.FAILED_PRECONDITION,
                    isProtected
                            ? "no endorsers found in the gateway's organization; retry specifying target organization(s)"
                                    + " to protect transient data: " + reason
                            : reason);
        }
        List<ErrorDetail> details = new ArrayList<>();
        Code last = Code.UNKNOWN;
        for (Member candidate : candidates) {
            Verdict verdict = within("evaluate timeout expired", ask(candidate, proposal.signed()));
            if (verdict.isOk()) {
                return EvaluateResponse.newBuilder()
                        .setResult(result(verdict.response().orElseThrow()))
                        .build();
            }
            details.add(GatewayFailure.detail(candidate, verdict.message()));
            if (!verdict.retry()) {
                throw new GatewayFailure(
                        verdict.code(), "evaluate call to endorser returned error: " + verdict.message(), details);
            }
            last = verdict.code();
        }
        throw new GatewayFailure(last, "failed to evaluate transaction, see attached details for more info", details);
    }

    private static Opened forEvaluation(SignedProposal signed) {
        if (signed.getProposalBytes().isEmpty()) {
            throw new Refusal("a signed proposal is required");
        }
        Opened result = Opened.of(signed);
        if (result.channel().isEmpty()) {
            throw new Refusal("no channel id provided");
        }
        String where = ", channel id [" + result.channel() + "]";
        if (!result.spec().hasChaincodeSpec()) {
            throw new Refusal("no chaincode spec is provided" + where);
        }
        if (!result.spec().getChaincodeSpec().hasChaincodeId()) {
            throw new Refusal("no chaincode id is provided" + where);
        }
        if (result.chaincode().isEmpty()) {
            throw new Refusal("no chaincode name is provided" + where);
        }
        return result;
    }

    /** Own organization first, then those with the highest ledgers. */
    private List<Member> evaluators(Opened proposal, List<String> organizations) {
        Map<String, List<Member>> members = membersByOrganization(proposal.channel(), proposal.chaincode());
        if (!organizations.isEmpty()) {
            members.keySet().retainAll(organizations);
        }
        List<Member> result = new ArrayList<>(members.getOrDefault(peer.mspId().value(), List.of()));
        members.remove(peer.mspId().value());
        members.values().stream().flatMap(List::stream).sorted(preference()).forEach(result::add);
        return result;
    }

    private static Response result(ProposalResponse response) {
        try {
            ByteString payload = ChaincodeAction.parseFrom(ProposalResponsePayload.parseFrom(response.getPayload())
                            .getExtension())
                    .getResponse()
                    .getPayload();
            return response.getResponse().toBuilder().setPayload(payload).build();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("This process made the response", e);
        }
    }

    private Map<String, List<Member>> membersByOrganization(String channel, String chaincode) {
        Map<String, List<Member>> result = new TreeMap<>();
        for (Member member : Member.of(peer, channel)) {
            if (member.has(chaincode)) {
                result.computeIfAbsent(member.mspId(), id -> new ArrayList<>()).add(member);
            }
        }
        result.values().forEach(members -> members.sort(preference()));
        return result;
    }

    /** The highest ledger first; among equals this peer. */
    private Comparator<Member> preference() {
        return Comparator.comparing(Member::height)
                .reversed()
                .thenComparing(member -> !member.identity().equals(peer.identity()))
                .thenComparing(Member::endpoint);
    }

    private Future<Verdict> ask(Member member, SignedProposal proposal) {
        return executor.submit(Context.current().wrap(() -> member.ask(proposal, peer)));
    }

    private static <T> T within(String late, Future<T> work) {
        Deadline deadline = Context.current().getDeadline();
        try {
            return deadline == null
                    ? work.get()
                    : work.get(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new GatewayFailure(Code.DEADLINE_EXCEEDED, late);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayFailure(Code.UNAVAILABLE, "The peer is being closed.");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void endorse(EndorseRequest request, StreamObserver<EndorseResponse> responses) {
        answer(responses, () -> endorse(request));
    }

    private EndorseResponse endorse(EndorseRequest request) {
        if (request.getProposedTransaction().getProposalBytes().isEmpty()) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "the proposed transaction must contain a signed proposal");
        }
        Opened proposal;
        try {
            proposal = Opened.of(request.getProposedTransaction());
        } catch (Refusal e) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, e.getMessage());
        }
        EndorsementPlan plan;
        if (request.getEndorsingOrganizationsCount() > 0) {
            try {
                plan = planForOrganizations(proposal, request.getEndorsingOrganizationsList());
            } catch (Refusal e) {
                throw new GatewayFailure(Code.UNAVAILABLE, e.getMessage());
            }
        } else {
            plan = planFromFirstEndorser(proposal);
        }
        while (!plan.isComplete()) {
            List<Member> endorsers = plan.next();
            if (endorsers.isEmpty()) {
                break;
            }
            collect(plan, endorsers, proposal.signed());
        }
        if (!plan.isComplete()) {
            throw new GatewayFailure(
                    Code.ABORTED,
                    "failed to collect enough transaction endorsements, see attached details for more info",
                    plan.errors());
        }
        return EndorseResponse.newBuilder()
                .setPreparedTransaction(prepared(proposal, plan))
                .build();
    }

    /** Asks the peers of one alternative side by side, and others of their groups where they fail. */
    private void collect(EndorsementPlan plan, List<Member> endorsers, SignedProposal proposal) {
        List<Future<Optional<String>>> running = new ArrayList<>();
        for (Member endorser : endorsers) {
            running.add(executor.submit(Context.current().wrap(() -> endorsed(plan, endorser, proposal))));
        }
        Set<String> exhausted = new LinkedHashSet<>();
        for (Future<Optional<String>> one : running) {
            within("endorsement timeout expired while collecting endorsements", one)
                    .ifPresent(exhausted::add);
        }
        plan.giveUp(exhausted);
    }

    /** Empty if a peer of the group endorsed, else the group, of which nobody is left. */
    private Optional<String> endorsed(EndorsementPlan plan, Member first, SignedProposal proposal) {
        Optional<Member> endorser = Optional.of(first);
        while (endorser.isPresent()) {
            Member asked = endorser.get();
            Verdict verdict = within("endorsement timeout expired while collecting endorsements", ask(asked, proposal));
            if (!verdict.isOk()) {
                plan.addError(GatewayFailure.detail(asked, verdict.message()));
            } else if (plan.add(asked, verdict.response().orElseThrow())) {
                return Optional.empty();
            }
            endorser = plan.insteadOf(asked);
        }
        return Optional.of(plan.groupOf(first));
    }

    private EndorsementPlan planForOrganizations(Opened proposal, List<String> organizations) {
        Map<String, List<Member>> members = membersByOrganization(proposal.channel(), proposal.chaincode());
        List<String> missing =
                organizations.stream().filter(one -> !members.containsKey(one)).toList();
        if (!missing.isEmpty()) {
            throw new Refusal("failed to find any endorsing peers for org(s): " + String.join(", ", missing));
        }
        Map<String, Integer> layout = new LinkedHashMap<>();
        organizations.forEach(one -> layout.put(one, 1));
        members.keySet().retainAll(organizations);
        return new EndorsementPlan(List.of(layout), members);
    }

    /** Executes the proposal once to learn what it touches, and then plans by the policies of that. */
    private EndorsementPlan planFromFirstEndorser(Opened proposal) {
        EndorsementPlan first;
        try {
            first = planForOrganizations(proposal, List.of(peer.mspId().value()));
        } catch (Refusal none) {
            if (proposal.hasTransientData()) {
                throw new GatewayFailure(
                        Code.FAILED_PRECONDITION,
                        "no endorsers found in the gateway's organization; retry specifying endorsing organization(s) to"
                                + " protect transient data");
            }
            first = planByPolicy(proposal, interestIn(proposal.chaincode()), Optional.empty());
        }
        List<ErrorDetail> details = new ArrayList<>();
        Optional<Member> endorser = Optional.of(first.next().get(0));
        while (endorser.isPresent()) {
            Member asked = endorser.get();
            Verdict verdict = within(
                    "endorsement timeout expired while collecting first endorsement", ask(asked, proposal.signed()));
            if (verdict.isOk()) {
                ProposalResponse response = verdict.response().orElseThrow();
                EndorsementPlan plan = planFor(proposal, asked, response);
                plan.add(asked, response);
                return plan;
            }
            details.add(GatewayFailure.detail(asked, verdict.message()));
            endorser = first.insteadOf(asked);
        }
        throw new GatewayFailure(
                Code.ABORTED, "failed to endorse transaction, see attached details for more info", details);
    }

    private EndorsementPlan planFor(Opened proposal, Member first, ProposalResponse response) {
        ChaincodeInterest interest = response.getInterest().getChaincodesCount() == 0
                ? interestIn(proposal.chaincode())
                : response.getInterest();
        if (!proposal.hasTransientData()) {
            return planByPolicy(proposal, interest, Optional.of(first));
        }
        // Transient data must not reach organizations that may not see what becomes of it.
        ChaincodeInterest.Builder cautious = ChaincodeInterest.newBuilder();
        List<String> protectedCollections = new ArrayList<>();
        for (ChaincodeCall call : interest.getChaincodesList()) {
            cautious.addChaincodes(call.toBuilder().setNoPrivateReads(false));
            if (call.getNoPrivateReads()) {
                protectedCollections.addAll(call.getCollectionNamesList());
            }
        }
        try {
            return planByPolicy(proposal, cautious.build(), Optional.of(first));
        } catch (GatewayFailure e) {
            if (protectedCollections.isEmpty()) {
                throw e;
            }
            planByPolicy(proposal, interest, Optional.of(first));
            throw new GatewayFailure(
                    Code.FAILED_PRECONDITION,
                    "requires endorsement from organisation(s) that are not in the distribution policy of the private"
                            + " data collection(s): [" + String.join(" ", protectedCollections)
                            + "]; retry specifying trusted endorsing organizations to protect transient data");
        }
    }

    private static ChaincodeInterest interestIn(String chaincode) {
        return ChaincodeInterest.newBuilder()
                .addChaincodes(ChaincodeCall.newBuilder().setName(chaincode))
                .build();
    }

    /** Alternatives with the group of the preferred peer come first. */
    private EndorsementPlan planByPolicy(Opened proposal, ChaincodeInterest interest, Optional<Member> preferred) {
        EndorserGroups found;
        try {
            PeerChannel channel = peer.channel(proposal.channel())
                    .orElseThrow(() -> new Refusal("No metadata was found for chaincode " + proposal.chaincode()
                            + " in channel " + proposal.channel()));
            found = EndorserGroups.find(peer, channel, interest);
        } catch (Refusal e) {
            throw new GatewayFailure(
                    Code.FAILED_PRECONDITION,
                    "no combination of peers can be derived which satisfy the endorsement policy: " + e.getMessage());
        }
        Map<String, List<Member>> groups = new LinkedHashMap<>();
        found.groups()
                .forEach((name, members) ->
                        groups.put(name, members.stream().sorted(preference()).toList()));
        Set<String> preferredGroups = new LinkedHashSet<>();
        preferred.ifPresent(member -> groups.forEach((name, members) -> {
            if (members.stream().anyMatch(one -> one.identity().equals(member.identity()))) {
                preferredGroups.add(name);
            }
        }));
        List<Map<String, Integer>> layouts = new ArrayList<>(found.layouts());
        Collections.shuffle(layouts);
        layouts.sort(Comparator.comparing(layout -> Collections.disjoint(layout.keySet(), preferredGroups)));
        return new EndorsementPlan(layouts, groups);
    }

    private static Envelope prepared(Opened proposal, EndorsementPlan plan) {
        ByteString action = ChaincodeActionPayload.newBuilder()
                .setChaincodeProposalPayload(
                        ProposedCall.withoutTransientData(proposal.payload()).toByteString())
                .setAction(ChaincodeEndorsedAction.newBuilder()
                        .setProposalResponsePayload(plan.payload())
                        .addAllEndorsements(plan.endorsements()))
                .build()
                .toByteString();
        org.hyperledger.fabric.protos.peer.Transaction transaction =
                org.hyperledger.fabric.protos.peer.Transaction.newBuilder()
                        .addActions(TransactionAction.newBuilder()
                                .setHeader(proposal.header().getSignatureHeader())
                                .setPayload(action))
                        .build();
        return Envelope.newBuilder()
                .setPayload(Payload.newBuilder()
                        .setHeader(proposal.header())
                        .setData(transaction.toByteString())
                        .build()
                        .toByteString())
                .build();
    }

    @Override
    public void submit(SubmitRequest request, StreamObserver<SubmitResponse> responses) {
        answer(responses, () -> submit(request));
    }

    private SubmitResponse submit(SubmitRequest request) {
        if (!request.hasPreparedTransaction()) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "a prepared transaction is required");
        }
        Envelope transaction = request.getPreparedTransaction();
        if (transaction.getSignature().isEmpty()) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "prepared transaction must be signed");
        }
        PeerChannel channel = peer.channel(request.getChannelId())
                .orElseThrow(
                        () -> new GatewayFailure(Code.FAILED_PRECONDITION, unknownChannel(request.getChannelId())));
        ordering.submit(channel.view(), transaction);
        return SubmitResponse.getDefaultInstance();
    }

    private static String unknownChannel(String channel) {
        return "failed to get config for channel [" + channel + "]: could not get last config for channel " + channel;
    }

    @Override
    public void commitStatus(SignedCommitStatusRequest signed, StreamObserver<CommitStatusResponse> responses) {
        try {
            awaitCommit(signed, (ServerCallStreamObserver<CommitStatusResponse>) responses);
        } catch (GatewayFailure e) {
            responses.onError(e.toGrpc());
        }
    }

    private void awaitCommit(
            SignedCommitStatusRequest signed, ServerCallStreamObserver<CommitStatusResponse> responses) {
        if (signed.getRequest().isEmpty()) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "a commit status request is required");
        }
        CommitStatusRequest request;
        try {
            request = CommitStatusRequest.parseFrom(signed.getRequest());
        } catch (InvalidProtocolBufferException e) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "invalid status request: " + e.getMessage());
        }
        if (request.getIdentity().isEmpty()) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "no identity provided");
        }
        if (request.getChannelId().isEmpty()) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "no channel ID provided");
        }
        String transactionId = request.getTransactionId();
        if (transactionId.isEmpty()) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "transaction ID should not be empty");
        }
        PeerChannel channel = authorized(
                "gateway/CommitStatus",
                request.getChannelId(),
                new SignedData(request.getIdentity(), signed.getRequest(), signed.getSignature()));
        AtomicBoolean answered = new AtomicBoolean();
        Consumer<CommitWaiters.Committed> listener = committed -> {
            if (answered.compareAndSet(false, true) && !responses.isCancelled()) {
                responses.onNext(CommitStatusResponse.newBuilder()
                        .setResult(committed.code())
                        .setBlockNumber(committed.block())
                        .build());
                responses.onCompleted();
            }
        };
        // Listen first, so that no commit is missed after having looked.
        channel.waiters().add(transactionId, listener);
        responses.setOnCancelHandler(() -> channel.waiters().remove(transactionId, listener));
        ChannelLedger ledger = channel.ledger();
        Optional<TxValidationCode> code = ledger.code(transactionId);
        if (code.isPresent()) {
            channel.waiters().remove(transactionId, listener);
            listener.accept(new CommitWaiters.Committed(
                    transactionId, code.get(), ledger.blockNumber(transactionId).orElseThrow()));
        }
    }

    private PeerChannel authorized(String resource, String channel, SignedData signed) {
        PeerChannel found = peer.channel(channel)
                .orElseThrow(() -> new GatewayFailure(
                        Code.PERMISSION_DENIED, "Failed to get policy manager for channel [" + channel + "]"));
        try {
            found.view().requireAccess(resource, List.of(signed));
        } catch (RuleException e) {
            throw new GatewayFailure(Code.PERMISSION_DENIED, e.getMessage());
        }
        return found;
    }

    @Override
    public void chaincodeEvents(
            SignedChaincodeEventsRequest signed, StreamObserver<ChaincodeEventsResponse> responses) {
        try {
            stream(signed, (ServerCallStreamObserver<ChaincodeEventsResponse>) responses);
        } catch (GatewayFailure e) {
            responses.onError(e.toGrpc());
        }
    }

    private void stream(
            SignedChaincodeEventsRequest signed, ServerCallStreamObserver<ChaincodeEventsResponse> responses) {
        if (signed.getRequest().isEmpty()) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "a chaincode events request is required");
        }
        ChaincodeEventsRequest request;
        try {
            request = ChaincodeEventsRequest.parseFrom(signed.getRequest());
        } catch (InvalidProtocolBufferException e) {
            throw new GatewayFailure(Code.INVALID_ARGUMENT, "invalid chaincode events request: " + e.getMessage());
        }
        PeerChannel channel = authorized(
                "gateway/ChaincodeEvents",
                request.getChannelId(),
                new SignedData(request.getIdentity(), signed.getRequest(), signed.getSignature()));
        ChannelLedger ledger = channel.ledger();
        new EventStream(ledger, request, firstBlock(ledger, request), responses, executor).open();
    }

    private static long firstBlock(ChannelLedger ledger, ChaincodeEventsRequest request) {
        Optional<Long> previous = request.getAfterTransactionId().isEmpty()
                ? Optional.empty()
                : ledger.blockNumber(request.getAfterTransactionId());
        return previous.orElseGet(() -> position(ledger, request.getStartPosition()));
    }

    private static long position(ChannelLedger ledger, SeekPosition position) {
        return switch (position.getTypeCase()) {
            case TYPE_NOT_SET, NEXT_COMMIT -> ledger.height();
            case SPECIFIED -> position.getSpecified().getNumber();
            case NEWEST -> throw invalidStart("Newest");
            case OLDEST -> throw invalidStart("Oldest");
        };
    }

    private static GatewayFailure invalidStart(String type) {
        return new GatewayFailure(Code.INVALID_ARGUMENT, "invalid start position type: *orderer.SeekPosition_" + type);
    }
}
