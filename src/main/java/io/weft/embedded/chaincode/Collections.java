package io.weft.embedded.chaincode;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.IdentityException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.OrganizationUnit;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.peer.CollectionConfig;
import org.hyperledger.fabric.protos.peer.CollectionConfigPackage;
import org.hyperledger.fabric.protos.peer.CollectionPolicyConfig;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;

/** Private data collections of a definition. Rules and texts are those of Fabric's {@code lifecycle/scc.go}. */
final class Collections {
    private static final String IMPLICIT = "_implicit_org_";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]+([A-Za-z0-9_-]+)*");

    private Collections() {}

    /** The collection that an organization has in every namespace. */
    static String implicit(String organization) {
        return IMPLICIT + organization;
    }

    static Optional<StaticCollectionConfig> find(CollectionConfigPackage collections, String name) {
        if (name.startsWith(IMPLICIT)) {
            return Optional.of(StaticCollectionConfig.newBuilder()
                    .setName(name)
                    .setMemberOrgsPolicy(CollectionPolicyConfig.newBuilder()
                            .setSignaturePolicy(Policies.anyMember(List.of(name.substring(IMPLICIT.length())))))
                    .setMaximumPeerCount(1)
                    .build());
        }
        return collections.getConfigList().stream()
                .map(CollectionConfig::getStaticCollectionConfig)
                .filter(collection -> collection.getName().equals(name))
                .findFirst();
    }

    /** @throws ChaincodeFailure if the collections break a rule */
    static void check(CollectionConfigPackage collections, ChannelView channel) {
        Set<String> names = new HashSet<>();
        for (CollectionConfig config : collections.getConfigList()) {
            if (!config.hasStaticCollectionConfig()) {
                throw new ChaincodeFailure("collection config contains unexpected payload type: <nil>");
            }
            StaticCollectionConfig collection = config.getStaticCollectionConfig();
            String name = collection.getName();
            if (!NAME.matcher(name).matches()) {
                throw new ChaincodeFailure("invalid collection name '" + name + "'. Names can only consist of"
                        + " alphanumerics, '_', and '-' and cannot begin with '_'");
            }
            if (!names.add(name)) {
                throw failure(name, "found duplicate in collection configuration");
            }
            if (collection.getMaximumPeerCount() < collection.getRequiredPeerCount()) {
                throw failure(
                        name,
                        "maximum peer count (" + collection.getMaximumPeerCount()
                                + ") cannot be less than the required peer count ("
                                + collection.getRequiredPeerCount() + ")");
            }
            if (collection.getRequiredPeerCount() < 0) {
                throw failure(
                        name, "requiredPeerCount (" + collection.getRequiredPeerCount() + ") cannot be less than zero");
            }
            checkMembers(collection, channel);
        }
    }

    private static ChaincodeFailure failure(String collection, String text) {
        return new ChaincodeFailure("collection-name: " + collection + " -- " + text);
    }

    private static void checkMembers(StaticCollectionConfig collection, ChannelView channel) {
        String name = collection.getName();
        if (!collection.hasMemberOrgsPolicy()) {
            throw new ChaincodeFailure("collection member policy is not set for collection '" + name + "'");
        }
        if (!collection.getMemberOrgsPolicy().hasSignaturePolicy()) {
            throw new ChaincodeFailure("collection member org policy is empty for collection '" + name + "'");
        }
        SignaturePolicyEnvelope policy = collection.getMemberOrgsPolicy().getSignaturePolicy();
        checkIndexes(name, policy.getRule(), policy.getIdentitiesCount());
        checkAlternatives(name, policy.getRule());
        Set<String> organizations = new HashSet<>(channel.applicationOrganizations());
        organizations.addAll(channel.ordererOrganizations());
        for (MSPPrincipal principal : policy.getIdentitiesList()) {
            checkPrincipal(name, principal, organizations, channel);
        }
    }

    private static void checkIndexes(String collection, SignaturePolicy rule, int identities) {
        if (rule.hasNOutOf()) {
            rule.getNOutOf().getRulesList().forEach(inner -> checkIndexes(collection, inner, identities));
        } else if (!rule.hasSignedBy()) {
            throw new ChaincodeFailure(
                    "invalid member org policy for collection '" + collection + "': Unknown type: <nil>:<nil>");
        } else if (rule.getSignedBy() < 0 || rule.getSignedBy() >= identities) {
            throw new ChaincodeFailure("invalid member org policy for collection '" + collection
                    + "': identity index out of range, requested " + rule.getSignedBy()
                    + ", but identities length is " + identities);
        }
    }

    private static void checkAlternatives(String collection, SignaturePolicy rule) {
        if (!rule.hasNOutOf()) {
            return;
        }
        if (rule.getNOutOf().getN() != 1) {
            throw failure(
                    collection,
                    "error in member org policy: signature policy is not an OR concatenation, NOutOf "
                            + rule.getNOutOf().getN());
        }
        rule.getNOutOf().getRulesList().forEach(inner -> checkAlternatives(collection, inner));
    }

    private static void checkPrincipal(
            String collection, MSPPrincipal principal, Set<String> organizations, ChannelView channel) {
        switch (principal.getPrincipalClassification()) {
            case ROLE -> {
                try {
                    checkMember(
                            collection,
                            MSPRole.parseFrom(principal.getPrincipal()).getMspIdentifier(),
                            organizations);
                } catch (InvalidProtocolBufferException e) {
                    throw failure(collection, "cannot unmarshal identity bytes into MSPRole: " + e.getMessage());
                }
            }
            case ORGANIZATION_UNIT -> {
                try {
                    checkMember(
                            collection,
                            OrganizationUnit.parseFrom(principal.getPrincipal()).getMspIdentifier(),
                            organizations);
                } catch (InvalidProtocolBufferException e) {
                    throw failure(
                            collection, "cannot unmarshal identity bytes into OrganizationUnit: " + e.getMessage());
                }
            }
            case IDENTITY -> {
                try {
                    channel.identify(principal.getPrincipal());
                } catch (IdentityException e) {
                    throw failure(collection, "contains an identity that is not part of the channel");
                }
            }
            default ->
                throw failure(
                        collection, "principal type " + principal.getPrincipalClassification() + " is not supported");
        }
    }

    private static void checkMember(String collection, String organization, Set<String> organizations) {
        if (!organizations.contains(organization)) {
            throw failure(collection, "collection member '" + organization + "' is not part of the channel");
        }
    }

    /** @throws ChaincodeFailure if committed collections would go or change what may not change */
    static void checkAgainst(CollectionConfigPackage proposed, CollectionConfigPackage committed) {
        if (committed.getConfigCount() == 0) {
            return;
        }
        if (proposed.getConfigCount() == 0) {
            throw new ChaincodeFailure(
                    "the proposed collection config does not contain previously defined collections");
        }
        Map<String, StaticCollectionConfig> byName = new HashMap<>();
        proposed.getConfigList()
                .forEach(config ->
                        byName.put(config.getStaticCollectionConfig().getName(), config.getStaticCollectionConfig()));
        for (CollectionConfig config : committed.getConfigList()) {
            StaticCollectionConfig before = config.getStaticCollectionConfig();
            StaticCollectionConfig after = byName.get(before.getName());
            if (after == null) {
                throw new ChaincodeFailure("existing collection [" + before.getName()
                        + "] missing in the proposed collection configuration");
            }
            if (after.getBlockToLive() != before.getBlockToLive()) {
                throw new ChaincodeFailure("the BlockToLive in an existing collection [" + before.getName()
                        + "] modified. Existing value [" + before.getBlockToLive() + "]");
            }
        }
    }
}
