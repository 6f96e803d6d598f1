package io.weft.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.pki.Certificate;
import io.weft.pki.InvalidPemException;
import io.weft.policy.ImplicitMetaPolicy;
import io.weft.policy.PolicyReference;
import io.weft.policy.Principal;
import io.weft.policy.SignaturePolicy;
import java.util.List;
import java.util.Locale;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.Policy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;

/** Policies as Fabric transmits and stores them. */
public final class PolicyMessages {
    private PolicyMessages() {}

    /** A policy of a channel's configuration: signature policy or implicit meta policy. */
    public static Policy channelPolicy(io.weft.policy.Policy policy) {
        if (policy instanceof SignaturePolicy signature) {
            return Policy.newBuilder()
                    .setType(Policy.PolicyType.SIGNATURE_VALUE)
                    .setValue(signaturePolicy(signature).toByteString())
                    .build();
        }
        if (policy instanceof ImplicitMetaPolicy meta) {
            return Policy.newBuilder()
                    .setType(Policy.PolicyType.IMPLICIT_META_VALUE)
                    .setValue(org.hyperledger.fabric.protos.common.ImplicitMetaPolicy.newBuilder()
                            .setSubPolicy(meta.subPolicy())
                            .setRule(rule(meta.rule()))
                            .build()
                            .toByteString())
                    .build();
        }
        throw new IllegalArgumentException("A channel's configuration defines policies, it does not refer: " + policy);
    }

    /** An endorsement policy of a chaincode or collection: signature policy or reference to a channel policy. */
    public static ApplicationPolicy applicationPolicy(io.weft.policy.Policy policy) {
        if (policy instanceof SignaturePolicy signature) {
            return ApplicationPolicy.newBuilder()
                    .setSignaturePolicy(signaturePolicy(signature))
                    .build();
        }
        if (policy instanceof PolicyReference reference) {
            return ApplicationPolicy.newBuilder()
                    .setChannelConfigPolicyReference(reference.path())
                    .build();
        }
        throw new IllegalArgumentException("No endorsement policy: " + policy);
    }

    /** A signature policy with its principals, numbered as Fabric's own tools number them. */
    public static SignaturePolicyEnvelope signaturePolicy(SignaturePolicy policy) {
        SignaturePolicyEnvelope.Builder result =
                SignaturePolicyEnvelope.newBuilder().setVersion(0).setRule(rule(policy));
        policy.principals().forEach(principal -> result.addIdentities(principal(principal)));
        return result.build();
    }

    private static org.hyperledger.fabric.protos.common.SignaturePolicy rule(SignaturePolicy policy) {
        org.hyperledger.fabric.protos.common.SignaturePolicy.Builder result =
                org.hyperledger.fabric.protos.common.SignaturePolicy.newBuilder();
        if (policy instanceof SignaturePolicy.NOutOf gate) {
            org.hyperledger.fabric.protos.common.SignaturePolicy.NOutOf.Builder rules =
                    org.hyperledger.fabric.protos.common.SignaturePolicy.NOutOf.newBuilder()
                            .setN(gate.n());
            gate.rules().forEach(rule -> rules.addRules(rule(rule)));
            return result.setNOutOf(rules).build();
        }
        return result.setSignedBy(((SignaturePolicy.SignedBy) policy).index()).build();
    }

    private static MSPPrincipal principal(Principal principal) {
        MSPRole.MSPRoleType role =
                switch (principal.role()) {
                    case MEMBER -> MSPRole.MSPRoleType.MEMBER;
                    case ADMIN -> MSPRole.MSPRoleType.ADMIN;
                    case CLIENT -> MSPRole.MSPRoleType.CLIENT;
                    case PEER -> MSPRole.MSPRoleType.PEER;
                    case ORDERER -> MSPRole.MSPRoleType.ORDERER;
                };
        ByteString value = MSPRole.newBuilder()
                .setMspIdentifier(principal.mspId())
                .setRole(role)
                .build()
                .toByteString();
        return MSPPrincipal.newBuilder()
                .setPrincipalClassification(MSPPrincipal.Classification.ROLE)
                .setPrincipal(value)
                .build();
    }

    private static org.hyperledger.fabric.protos.common.ImplicitMetaPolicy.Rule rule(ImplicitMetaPolicy.Rule rule) {
        return switch (rule) {
            case ANY -> org.hyperledger.fabric.protos.common.ImplicitMetaPolicy.Rule.ANY;
            case ALL -> org.hyperledger.fabric.protos.common.ImplicitMetaPolicy.Rule.ALL;
            case MAJORITY -> org.hyperledger.fabric.protos.common.ImplicitMetaPolicy.Rule.MAJORITY;
        };
    }

    /** A signature policy in Fabric's language; principals other than roles are shown with their kind. */
    public static String text(SignaturePolicyEnvelope policy) {
        return text(policy.getRule(), policy);
    }

    private static String text(
            org.hyperledger.fabric.protos.common.SignaturePolicy rule, SignaturePolicyEnvelope policy) {
        if (!rule.hasNOutOf()) {
            int index = rule.getSignedBy();
            return index < policy.getIdentitiesCount()
                    ? "'" + text(policy.getIdentities(index)) + "'"
                    : "(principal " + index + ", which does not exist)";
        }
        List<String> rules = rule.getNOutOf().getRulesList().stream()
                .map(r -> text(r, policy))
                .toList();
        String arguments = String.join(",", rules);
        int n = rule.getNOutOf().getN();
        if (n == 1) {
            return "OR(" + arguments + ")";
        }
        return n == rules.size() ? "AND(" + arguments + ")" : "OutOf(" + n + "," + arguments + ")";
    }

    private static String text(MSPPrincipal principal) {
        try {
            return switch (principal.getPrincipalClassification()) {
                case ROLE -> {
                    MSPRole role = MSPRole.parseFrom(principal.getPrincipal());
                    yield role.getMspIdentifier() + "." + role.getRole().name().toLowerCase(Locale.ROOT);
                }
                case IDENTITY -> {
                    SerializedIdentity identity = SerializedIdentity.parseFrom(principal.getPrincipal());
                    yield identity.getMspid() + ": " + subject(identity.getIdBytes());
                }
                default -> principal.getPrincipalClassification().name();
            };
        } catch (InvalidProtocolBufferException e) {
            return "unreadable principal";
        }
    }

    private static String subject(ByteString certificate) {
        try {
            return Certificate.parse(certificate.toStringUtf8()).subject();
        } catch (InvalidPemException e) {
            return "unreadable certificate";
        }
    }

    /** A policy of a channel's configuration in the form that a spec takes. */
    public static String text(Policy policy) {
        try {
            return switch (policy.getType()) {
                case Policy.PolicyType.SIGNATURE_VALUE -> text(SignaturePolicyEnvelope.parseFrom(policy.getValue()));
                case Policy.PolicyType.IMPLICIT_META_VALUE -> {
                    org.hyperledger.fabric.protos.common.ImplicitMetaPolicy meta =
                            org.hyperledger.fabric.protos.common.ImplicitMetaPolicy.parseFrom(policy.getValue());
                    yield meta.getRule() + " " + meta.getSubPolicy();
                }
                default -> "policy of type " + policy.getType();
            };
        } catch (InvalidProtocolBufferException e) {
            return "unreadable policy";
        }
    }

    /** An endorsement policy in the form that a spec takes. */
    public static String text(ApplicationPolicy policy) {
        return policy.hasSignaturePolicy()
                ? text(policy.getSignaturePolicy())
                : policy.getChannelConfigPolicyReference();
    }
}
