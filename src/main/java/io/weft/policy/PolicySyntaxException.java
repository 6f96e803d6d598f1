package io.weft.policy;

/** A text is no policy. The message is a full sentence that says what was found and what was expected. */
public final class PolicySyntaxException extends IllegalArgumentException {
    private final int offset;

    PolicySyntaxException(String message, int offset) {
        super(message);
        this.offset = offset;
    }

    /** Where in the text, in characters from 0; the text's length if something is missing at its end. */
    public int offset() {
        return offset;
    }
}
