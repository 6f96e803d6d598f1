package io.weft.protocol;

import com.google.protobuf.ByteString;
import io.weft.policy.ImplicitMetaPolicy;
import io.weft.policy.PolicyReference;
import io.weft.policy.Principal;
import io.weft.policy.SignaturePolicy;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.Policy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
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
}
