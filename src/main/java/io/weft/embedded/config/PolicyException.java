package io.weft.embedded.config;

/** A set of signatures does not satisfy a policy, or there is no such policy. */
public final class PolicyException extends RuleException {
    private static final long serialVersionUID = 1L;

    public PolicyException(String message) {
        super(message, null);
    }

    public PolicyException(String message, Throwable cause) {
        super(message, cause);
    }
}
