package io.weft.model;

import java.util.regex.Pattern;

/**
 * Identifies a membership service provider.
 *
 * @param value letters, digits, dots and hyphens, at most 249: the characters that a channel's configuration tree and
 *     the endorsement policy language both take (an underscore is refused by the latter)
 */
public record MspId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9.-]{1,249}");

    public MspId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("Not an MSP ID: " + value);
        }
    }

    /** Whether Fabric accepts the text as an MSP ID everywhere. */
    public static boolean isValid(String value) {
        return FORM.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
