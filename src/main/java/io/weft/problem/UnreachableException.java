package io.weft.problem;

/** A Kubernetes API, node or certificate authority did not answer at all. Trying again later may help. */
public final class UnreachableException extends WeftException {
    public UnreachableException(String message) {
        super(message, null);
    }

    public UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
