package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.weft.embedded.chaincode.CommittedDefinition;
import io.weft.embedded.chaincode.Lifecycle;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.model.MspId;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.peer.CollectionPolicyConfig;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;

/** Private data collections: explicit ones, and the implicit one that each namespace has for each organization. */
final class CollectionRules {
    private static final String IMPLICIT = "_implicit_org_";

    private CollectionRules() {}

    /** The organization whose implicit collection it is. */
    static Optional<MspId> implicitOwner(String collection) {
        if (!collection.startsWith(IMPLICIT)) {
            return Optional.empty();
        }
        String owner = collection.substring(IMPLICIT.length());
        return MspId.isValid(owner) ? Optional.of(new MspId(owner)) : Optional.empty();
    }

    /** A collection of a chaincode that is defined on the channel. */
    static Optional<StaticCollectionConfig> find(ChannelLedger ledger, String namespace, String collection) {
        Optional<StaticCollectionConfig> implicit = implicitOwner(collection).map(owner -> implicit(collection, owner));
        if (namespace.equals(Lifecycle.NAMESPACE)) {
            return implicit;
        }
        return CommittedDefinition.find(ledger, namespace)
                .flatMap(definition -> implicit.isPresent() ? implicit : definition.collection(collection));
    }

    /** The signature policy that every member of the organization satisfies. */
    static SignaturePolicyEnvelope anyMember(MspId organization) {
        return SignaturePolicyEnvelope.newBuilder()
                .setRule(SignaturePolicy.newBuilder()
                        .setNOutOf(SignaturePolicy.NOutOf.newBuilder()
                                .setN(1)
                                .addRules(SignaturePolicy.newBuilder().setSignedBy(0))))
                .addIdentities(MSPPrincipal.newBuilder()
                        .setPrincipalClassification(MSPPrincipal.Classification.ROLE)
                        .setPrincipal(MSPRole.newBuilder()
                                .setMspIdentifier(organization.value())
                                .setRole(MSPRole.MSPRoleType.MEMBER)
                                .build()
                                .toByteString()))
                .build();
    }

    private static StaticCollectionConfig implicit(String collection, MspId owner) {
        return StaticCollectionConfig.newBuilder()
                .setName(collection)
                .setMemberOrgsPolicy(CollectionPolicyConfig.newBuilder().setSignaturePolicy(anyMember(owner)))
                .build();
    }

    static boolean isMember(ChannelView view, StaticCollectionConfig collection, ByteString identity) {
        return view.isMember(collection.getMemberOrgsPolicy().getSignaturePolicy(), identity);
    }
}
