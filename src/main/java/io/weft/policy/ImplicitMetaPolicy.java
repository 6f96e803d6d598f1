package io.weft.policy;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * A policy that counts how many of a configuration group's sub-groups satisfy a policy of theirs.
 *
 * @param rule how many must
 * @param subPolicy the name of their policy, for example {@code Admins}
 */
public record ImplicitMetaPolicy(Rule rule, String subPolicy) implements Policy {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.-]{1,249}");

    /** How many sub-groups must be satisfied. */
    public enum Rule {
        /** One. */
        ANY,
        /** Every one. */
        ALL,
        /** More than half. */
        MAJORITY;

        /** How many that is of so many sub-groups; Fabric's rule, by which any one of none is still one. */
        public int of(int groups) {
            return switch (this) {
                case ANY -> 1;
                case ALL -> groups;
                case MAJORITY -> groups / 2 + 1;
            };
        }
    }

    public ImplicitMetaPolicy {
        requireNonNull(rule, "rule");
        requireNonNull(subPolicy, "subPolicy");
    }

    /** Whether the text starts as an implicit meta policy does, so that its mistakes are best explained as one's. */
    static boolean isImplicitMeta(String text) {
        String first = text.strip().split("\\s", 2)[0];
        for (Rule rule : Rule.values()) {
            if (rule.name().equalsIgnoreCase(first)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads {@code ANY|ALL|MAJORITY Name}, in capitals and with one space, as Fabric demands.
     *
     * @throws PolicySyntaxException if the text has another form
     */
    public static ImplicitMetaPolicy parse(String text) {
        int space = text.indexOf(' ');
        String word = space < 0 ? text : text.substring(0, space);
        Rule rule = null;
        for (Rule candidate : Rule.values()) {
            if (candidate.name().equals(word)) {
                rule = candidate;
            }
        }
        if (rule == null) {
            throw new PolicySyntaxException(
                    "Expected `ANY`, `ALL` or `MAJORITY` in capitals, found " + SignaturePolicyParser.quote(word) + ".",
                    0);
        }
        String name = space < 0 ? "" : text.substring(space + 1);
        if (!NAME.matcher(name).matches()) {
            throw new PolicySyntaxException(
                    "Expected one space and the name of a policy after `" + word + "`, found "
                            + SignaturePolicyParser.quote(name) + ".",
                    space < 0 ? text.length() : space + 1);
        }
        return new ImplicitMetaPolicy(rule, name);
    }

    /** {@code MAJORITY Admins}: the form that {@link #parse} takes. */
    @Override
    public String toString() {
        return rule + " " + subPolicy;
    }
}
