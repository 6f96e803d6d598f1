package io.weft.embedded.chaincode;

/**
 * A call of a chaincode did not come to an answer of the chaincode. The message is what Fabric's peer says in the same
 * case, so that a node passes it on as it is.
 */
public final class ChaincodeFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ChaincodeFailure(String message) {
        super(message);
    }

    public ChaincodeFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
