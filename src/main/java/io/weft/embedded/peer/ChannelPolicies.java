package io.weft.embedded.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.config.ChannelView;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ImplicitMetaPolicy;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.Policy;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;

/**
 * Policies of a channel as signature policies, so that one can tell who would satisfy them.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/common/policies/convert.go">Fabric's convert.go</a>
 */
final class ChannelPolicies {
    private ChannelPolicies() {}

    /** The policy with references to the channel's policies resolved; empty if there is no such policy. */
    static Optional<SignaturePolicyEnvelope> resolve(ChannelView view, ApplicationPolicy policy) {
        return switch (policy.getTypeCase()) {
            case SIGNATURE_POLICY -> Optional.of(policy.getSignaturePolicy());
            case CHANNEL_CONFIG_POLICY_REFERENCE ->
                find(view.config().getChannelGroup(), policy.getChannelConfigPolicyReference());
            case TYPE_NOT_SET -> Optional.empty();
        };
    }

    private static Optional<SignaturePolicyEnvelope> find(ConfigGroup channel, String reference) {
        String path = reference.startsWith("/Channel/") ? reference.substring("/Channel/".length()) : reference;
        if (path.startsWith("/")) {
            return Optional.empty();
        }
        ConfigGroup group = channel;
        List<String> steps = List.of(path.split("/"));
        for (String step : steps.subList(0, steps.size() - 1)) {
            if (!group.containsGroups(step)) {
                return Optional.empty();
            }
            group = group.getGroupsOrThrow(step);
        }
        return inGroup(group, steps.get(steps.size() - 1));
    }

    private static Optional<SignaturePolicyEnvelope> inGroup(ConfigGroup group, String name) {
        if (!group.containsPolicies(name)) {
            return Optional.empty();
        }
        Policy policy = group.getPoliciesOrThrow(name).getPolicy();
        try {
            if (policy.getType() == Policy.PolicyType.SIGNATURE_VALUE) {
                return Optional.of(SignaturePolicyEnvelope.parseFrom(policy.getValue()));
            }
            if (policy.getType() == Policy.PolicyType.IMPLICIT_META_VALUE) {
                return implicitMeta(group, ImplicitMetaPolicy.parseFrom(policy.getValue()));
            }
            return Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static Optional<SignaturePolicyEnvelope> implicitMeta(ConfigGroup group, ImplicitMetaPolicy meta) {
        SignaturePolicyEnvelope.Builder result = SignaturePolicyEnvelope.newBuilder();
        SignaturePolicy.NOutOf.Builder rules = SignaturePolicy.NOutOf.newBuilder();
        for (ConfigGroup member : new TreeMap<>(group.getGroupsMap()).values()) {
            Optional<SignaturePolicyEnvelope> part = inGroup(member, meta.getSubPolicy());
            if (part.isEmpty()) {
                return Optional.empty();
            }
            int offset = result.getIdentitiesCount();
            for (MSPPrincipal principal : part.get().getIdentitiesList()) {
                result.addIdentities(principal);
            }
            rules.addRules(shifted(part.get().getRule(), offset));
        }
        int members = rules.getRulesCount();
        int threshold =
                switch (meta.getRule()) {
                    case ANY -> 1;
                    case ALL -> members;
                    case MAJORITY -> members / 2 + 1;
                    case UNRECOGNIZED -> Integer.MAX_VALUE;
                };
        return Optional.of(result.setRule(SignaturePolicy.newBuilder().setNOutOf(rules.setN(threshold)))
                .build());
    }

    private static SignaturePolicy shifted(SignaturePolicy rule, int offset) {
        if (!rule.hasNOutOf()) {
            return SignaturePolicy.newBuilder()
                    .setSignedBy(rule.getSignedBy() + offset)
                    .build();
        }
        SignaturePolicy.NOutOf.Builder result =
                SignaturePolicy.NOutOf.newBuilder().setN(rule.getNOutOf().getN());
        rule.getNOutOf().getRulesList().forEach(each -> result.addRules(shifted(each, offset)));
        return SignaturePolicy.newBuilder().setNOutOf(result).build();
    }
}
