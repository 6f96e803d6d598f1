package io.weft.embedded.config;

/** A configuration that no node would run: Fabric's sentence for it, beginning in lower case. */
public final class InvalidConfigurationException extends RuleException {
    private static final long serialVersionUID = 1L;

    public InvalidConfigurationException(String message) {
        super(message, null);
    }

    public InvalidConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
