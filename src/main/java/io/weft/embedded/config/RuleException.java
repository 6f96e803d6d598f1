package io.weft.embedded.config;

/**
 * A rule of the channel says no. The message is what Fabric answers in the same case, so that a node passes it on as it
 * is.
 */
public abstract sealed class RuleException extends RuntimeException
        permits InvalidConfigurationException, IdentityException, PolicyException, ConfigUpdateException {
    private static final long serialVersionUID = 1L;

    protected RuleException(String message, Throwable cause) {
        super(message, cause);
    }
}
