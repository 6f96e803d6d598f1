package io.weft.embedded.chaincode;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.config.ChannelView;
import io.weft.model.MspId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;

/** The policies that {@code _lifecycle} falls back on. */
final class Policies {
    private static final String APPLICATION = "/Channel/Application/";

    private Policies() {}

    /** A member of {@code n} of the organizations, as Fabric's {@code policydsl} writes it. */
    static SignaturePolicyEnvelope members(int n, List<String> organizations) {
        SignaturePolicy.NOutOf.Builder rules =
                SignaturePolicy.NOutOf.newBuilder().setN(n);
        SignaturePolicyEnvelope.Builder result = SignaturePolicyEnvelope.newBuilder();
        for (int i = 0; i < organizations.size(); i++) {
            rules.addRules(SignaturePolicy.newBuilder().setSignedBy(i));
            result.addIdentities(MSPPrincipal.newBuilder()
                    .setPrincipalClassification(MSPPrincipal.Classification.ROLE)
                    .setPrincipal(MSPRole.newBuilder()
                            .setMspIdentifier(organizations.get(i))
                            .setRole(MSPRole.MSPRoleType.MEMBER)
                            .build()
                            .toByteString()));
        }
        return result.setRule(SignaturePolicy.newBuilder().setNOutOf(rules)).build();
    }

    static SignaturePolicyEnvelope anyMember(List<String> organizations) {
        return members(1, organizations);
    }

    static ApplicationPolicy reference(String path) {
        return ApplicationPolicy.newBuilder()
                .setChannelConfigPolicyReference(path)
                .build();
    }

    /** Who has to endorse what {@code _lifecycle} writes. */
    static ApplicationPolicy lifecycle(ChannelView view) {
        String path = APPLICATION + "LifecycleEndorsement";
        if (view.hasPolicy(path)) {
            return reference(path);
        }
        List<String> organizations = view.applicationOrganizations();
        return ApplicationPolicy.newBuilder()
                .setSignaturePolicy(members(organizations.size() / 2 + 1, organizations))
                .build();
    }

    /** Who has to endorse writes to an organization's implicit collection. */
    static Optional<ApplicationPolicy> implicitCollection(ChannelView view, MspId organization) {
        return groupName(view, organization).map(name -> {
            String path = APPLICATION + name + "/Endorsement";
            return view.hasPolicy(path)
                    ? reference(path)
                    : ApplicationPolicy.newBuilder()
                            .setSignaturePolicy(anyMember(List.of(organization.value())))
                            .build();
        });
    }

    private static Optional<String> groupName(ChannelView view, MspId organization) {
        Map<String, ConfigGroup> groups = view.config()
                .getChannelGroup()
                .getGroupsOrDefault("Application", ConfigGroup.getDefaultInstance())
                .getGroupsMap();
        return groups.entrySet().stream()
                .filter(group -> mspId(group.getValue()).equals(organization.value()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static String mspId(ConfigGroup organization) {
        try {
            MSPConfig msp =
                    MSPConfig.parseFrom(organization.getValuesOrThrow("MSP").getValue());
            return FabricMSPConfig.parseFrom(msp.getConfig()).getName();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("A channel's configuration that was checked has readable MSPs", e);
        }
    }
}
