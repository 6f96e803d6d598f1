package io.weft.embedded.peer;

/** A check says no. The message is what Fabric's peer says in the same case, so that it is passed on as it is. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
        super(message);
    }

    Refusal(String message, Throwable cause) {
        super(message, cause);
    }
}
