package io.weft.gateway;

import static java.util.Objects.requireNonNull;

import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import io.weft.protocol.Deadline;
import io.weft.protocol.GrpcFailure;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Hash;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.Status;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.client.identity.Identity;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;

/**
 * Calls chaincode through a gateway peer, as one identity. Calls block until the answer is there or their timeout is over,
 * and may run side by side on several threads.
 *
 * <p>What a chaincode itself refuses is a {@link CallResult.ChaincodeError}. All else is an exception:
 * {@link UnreachableException} when the gateway or all peers it needs do not answer, {@link TimedOutException} when
 * something takes too long, and {@link RejectedException} when a node refuses.
 */
public final class TransactionClient implements AutoCloseable {
    private static final Pattern CHAINCODE_ERROR = Pattern.compile("chaincode response (\\d{3}), (.*)", Pattern.DOTALL);

    /** What gateways and peers say for some seconds after a commit, until gossip has told everyone. */
    private static final List<String> NOT_READY = List.of(
            "no combination of peers can be derived",
            "failed to select a set of endorsers",
            "failed to find any endorsing peers",
            "no peers available to evaluate",
            "has been successfully defined on channel",
            "could not launch chaincode");

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PeerConnection peer;
    private final Gateway gateway;

    /**
     * @param peer the gateway
     * @param signer who calls
     */
    public TransactionClient(PeerConnection peer, Signer signer) {
        this.peer = requireNonNull(peer, "peer");
        byte[] certificate = signer.certificate().getBytes(StandardCharsets.UTF_8);
        this.gateway = Gateway.newInstance()
                .connection(peer.channel())
                .identity(new Identity() {
                    @Override
                    public String getMspId() {
                        return signer.mspId().value();
                    }

                    @Override
                    public byte[] getCredentials() {
                        return certificate.clone();
                    }
                })
                .hash(Hash.SHA256)
                .signer(signer::signDigest)
                .connect();
    }

    /** Has one peer execute the call, and changes nothing. */
    public CallResult evaluate(Call call, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        try {
            return new CallResult.Evaluated(new Payload(proposal(call).evaluate(within(deadline))));
        } catch (GatewayException e) {
            return failed(e, "evaluate " + call);
        } catch (StatusRuntimeException e) {
            throw GrpcFailure.translate(e, peer.endpoint(), "evaluate " + call);
        }
    }

    /**
     * Has the call endorsed, ordered and committed.
     *
     * @return a commit, valid or not, or the chaincode's refusal
     * @throws TimedOutException also when the transaction was sent but its commit was not seen in time; the message then
     *     holds the transaction ID, and the transaction may yet be committed
     */
    public CallResult submit(Call call, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        Transaction transaction;
        try {
            transaction = proposal(call).endorse(within(deadline));
        } catch (EndorseException e) {
            return failed(e, "endorse " + call);
        }
        return order(transaction, call, deadline);
    }

    private CallResult order(Transaction transaction, Call call, Deadline deadline) {
        String id = "transaction `" + transaction.getTransactionId() + "` (" + call + ")";
        try {
            SubmittedTransaction submitted = transaction.submitAsync(within(deadline));
            Status status = submitted.getStatus(within(deadline));
            return new CallResult.Committed(
                    new Payload(submitted.getResult()),
                    status.getTransactionId(),
                    status.getBlockNumber(),
                    status.getCode().name());
        } catch (org.hyperledger.fabric.client.SubmitException e) {
            throw translate(e, "submit " + id);
        } catch (org.hyperledger.fabric.client.CommitStatusException e) {
            throw translate(e, "tell the commit status of " + id);
        }
    }

    /**
     * As {@link #evaluate}, for the moments after a commit: repeats the call while peers do not know of the chaincode yet.
     *
     * @param timeout for all attempts together
     */
    public CallResult evaluateWhenReady(Call call, Duration timeout) {
        return whenReady(deadline -> evaluate(call, deadline), call, timeout);
    }

    /**
     * As {@link #submit}, for the moments after a commit: repeats the endorsement while peers do not know of the chaincode
     * or of each other yet. Nothing is ever sent to the ordering service twice.
     *
     * @param timeout for all attempts together
     */
    public CallResult submitWhenReady(Call call, Duration timeout) {
        return whenReady(left -> submit(call, left), call, timeout);
    }

    private static CallResult whenReady(Function<Duration, CallResult> attempt, Call call, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        while (true) {
            try {
                return attempt.apply(deadline.remaining());
            } catch (RejectedException | UnreachableException e) {
                if (NOT_READY.stream().noneMatch(e.getMessage()::contains)) {
                    throw e;
                }
                if (!deadline.pause(PAUSE)) {
                    throw new TimedOutException(
                            "The peers were not ready for " + call + " within " + timeout.toSeconds()
                                    + " s. Last seen: " + e.getMessage(),
                            e);
                }
            }
        }
    }

    private Proposal proposal(Call call) {
        Contract contract = gateway.getNetwork(call.channel()).getContract(call.chaincode());
        Proposal.Builder result = contract.newProposal(call.function())
                .addArguments(call.arguments().toArray(String[]::new))
                .putAllTransient(call.transientData());
        if (!call.endorsingOrganizations().isEmpty()) {
            result.setEndorsingOrganizations(call.endorsingOrganizations().toArray(String[]::new));
        }
        return result.build();
    }

    private static UnaryOperator<CallOptions> within(Deadline deadline) {
        return options -> options.withDeadlineAfter(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    private CallResult failed(GatewayException failure, String action) {
        return chaincodeError(failure).orElseThrow(() -> translate(failure, action));
    }

    private static Optional<CallResult> chaincodeError(GatewayException failure) {
        List<ErrorDetail> details = failure.getDetails();
        if (details.isEmpty()) {
            String description = failure.getStatus().getDescription();
            return description == null ? Optional.empty() : chaincodeError(description, List.of());
        }
        if (!details.stream()
                .allMatch(detail -> CHAINCODE_ERROR.matcher(detail.getMessage()).find())) {
            return Optional.empty();
        }
        return chaincodeError(
                details.get(0).getMessage(),
                details.stream()
                        .map(detail -> detail.getMspId() + " at " + detail.getAddress())
                        .toList());
    }

    private static Optional<CallResult> chaincodeError(String text, List<String> endorsers) {
        Matcher matcher = CHAINCODE_ERROR.matcher(text);
        return matcher.find()
                ? Optional.of(
                        new CallResult.ChaincodeError(Integer.parseInt(matcher.group(1)), matcher.group(2), endorsers))
                : Optional.empty();
    }

    private WeftException translate(GatewayException failure, String action) {
        return GrpcFailure.translate((StatusRuntimeException) failure.getCause(), peer.endpoint(), action);
    }

    /** Ends nothing but this client; the connection stays. */
    @Override
    public void close() {
        gateway.close();
    }
}
