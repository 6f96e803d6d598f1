package io.weft.policy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose signatures are needed together: {@code AND(...)}, {@code OR(...)} and {@code OutOf(n, ...)} over principals
 * such as {@code 'Org1MSP.peer'}.
 */
public sealed interface SignaturePolicy extends Policy {
    /** A deeper policy is refused: no node evaluates it with reasonable effort. */
    int MAX_DEPTH = 50;

    /**
     * So many of the rules must be satisfied. {@code AND} needs all of them, {@code OR} one.
     *
     * @param n at least 1; more than there are rules if nobody can satisfy it
     * @param rules at least one, order and repetitions as written
     */
    record NOutOf(int n, List<SignaturePolicy> rules) implements SignaturePolicy {
        public NOutOf {
            if (n < 1) {
                throw new IllegalArgumentException("Not a number of rules: " + n);
            }
            rules = List.copyOf(rules);
        }

        @Override
        public String toString() {
            String arguments = rules.stream().map(SignaturePolicy::toString).collect(Collectors.joining(","));
            if (n == rules.size()) {
                return "AND(" + arguments + ")";
            }
            return n == 1 ? "OR(" + arguments + ")" : "OutOf(" + n + "," + arguments + ")";
        }
    }

    /**
     * A signature of the principal.
     *
     * @param index its place in {@link SignaturePolicy#principals} of the whole policy, from 0
     * @param principal who signs
     */
    record SignedBy(int index, Principal principal) implements SignaturePolicy {
        public SignedBy {
            requireNonNull(principal, "principal");
        }

        @Override
        public String toString() {
            return "'" + principal + "'";
        }
    }

    /**
     * Reads a policy in Fabric's language. {@code AND}, {@code OR} and {@code OutOf} may also be written in small or
     * capital letters throughout, and {@code And} and {@code Or} as such.
     *
     * @throws PolicySyntaxException if the text is no such policy; {@code OutOf} that needs more signatures than it has
     *     arguments is one, if a useless one
     */
    static SignaturePolicy parse(String text) {
        return new SignaturePolicyParser(text).parse();
    }

    /**
     * The principals as Fabric's own tools number them, repetitions included: within {@code AND}, {@code OR} and
     * {@code OutOf} first those of the nested ones, then its own. Approvals of a chaincode are compared byte by byte,
     * so a definition made here agrees with one made by the {@code peer} program only if the numbers agree.
     */
    default List<Principal> principals() {
        List<SignedBy> leaves = new ArrayList<>();
        collect(this, leaves);
        leaves.sort(Comparator.comparingInt(SignedBy::index));
        return leaves.stream().map(SignedBy::principal).toList();
    }

    /** The MSP IDs that appear, each once, in order of appearance. */
    default Set<String> mspIds() {
        List<SignedBy> leaves = new ArrayList<>();
        collect(this, leaves);
        return leaves.stream()
                .map(leaf -> leaf.principal().mspId())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static void collect(SignaturePolicy policy, List<SignedBy> leaves) {
        if (policy instanceof SignedBy leaf) {
            leaves.add(leaf);
        } else if (policy instanceof NOutOf gate) {
            gate.rules().forEach(rule -> collect(rule, leaves));
        }
    }

    /**
     * Whether signatures of the given principals, as many of each as needed, satisfy the policy. A peer of
     * {@code Org1MSP} counts for {@code Org1MSP.member} as well.
     */
    default boolean isSatisfiableBy(Collection<Principal> signers) {
        if (this instanceof NOutOf gate) {
            return gate.rules().stream()
                            .filter(rule -> rule.isSatisfiableBy(signers))
                            .count()
                    >= gate.n();
        }
        Principal wanted = ((SignedBy) this).principal();
        return signers.stream().anyMatch(wanted::includes);
    }

    /** Whether the policy is a choice of principals, one signature of which suffices: what a collection needs. */
    default boolean isAnyOf() {
        return !(this instanceof NOutOf gate)
                || (gate.n() == 1 && gate.rules().stream().allMatch(SignaturePolicy::isAnyOf));
    }
}
