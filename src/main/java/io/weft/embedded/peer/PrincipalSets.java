package io.weft.embedded.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.OrganizationUnit;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/**
 * Which principals together satisfy a policy: alternatives, each a list in which a principal may come more than once.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/common/policies/inquire">Fabric's inquire package</a>
 */
final class PrincipalSets {
    /** Fabric's {@code combinationsUpperBound}: of a policy with more combinations the first ones are enough. */
    private static final int LIMIT = 10_000;

    private PrincipalSets() {}

    /** All minimal combinations; empty if nobody can satisfy the policy. */
    static List<List<MSPPrincipal>> of(SignaturePolicyEnvelope policy) {
        return combinations(policy.getRule(), policy.getIdentitiesList());
    }

    private static List<List<MSPPrincipal>> combinations(SignaturePolicy rule, List<MSPPrincipal> principals) {
        if (!rule.hasNOutOf()) {
            return rule.getSignedBy() >= 0 && rule.getSignedBy() < principals.size()
                    ? List.of(List.of(principals.get(rule.getSignedBy())))
                    : List.of();
        }
        List<List<List<MSPPrincipal>>> parts = rule.getNOutOf().getRulesList().stream()
                .map(part -> combinations(part, principals))
                .toList();
        return chosen(parts, 0, rule.getNOutOf().getN());
    }

    /** All ways to satisfy {@code count} of the parts from {@code first} on. */
    private static List<List<MSPPrincipal>> chosen(List<List<List<MSPPrincipal>>> parts, int first, int count) {
        if (count <= 0) {
            return List.of(List.of());
        }
        if (parts.size() - first < count) {
            return List.of();
        }
        List<List<MSPPrincipal>> result = new ArrayList<>();
        for (List<MSPPrincipal> head : parts.get(first)) {
            for (List<MSPPrincipal> tail : chosen(parts, first + 1, count - 1)) {
                result.add(Stream.concat(head.stream(), tail.stream()).toList());
                if (result.size() == LIMIT) {
                    return result;
                }
            }
        }
        result.addAll(chosen(parts, first + 1, count));
        return result.size() > LIMIT ? result.subList(0, LIMIT) : result;
    }

    /** The combinations that satisfy each of several policies. */
    static List<List<MSPPrincipal>> merged(List<List<List<MSPPrincipal>>> policies) {
        List<List<MSPPrincipal>> result = policies.get(0);
        for (List<List<MSPPrincipal>> other : policies.subList(1, policies.size())) {
            Set<List<MSPPrincipal>> both = new LinkedHashSet<>();
            for (List<MSPPrincipal> one : result) {
                for (List<MSPPrincipal> two : other) {
                    both.add(covering(one, two));
                }
            }
            result = reduced(List.copyOf(both));
        }
        return result;
    }

    /** The second list, and those of the first that it does not cover. */
    private static List<MSPPrincipal> covering(List<MSPPrincipal> covered, List<MSPPrincipal> covering) {
        List<MSPPrincipal> unused = new ArrayList<>(covering);
        List<MSPPrincipal> result = new ArrayList<>(covering);
        for (MSPPrincipal principal : covered) {
            int match = indexOf(unused, principal);
            if (match >= 0) {
                unused.remove(match);
            } else {
                int weaker = indexOfWeaker(unused, principal);
                if (weaker >= 0) {
                    result.remove(unused.remove(weaker));
                }
                result.add(principal);
            }
        }
        return List.copyOf(result);
    }

    private static int indexOf(List<MSPPrincipal> candidates, MSPPrincipal wanted) {
        for (int i = 0; i < candidates.size(); i++) {
            if (isA(candidates.get(i), wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static int indexOfWeaker(List<MSPPrincipal> candidates, MSPPrincipal stronger) {
        for (int i = 0; i < candidates.size(); i++) {
            if (isA(stronger, candidates.get(i))) {
                return i;
            }
        }
        return -1;
    }

    /** Without the combinations that ask for more than another one. */
    private static List<List<MSPPrincipal>> reduced(List<List<MSPPrincipal>> sets) {
        List<List<MSPPrincipal>> result = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            boolean superfluous = false;
            for (int j = 0; j < sets.size() && !superfluous; j++) {
                superfluous =
                        i != j && contains(sets.get(i), sets.get(j)) && (j < i || !contains(sets.get(j), sets.get(i)));
            }
            if (!superfluous) {
                result.add(sets.get(i));
            }
        }
        return List.copyOf(result);
    }

    private static boolean contains(List<MSPPrincipal> larger, List<MSPPrincipal> smaller) {
        List<MSPPrincipal> unused = new ArrayList<>(larger);
        for (MSPPrincipal principal : smaller) {
            int match = indexOf(unused, principal);
            if (match < 0) {
                return false;
            }
            unused.remove(match);
        }
        return true;
    }

    /** Whether everybody who satisfies the one principal satisfies the other. */
    private static boolean isA(MSPPrincipal one, MSPPrincipal other) {
        try {
            if (!mspId(one).equals(mspId(other))) {
                return false;
            }
            if (other.getPrincipalClassification() == MSPPrincipal.Classification.ROLE
                    && MSPRole.parseFrom(other.getPrincipal()).getRole() == MSPRole.MSPRoleType.MEMBER) {
                return true;
            }
            return one.equals(other);
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private static String mspId(MSPPrincipal principal) throws InvalidProtocolBufferException {
        return switch (principal.getPrincipalClassification()) {
            case ROLE -> MSPRole.parseFrom(principal.getPrincipal()).getMspIdentifier();
            case ORGANIZATION_UNIT ->
                OrganizationUnit.parseFrom(principal.getPrincipal()).getMspIdentifier();
            case IDENTITY ->
                SerializedIdentity.parseFrom(principal.getPrincipal()).getMspid();
            case ANONYMITY, COMBINED, UNRECOGNIZED ->
                throw new InvalidProtocolBufferException(
                        "principals of class " + principal.getPrincipalClassification() + " cannot be compared");
        };
    }
}
