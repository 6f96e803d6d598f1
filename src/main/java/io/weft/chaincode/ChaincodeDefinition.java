package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.model.Chaincode;
import io.weft.model.Collection;
import io.weft.policy.Policy;
import io.weft.policy.PolicyReference;
import io.weft.policy.SignaturePolicy;
import io.weft.protocol.PolicyMessages;
import org.hyperledger.fabric.protos.peer.CollectionConfig;
import org.hyperledger.fabric.protos.peer.CollectionConfigPackage;
import org.hyperledger.fabric.protos.peer.CollectionPolicyConfig;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;

/**
 * What the organizations of a channel agree on for a chaincode. Fabric compares the fields byte by byte, so policies are
 * kept in the form in which they travel.
 *
 * @param name the chaincode's name
 * @param version any text; changing it without another package changes nothing at the peers
 * @param sequence 1 for the first definition, one more for every further one
 * @param endorsementPlugin {@code escc} unless peers have others
 * @param validationPlugin {@code vscc} unless peers have others
 * @param validationParameter the endorsement policy: a serialized {@code protos.ApplicationPolicy}
 * @param collections explicit private data collections
 * @param initRequired whether the first invocation must say that it is
 */
public record ChaincodeDefinition(
        String name,
        String version,
        long sequence,
        String endorsementPlugin,
        String validationPlugin,
        ByteString validationParameter,
        CollectionConfigPackage collections,
        boolean initRequired) {
    static final String DEFAULT_ENDORSEMENT_PLUGIN = "escc";
    static final String DEFAULT_VALIDATION_PLUGIN = "vscc";
    private static final Policy DEFAULT_ENDORSEMENT = new PolicyReference("/Channel/Application/Endorsement");

    public ChaincodeDefinition {
        requireNonNull(name, "name");
        requireNonNull(version, "version");
        requireNonNull(endorsementPlugin, "endorsementPlugin");
        requireNonNull(validationPlugin, "validationPlugin");
        requireNonNull(validationParameter, "validationParameter");
        requireNonNull(collections, "collections");
    }

    /**
     * The definition that a spec's chaincode means.
     *
     * @throws io.weft.policy.PolicySyntaxException if a policy is not valid; a valid spec has none such
     */
    public static ChaincodeDefinition of(Chaincode chaincode, long sequence) {
        CollectionConfigPackage.Builder collections = CollectionConfigPackage.newBuilder();
        chaincode.collections().forEach(collection -> collections.addConfig(collection(collection)));
        Policy endorsement =
                chaincode.endorsement().map(Policy::parseApplicationPolicy).orElse(DEFAULT_ENDORSEMENT);
        return new ChaincodeDefinition(
                chaincode.name(),
                chaincode.version(),
                sequence,
                DEFAULT_ENDORSEMENT_PLUGIN,
                DEFAULT_VALIDATION_PLUGIN,
                PolicyMessages.applicationPolicy(endorsement).toByteString(),
                collections.build(),
                chaincode.init().isPresent());
    }

    private static CollectionConfig collection(Collection collection) {
        StaticCollectionConfig.Builder result = StaticCollectionConfig.newBuilder()
                .setName(collection.name())
                .setMemberOrgsPolicy(CollectionPolicyConfig.newBuilder()
                        .setSignaturePolicy(PolicyMessages.signaturePolicy(SignaturePolicy.parse(collection.policy()))))
                .setRequiredPeerCount(collection.requiredPeerCount())
                .setMaximumPeerCount(collection.maxPeerCount())
                .setBlockToLive(collection.blockToLive())
                .setMemberOnlyRead(collection.memberOnlyRead())
                .setMemberOnlyWrite(collection.memberOnlyWrite());
        collection
                .endorsement()
                .map(Policy::parseApplicationPolicy)
                .ifPresent(policy -> result.setEndorsementPolicy(PolicyMessages.applicationPolicy(policy)));
        return CollectionConfig.newBuilder().setStaticCollectionConfig(result).build();
    }

    /** The same definition under another sequence. */
    public ChaincodeDefinition withSequence(long otherSequence) {
        return new ChaincodeDefinition(
                name,
                version,
                otherSequence,
                endorsementPlugin,
                validationPlugin,
                validationParameter,
                collections,
                initRequired);
    }

    /** Whether nothing but the sequence differs. */
    public boolean isSameApartFromSequence(ChaincodeDefinition other) {
        return equals(other.withSequence(sequence));
    }
}
