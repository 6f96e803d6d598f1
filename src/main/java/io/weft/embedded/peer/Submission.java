package io.weft.embedded.peer;

import io.grpc.Status.Code;
import io.weft.embedded.config.ChannelView;
import io.weft.model.ConsensusType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;

/**
 * Offers a transaction to the ordering nodes of a channel: to one, or with BFT to all.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/internal/pkg/gateway/submit.go">Fabric's submit.go</a>
 */
final class Submission {
    private static final String BFT = "BFT";
    private static final String ALREADY_THERE = "failed to submit request: request already exists";

    private Submission() {}

    /** An ordering node. */
    interface Target {
        /** Its address, as the gateway's clients are told. */
        String address();

        String mspId();

        Result offer(Envelope transaction);
    }

    /**
     * What came of an offer.
     *
     * @param answer the node's, if it was reached
     * @param failure why it was not
     */
    record Result(Optional<BroadcastResponse> answer, String failure) {
        static Result answered(BroadcastResponse answer) {
            return new Result(Optional.of(answer), "");
        }

        static Result unreached(String failure) {
            return new Result(Optional.empty(), failure);
        }
    }

    /**
     * Returns when the ordering service has accepted the transaction.
     *
     * @param targets in the order in which they are to be tried
     * @param absent details of nodes of which is known that they do not run
     * @throws GatewayFailure if it does not
     */
    static void submit(
            ChannelView view, List<? extends Target> targets, List<ErrorDetail> absent, Envelope transaction) {
        int addresses = view.ordererAddresses().size();
        if (addresses == 0) {
            throw new GatewayFailure(Code.UNAVAILABLE, "no orderer nodes available");
        }
        if (view.consensusType().equals(BFT)) {
            submitToQuorum(addresses, targets, absent, transaction);
        } else {
            submitToOne(targets, absent, transaction);
        }
    }

    private static void submitToOne(List<? extends Target> targets, List<ErrorDetail> absent, Envelope transaction) {
        List<ErrorDetail> details = new ArrayList<>(absent);
        for (Target target : targets) {
            Result result = target.offer(transaction);
            if (result.answer().isEmpty()) {
                details.add(GatewayFailure.detail(target.address(), target.mspId(), result.failure()));
                continue;
            }
            BroadcastResponse response = result.answer().get();
            if (response.getStatus() == Status.SUCCESS) {
                return;
            }
            int status = response.getStatusValue();
            if (status >= 400 && status < 500) {
                throw new GatewayFailure(Code.ABORTED, unsuccessful(response));
            }
        }
        throw new GatewayFailure(Code.UNAVAILABLE, "no orderers could successfully process transaction", details);
    }

    private static void submitToQuorum(
            int all, List<? extends Target> targets, List<ErrorDetail> absent, Envelope transaction) {
        int quorum = ConsensusType.BFT.quorum(all);
        int successes = 0;
        List<ErrorDetail> details = new ArrayList<>(absent);
        for (Target target : targets) {
            Result result = target.offer(transaction);
            Optional<BroadcastResponse> response = result.answer();
            if (response.isPresent()
                    && (response.get().getStatus() == Status.SUCCESS
                            || response.get().getInfo().equals(ALREADY_THERE))) {
                successes++;
            } else {
                details.add(GatewayFailure.detail(
                        target.address(),
                        target.mspId(),
                        response.map(Submission::unsuccessful).orElse(result.failure())));
            }
        }
        if (successes < quorum) {
            throw new GatewayFailure(
                    Code.UNAVAILABLE,
                    "insufficient number of orderers could successfully process transaction to satisfy quorum"
                            + " requirement",
                    details);
        }
    }

    private static String unsuccessful(BroadcastResponse response) {
        return "received unsuccessful response from orderer: status=" + response.getStatus() + ", info="
                + response.getInfo();
    }
}
