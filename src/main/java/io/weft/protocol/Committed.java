package io.weft.protocol;

import static java.util.Objects.requireNonNull;

import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * A transaction that is part of a block, valid or not.
 *
 * @param transactionId 64 lower-case hexadecimal digits
 * @param block the block's number
 * @param code the peers' verdict; only {@code VALID} changes the world state
 */
public record Committed(String transactionId, long block, TxValidationCode code) {
    public Committed {
        requireNonNull(transactionId, "transactionId");
        requireNonNull(code, "code");
    }

    public boolean isValid() {
        return code == TxValidationCode.VALID;
    }
}
