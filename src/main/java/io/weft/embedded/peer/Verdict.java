package io.weft.embedded.peer;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.hyperledger.fabric.protos.peer.ProposalResponse;

/**
 * What a peer said to a proposal, as the gateway takes it: Fabric's {@code responseStatus}.
 *
 * @param retry whether another peer may say something else
 * @param response if it endorsed
 */
record Verdict(Code code, String message, boolean retry, Optional<ProposalResponse> response) {
    /** @param local whether the gateway's own peer was asked, within its process */
    static Verdict of(Endorser.Outcome outcome, boolean local) {
        if (outcome.error().isPresent()) {
            String error = outcome.error().get();
            if (!local) {
                // Over the network an error comes without response.
                return new Verdict(
                        Code.UNAVAILABLE, "rpc error: code = Unknown desc = " + error, true, Optional.empty());
            }
            return outcome.response().isEmpty()
                    ? new Verdict(Code.UNAVAILABLE, error, true, Optional.empty())
                    : new Verdict(Code.FAILED_PRECONDITION, error, false, Optional.empty());
        }
        return of(outcome.response().orElseThrow());
    }

    static Verdict of(ProposalResponse response) {
        int status = response.getResponse().getStatus();
        String message = response.getResponse().getMessage();
        if (status >= 200 && status < 400) {
            return new Verdict(Code.OK, "", false, Optional.of(response));
        }
        if (response.getPayload().isEmpty() && status == 500) {
            return new Verdict(Code.ABORTED, message, true, Optional.empty());
        }
        return new Verdict(Code.UNKNOWN, "chaincode response " + status + ", " + message, false, Optional.empty());
    }

    /** Of a peer of another process that gave no response. */
    static Verdict of(StatusRuntimeException failure) {
        return new Verdict(Code.UNAVAILABLE, RemoteFailure.text(failure), true, Optional.empty());
    }

    /** Of a peer of this process that has just been closed. */
    static Verdict unreachable(String endpoint) {
        return new Verdict(
                Code.UNAVAILABLE,
                "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing:"
                        + " dial tcp " + endpoint + ": connect: connection refused\"",
                true,
                Optional.empty());
    }

    boolean isOk() {
        return code == Code.OK;
    }
}
