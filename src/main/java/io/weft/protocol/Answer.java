package io.weft.protocol;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.problem.RejectedException;
import org.hyperledger.fabric.protos.peer.ProposalResponse;

/** What a peer said to a proposal. */
public sealed interface Answer {
    /** The peer that answered. */
    Endpoint peer();

    /**
     * The peer executed it.
     *
     * @param peer the peer that answered
     * @param response what it computed and, on a channel, its signature
     */
    record Endorsed(Endpoint peer, ProposalResponse response) implements Answer {
        public Endorsed {
            requireNonNull(peer, "peer");
            requireNonNull(response, "response");
        }

        /** The value that the function returned. */
        public ByteString payload() {
            return response.getResponse().getPayload();
        }
    }

    /**
     * The peer or the chaincode said no.
     *
     * @param peer the peer that answered
     * @param status a chaincode's status, 400 or above; 500 for the peer's own refusals
     * @param message the reason in Fabric's words
     */
    record Refused(Endpoint peer, int status, String message) implements Answer {
        public Refused {
            requireNonNull(peer, "peer");
            requireNonNull(message, "message");
        }

        /** The refusal as an exception with its coordinates. */
        public RejectedException exception(Invocation invocation) {
            return new RejectedException(peer + " refused " + invocation + " (status " + status + "): " + message);
        }
    }
}
