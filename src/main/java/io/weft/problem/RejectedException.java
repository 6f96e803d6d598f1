package io.weft.problem;

/** Kubernetes, Helm, a peer, an ordering node or a certificate authority said no. Trying again unchanged does not help. */
public final class RejectedException extends WeftException {
    public RejectedException(String message) {
        super(message, null);
    }

    public RejectedException(String message, Throwable cause) {
        super(message, cause);
    }
}
