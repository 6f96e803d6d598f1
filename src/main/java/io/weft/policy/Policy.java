package io.weft.policy;

/** A policy as a text names it. */
public sealed interface Policy permits SignaturePolicy, ImplicitMetaPolicy, PolicyReference {
    /**
     * Reads a policy of a channel's configuration: an implicit meta policy such as {@code MAJORITY Admins}, or a
     * signature policy.
     *
     * @throws PolicySyntaxException if the text is neither
     */
    static Policy parseChannelPolicy(String text) {
        return ImplicitMetaPolicy.isImplicitMeta(text) ? ImplicitMetaPolicy.parse(text) : SignaturePolicy.parse(text);
    }

    /**
     * Reads an endorsement policy of a chaincode or collection: a reference such as
     * {@code /Channel/Application/Endorsement}, or a signature policy.
     *
     * @throws PolicySyntaxException if the text is neither
     */
    static Policy parseApplicationPolicy(String text) {
        if (text.startsWith("/")) {
            return PolicyReference.parse(text);
        }
        if (ImplicitMetaPolicy.isImplicitMeta(text)) {
            throw new PolicySyntaxException(
                    "An implicit meta policy such as `" + text.strip()
                            + "` can stand in a channel's configuration only;"
                            + " expected a signature policy or the path of a channel policy.",
                    0);
        }
        return SignaturePolicy.parse(text);
    }
}
