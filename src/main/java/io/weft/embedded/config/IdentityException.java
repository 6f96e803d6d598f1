package io.weft.embedded.config;

/** An identity is malformed or not valid on the channel. */
public final class IdentityException extends RuleException {
    private static final long serialVersionUID = 1L;

    public IdentityException(String message) {
        super(message, null);
    }

    public IdentityException(String message, Throwable cause) {
        super(message, cause);
    }
}
