package io.weft.gateway;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** How a call ended, if the network did its part. */
@SuppressWarnings("ArrayRecordComponent") // What a chaincode returns is bytes.
public sealed interface CallResult {
    /**
     * The chaincode answered a query.
     *
     * @param payload what it returned
     */
    record Evaluated(Payload payload) implements CallResult {
        public Evaluated {
            requireNonNull(payload, "payload");
        }
    }

    /**
     * The transaction is in a block.
     *
     * @param payload what the chaincode returned when it was endorsed
     * @param transactionId 64 lower-case hexadecimal digits
     * @param block the block's number
     * @param code Fabric's name of the peers' verdict; only {@code VALID} changes the world state
     */
    record Committed(Payload payload, String transactionId, long block, String code) implements CallResult {
        public Committed {
            requireNonNull(payload, "payload");
            requireNonNull(transactionId, "transactionId");
            requireNonNull(code, "code");
        }

        public boolean isValid() {
            return code.equals("VALID");
        }
    }

    /**
     * The chaincode itself said no. Nothing was written.
     *
     * @param status the chaincode's status, 400 or above
     * @param message its reason
     * @param endorsers {@code MSP ID at host:port} of the peers on which it ran, as far as the gateway tells
     */
    record ChaincodeError(int status, String message, List<String> endorsers) implements CallResult {
        public ChaincodeError {
            requireNonNull(message, "message");
            endorsers = List.copyOf(endorsers);
        }
    }
}
