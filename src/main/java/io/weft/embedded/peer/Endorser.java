package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.weft.embedded.chaincode.ChaincodeAnswer;
import io.weft.embedded.chaincode.ChaincodeCall;
import io.weft.embedded.chaincode.ChaincodeExecutor;
import io.weft.embedded.chaincode.ChaincodeFailure;
import io.weft.embedded.config.Identity;
import io.weft.embedded.config.IdentityException;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.deliver.IdentityExpiry;
import io.weft.embedded.ledger.Simulation;
import io.weft.embedded.ledger.SimulationException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeInterest;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.EndorserGrpc;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Response;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks proposals, has them executed, and signs what comes out.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/endorser/endorser.go">Fabric's endorser.go</a>
 */
final class Endorser extends EndorserGrpc.EndorserImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(Endorser.class);
    /** {@code peer.authentication.timewindow} of Fabric's {@code core.yaml}. */
    private static final Duration TIME_WINDOW = Duration.ofMinutes(15);

    private static final int ERROR_THRESHOLD = 400;
    private static final int ERROR = 500;
    private static final String PLUGIN = "escc";
    private static final String SYSTEM_VERSION = "syscc";

    private final PeerNode peer;
    private final SystemChaincodes systemChaincodes;
    private final ChaincodeExecutor chaincodes;
    private final Clock clock;

    /**
     * What Fabric's endorser hands to whoever called it. Over the network the error wins, inside the peer both count.
     *
     * @param error a refusal before anything was executed
     */
    record Outcome(Optional<ProposalResponse> response, Optional<String> error) {
        private static Outcome answered(ProposalResponse response) {
            return new Outcome(Optional.of(response), Optional.empty());
        }

        private static Outcome failed(String message) {
            return answered(failure(message));
        }

        private static Outcome refused(String message) {
            return new Outcome(Optional.of(failure(message)), Optional.of(message));
        }

        private static Outcome filtered(String message) {
            return new Outcome(Optional.empty(), Optional.of(message));
        }

        private static ProposalResponse failure(String message) {
            return ProposalResponse.newBuilder()
                    .setResponse(Response.newBuilder().setStatus(ERROR).setMessage(message))
                    .build();
        }
    }

    /** What the chaincode said, and under which version. */
    private record Executed(Response response, ByteString event, String version) {}

    Endorser(PeerNode peer, SystemChaincodes systemChaincodes, ChaincodeExecutor chaincodes, Clock clock) {
        this.peer = peer;
        this.systemChaincodes = systemChaincodes;
        this.chaincodes = chaincodes;
        this.clock = clock;
    }

    @Override
    public void processProposal(SignedProposal request, StreamObserver<ProposalResponse> responses) {
        Outcome outcome = process(request);
        if (outcome.error().isPresent()) {
            responses.onError(
                    Status.UNKNOWN.withDescription(outcome.error().get()).asRuntimeException());
        } else {
            responses.onNext(outcome.response().orElseThrow());
            responses.onCompleted();
        }
    }

    /** Blocks until the chaincode has answered. */
    Outcome process(SignedProposal request) {
        try {
            filter(request);
        } catch (Refusal e) {
            return Outcome.filtered(e.getMessage());
        }
        ProposedCall call;
        try {
            call = ProposedCall.unpack(request);
        } catch (Refusal e) {
            return Outcome.refused(e.getMessage());
        }
        Optional<PeerChannel> channel = peer.channel(call.channel());
        if (!call.channel().isEmpty() && channel.isEmpty()) {
            return Outcome.failed("channel '" + call.channel() + "' not found");
        }
        channel.ifPresent(PeerChannel::catchUp);
        try {
            check(call, channel);
        } catch (Refusal | RuleException e) {
            LOG.debug("{} refuses {}: {}", peer.name(), call, e.getMessage());
            return Outcome.refused(e.getMessage());
        }
        try {
            return Outcome.answered(endorse(call, channel));
        } catch (Refusal | ChaincodeFailure e) {
            LOG.debug("{} cannot execute {}: {}", peer.name(), call, e.getMessage());
            return Outcome.failed(e.getMessage());
        }
    }

    /** Fabric's {@code core/handlers/auth/filter}. */
    private void filter(SignedProposal request) {
        Header header;
        SignatureHeader signature;
        ChannelHeader channelHeader;
        try {
            Proposal proposal = Read.message(Proposal.parser(), request.getProposalBytes(), "Proposal");
            header = Read.message(Header.parser(), proposal.getHeader(), "Header");
            signature = Read.message(SignatureHeader.parser(), header.getSignatureHeader(), "SignatureHeader");
            channelHeader = Read.message(ChannelHeader.parser(), header.getChannelHeader(), "ChannelHeader");
        } catch (Refusal e) {
            throw new Refusal("failed parsing proposal: " + e.getMessage(), e);
        }
        Instant now = clock.instant();
        if (IdentityExpiry.of(signature.getCreator()).map(now::isAfter).orElse(false)) {
            throw new Refusal("proposal client identity expired");
        }
        Instant time = Instant.ofEpochSecond(
                channelHeader.getTimestamp().getSeconds(),
                channelHeader.getTimestamp().getNanos());
        if (Duration.between(time, now).abs().compareTo(TIME_WINDOW) > 0) {
            throw new Refusal("request unauthorized due to incorrect timestamp "
                    + time.truncatedTo(ChronoUnit.SECONDS) + ", peer time " + now.truncatedTo(ChronoUnit.SECONDS)
                    + ", peer.authentication.timewindow 15m0s");
        }
    }

    /** Fabric's {@code preProcess}. */
    private void check(ProposedCall call, Optional<PeerChannel> channel) {
        try {
            call.requireWellFormed();
            requireCreator(call, channel);
        } catch (Refusal e) {
            throw new Refusal("error validating proposal: " + e.getMessage(), e);
        }
        if (channel.isEmpty()) {
            return;
        }
        if (channel.get().ledger().code(call.transactionId()).isPresent()) {
            throw new Refusal("duplicate transaction found [" + call.transactionId() + "]. Creator ["
                    + HexFormat.of()
                            .formatHex(call.signatureHeader().getCreator().toByteArray()) + "]");
        }
        if (!SystemChaincodes.isSystem(call.chaincode())) {
            peer.authorize("peer/Propose", call.channel(), call.signed());
        }
    }

    private void requireCreator(ProposedCall call, Optional<PeerChannel> channel) {
        ByteString creator = call.signatureHeader().getCreator();
        Identity identity;
        try {
            identity = channel.isPresent()
                    ? channel.get().view().deserialize(creator)
                    : peer.organization().deserialize(creator);
        } catch (IdentityException e) {
            LOG.debug("{} refuses the creator of {}: {}", peer.name(), call, e.getMessage());
            throw new Refusal(
                    "access denied: channel [" + call.channel() + "] creator org unknown, creator is malformed", e);
        }
        try {
            if (channel.isPresent()) {
                channel.get().view().identify(creator);
            } else {
                peer.organization().identify(creator);
            }
            identity.verify(
                    call.signed().getProposalBytes().toByteArray(),
                    call.signed().getSignature().toByteArray());
        } catch (IdentityException e) {
            LOG.debug("{} refuses the creator of {}: {}", peer.name(), call, e.getMessage());
            throw new Refusal(
                    "access denied: channel [" + call.channel() + "] creator org [" + identity.mspId() + "]", e);
        }
    }

    /** Fabric's {@code ProcessProposalSuccessfullyOrError}. */
    private ProposalResponse endorse(ProposedCall call, Optional<PeerChannel> channel) {
        if (channel.isEmpty() || !SystemChaincodes.needsSimulation(call.chaincode())) {
            if (!SystemChaincodes.isSystem(call.chaincode())) {
                throw new Refusal("make sure the chaincode " + call.chaincode()
                        + " has been successfully defined on channel " + call.channel()
                        + " and try again: could not get channel config for channel '" + call.channel() + "'");
            }
            Response response = systemChaincodes.invoke(call, Optional.empty());
            return answer(
                    call, new Executed(response, ByteString.EMPTY, SYSTEM_VERSION), ByteString.EMPTY, Optional.empty());
        }
        try (RecordingSimulation simulation =
                new RecordingSimulation(channel.get().ledger().simulate(call.transactionId()))) {
            String plugin = requireCallable(call, simulation);
            if (!SystemChaincodes.isSystem(call.chaincode())) {
                Optional<String> fault = peer.faults().endorsementFailure(peer.name());
                if (fault.isPresent()) {
                    throw new Refusal(fault.get());
                }
            }
            Executed executed;
            try {
                executed = execute(call, channel.get(), simulation);
            } catch (ChaincodeFailure | SimulationException e) {
                throw new Refusal("error in simulation: " + e.getMessage(), e);
            }
            TxReadWriteSet writes = simulation.publicWrites();
            TxPvtReadWriteSet privateWrites = simulation.privateWrites();
            if (privateWrites.getNsPvtRwsetCount() > 0) {
                try {
                    channel.get().privateData().distribute(channel.get().view(), call.transactionId(), privateWrites);
                } catch (Refusal e) {
                    throw new Refusal("error in simulation: " + e.getMessage(), e);
                }
            }
            if (executed.response().getStatus() < ERROR_THRESHOLD && !plugin.equals(PLUGIN)) {
                throw new Refusal("endorsing with plugin failed: plugin with name " + plugin
                        + " could not be used: plugin with name " + plugin + " wasn't found");
            }
            return answer(
                    call,
                    executed,
                    writes.toByteString(),
                    Optional.of(Interests.of(channel.get().ledger(), writes, simulation.privateReads())));
        }
    }

    private Executed execute(ProposedCall call, PeerChannel channel, Simulation simulation) {
        if (SystemChaincodes.isSystem(call.chaincode())) {
            return new Executed(
                    systemChaincodes.invoke(call, Optional.of(simulation)), ByteString.EMPTY, SYSTEM_VERSION);
        }
        ChaincodeAnswer answer = chaincodes.execute(new ChaincodeCall(
                channel.name(), call.transactionId(), call.chaincode(), call.input(), call.signed(), simulation));
        return new Executed(
                answer.response(),
                answer.event().map(event -> event.toByteString()).orElse(ByteString.EMPTY),
                answer.version());
    }

    /** The name of the plugin that endorses. */
    private String requireCallable(ProposedCall call, Simulation simulation) {
        return SystemChaincodes.isSystem(call.chaincode())
                ? PLUGIN
                : chaincodes
                        .requireCallable(call.channel(), call.chaincode(), simulation)
                        .endorsementPlugin();
    }

    private ProposalResponse answer(
            ProposedCall call, Executed executed, ByteString results, Optional<ChaincodeInterest> interest) {
        int status = executed.response().getStatus();
        boolean succeeded = status < ERROR_THRESHOLD;
        ProposalResponse.Builder result = ProposalResponse.newBuilder().setResponse(executed.response());
        boolean answerOnly = call.channel().isEmpty() || !succeeded;
        if (status < ERROR && answerOnly) {
            return result.build();
        }
        ChaincodeAction.Builder action = ChaincodeAction.newBuilder()
                .setResults(results)
                .setResponse(executed.response())
                .setChaincodeId(
                        ChaincodeID.newBuilder().setName(call.chaincode()).setVersion(executed.version()));
        if (succeeded) {
            // Fabric drops the event of a failed call.
            action.setEvents(executed.event());
        }
        ByteString payload = ProposalResponsePayload.newBuilder()
                .setProposalHash(call.hash())
                .setExtension(action.build().toByteString())
                .build()
                .toByteString();
        result.setPayload(payload);
        interest.ifPresent(result::setInterest);
        if (succeeded) {
            ByteString endorser = peer.identity();
            result.setVersion(1)
                    .setEndorsement(Endorsement.newBuilder()
                            .setEndorser(endorser)
                            .setSignature(peer.sign(payload.concat(endorser))));
        }
        return result.build();
    }
}
