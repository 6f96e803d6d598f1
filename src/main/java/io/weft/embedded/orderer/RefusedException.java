package io.weft.embedded.orderer;

import org.hyperledger.fabric.protos.common.Status;

/** An ordering node refuses; the message and status are Fabric's. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status status;

    RefusedException(Status status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    RefusedException(Status status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    Status status() {
        return status;
    }

    /** The same refusal, said in a wider context. */
    RefusedException within(String context) {
        return new RefusedException(status, context + ": " + getMessage(), this);
    }
}
