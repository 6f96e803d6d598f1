package io.weft.policy;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * Names a policy of a channel's configuration by its path.
 *
 * @param path for example {@code /Channel/Application/Endorsement}
 */
public record PolicyReference(String path) implements Policy {
    private static final Pattern ELEMENT = Pattern.compile("[A-Za-z0-9.-]{1,249}");

    public PolicyReference {
        requireNonNull(path, "path");
    }

    /**
     * Reads an absolute path: {@code /Channel}, any groups, and the policy's name.
     *
     * @throws PolicySyntaxException if the text has another form
     */
    public static PolicyReference parse(String text) {
        String[] elements = text.split("/", -1);
        if (elements.length < 3 || !elements[0].isEmpty() || !elements[1].equals("Channel")) {
            throw new PolicySyntaxException(
                    "The path of a channel policy starts with `/Channel/`, found " + SignaturePolicyParser.quote(text)
                            + ".",
                    0);
        }
        int offset = 0;
        for (int i = 1; i < elements.length; i++) {
            offset += elements[i - 1].length() + 1;
            if (!ELEMENT.matcher(elements[i]).matches()) {
                throw new PolicySyntaxException(
                        "An element of a policy's path consists of letters, digits, dots and hyphens, found "
                                + SignaturePolicyParser.quote(elements[i]) + ".",
                        offset);
            }
        }
        return new PolicyReference(text);
    }

    /** The path. */
    @Override
    public String toString() {
        return path;
    }
}
