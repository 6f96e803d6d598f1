package io.weft.pki;

/**
 * A text is not the PEM that was asked for. The message is one or two sentences without a subject line of their own
 * (they continue {@code The certificate `x` ...}) and never quotes the text, which may be a private key.
 */
public final class InvalidPemException extends IllegalArgumentException {
    InvalidPemException(String message) {
        super(message);
    }

    InvalidPemException(String message, Throwable cause) {
        super(message, cause);
    }
}
