package io.weft.embedded.config;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.ImplicitMetaPolicy;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;

/** A policy that sets of identities satisfy or not. */
sealed interface PolicyRule {
    /**
     * Asks the policy.
     *
     * @param signers those whose signatures are good, each once, in the order of their signatures
     * @return why they do not satisfy it, in Fabric's words; empty if they do
     */
    Optional<String> refusal(List<Identity> signers);

    /**
     * A tree of thresholds over principals. Each identity satisfies one leaf at most, taken in order and never given
     * back, as in Fabric's {@code common/cauthdsl}.
     */
    record Signature(SignaturePolicyEnvelope envelope) implements PolicyRule {
        /**
         * @throws InvalidConfigurationException if the tree cannot be evaluated
         */
        public Signature {
            if (envelope.getVersion() != 0) {
                throw new InvalidConfigurationException("This evaluator only understands messages of version 0, but"
                        + " version was " + envelope.getVersion());
            }
            if (!envelope.hasRule()) {
                throw new InvalidConfigurationException("Empty policy element");
            }
            check(envelope.getRule(), envelope.getIdentitiesCount());
        }

        static Signature parse(ByteString bytes) {
            try {
                return new Signature(SignaturePolicyEnvelope.parseFrom(bytes));
            } catch (InvalidProtocolBufferException e) {
                throw new InvalidConfigurationException("Error unmarshalling to SignaturePolicy: " + e.getMessage(), e);
            }
        }

        private static void check(SignaturePolicy rule, int principals) {
            switch (rule.getTypeCase()) {
                case N_OUT_OF -> rule.getNOutOf().getRulesList().forEach(inner -> check(inner, principals));
                case SIGNED_BY -> {
                    if (rule.getSignedBy() < 0 || rule.getSignedBy() >= principals) {
                        throw new InvalidConfigurationException("identity index out of range, requested "
                                + rule.getSignedBy() + ", but identities length is " + principals);
                    }
                }
                case TYPE_NOT_SET -> throw new InvalidConfigurationException("Unknown type: <nil>:<nil>");
            }
        }

        @Override
        public Optional<String> refusal(List<Identity> signers) {
            return isSatisfied(envelope.getRule(), signers, new boolean[signers.size()])
                    ? Optional.empty()
                    : Optional.of("signature set did not satisfy policy");
        }

        private boolean isSatisfied(SignaturePolicy rule, List<Identity> signers, boolean[] used) {
            if (!rule.hasNOutOf()) {
                MSPPrincipal principal = envelope.getIdentities(rule.getSignedBy());
                for (int i = 0; i < used.length; i++) {
                    if (!used[i] && signers.get(i).satisfies(principal)) {
                        used[i] = true;
                        return true;
                    }
                }
                return false;
            }
            int satisfied = 0;
            for (SignaturePolicy inner : rule.getNOutOf().getRulesList()) {
                boolean[] attempt = Arrays.copyOf(used, used.length);
                if (isSatisfied(inner, signers, attempt)) {
                    satisfied++;
                    System.arraycopy(attempt, 0, used, 0, used.length);
                }
            }
            return satisfied >= rule.getNOutOf().getN();
        }
    }

    /**
     * So many of the policies of one name that the groups below have, as in Fabric's {@code common/policies}.
     *
     * @param name the policies' name
     * @param below one policy of each group
     * @param threshold how many must be satisfied
     */
    record ImplicitMeta(String name, List<PolicyRule> below, int threshold) implements PolicyRule {
        static ImplicitMeta parse(ByteString bytes, Collection<PolicyTree> groups) {
            ImplicitMetaPolicy definition;
            try {
                definition = ImplicitMetaPolicy.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw new InvalidConfigurationException(
                        "Error unmarshalling to ImplicitMetaPolicy: " + e.getMessage(), e);
            }
            List<PolicyRule> below = new ArrayList<>();
            groups.forEach(group -> below.add(group.findOrReject(definition.getSubPolicy())));
            int threshold =
                    switch (definition.getRule()) {
                        case ANY -> 1;
                        case ALL -> below.size();
                        case MAJORITY -> below.size() / 2 + 1;
                        case UNRECOGNIZED ->
                            throw new InvalidConfigurationException(
                                    "unknown rule " + definition.getRuleValue() + " of an implicit policy");
                    };
            return new ImplicitMeta(definition.getSubPolicy(), List.copyOf(below), below.isEmpty() ? 0 : threshold);
        }

        @Override
        public Optional<String> refusal(List<Identity> signers) {
            int satisfied = 0;
            for (PolicyRule policy : below) {
                if (satisfied < threshold && policy.refusal(signers).isEmpty()) {
                    satisfied++;
                }
            }
            return satisfied >= threshold
                    ? Optional.empty()
                    : Optional.of("implicit policy evaluation failed - " + satisfied
                            + " sub-policies were satisfied, but this policy requires " + threshold + " of the '" + name
                            + "' sub-policies to be satisfied");
        }
    }

    /** A name that no policy has: nobody satisfies it. */
    record NoSuchPolicy(String name) implements PolicyRule {
        @Override
        public Optional<String> refusal(List<Identity> signers) {
            return Optional.of("no such policy: '" + name + "'");
        }
    }
}
