package io.weft.embedded.config;

/** A configuration update is refused. */
public final class ConfigUpdateException extends RuleException {
    private static final long serialVersionUID = 1L;

    public ConfigUpdateException(String message) {
        super(message, null);
    }

    public ConfigUpdateException(String message, Throwable cause) {
        super(message, cause);
    }
}
