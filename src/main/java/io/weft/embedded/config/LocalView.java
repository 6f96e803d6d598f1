package io.weft.embedded.config;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.model.MspId;
import io.weft.msp.OrganizationMsp;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/**
 * The rules of an organization where no channel is concerned: those of the MSP that its nodes have of their own. Immutable
 * and thread-safe.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/policy/policy.go">Fabric's core/policy</a>
 */
public final class LocalView {
    private static final String WHEN = " during channelless check policy with policy [";

    private final Msp msp;

    private LocalView(Msp msp) {
        this.msp = msp;
    }

    /**
     * @throws InvalidConfigurationException if no node would start with such an MSP
     */
    public static LocalView of(OrganizationMsp organization) {
        return new LocalView(Msp.of(organization.toProto()));
    }

    /** Whether a resource belongs to the peer, whose organization decides, and not to a channel. */
    public static boolean guards(String resource) {
        return AccessControl.isOfPeer(resource);
    }

    public MspId mspId() {
        return msp.id();
    }

    /**
     * Reads an identity that the organization has certified, be it valid or not: revoked, or without a role.
     *
     * @throws IdentityException if the organization has not certified it
     */
    public Identity deserialize(ByteString serializedIdentity) {
        SerializedIdentity transmitted;
        try {
            transmitted = SerializedIdentity.parseFrom(serializedIdentity);
        } catch (InvalidProtocolBufferException e) {
            throw new IdentityException("could not deserialize a SerializedIdentity: " + e.getMessage(), e);
        }
        if (!transmitted.getMspid().equals(msp.id().value())) {
            throw new IdentityException("expected MSP ID " + msp.id() + ", received " + transmitted.getMspid());
        }
        return msp.deserialize(transmitted, serializedIdentity);
    }

    /**
     * Reads an identity and checks it.
     *
     * @throws IdentityException if it is not valid
     */
    public Identity identify(ByteString serializedIdentity) {
        Identity result = deserialize(serializedIdentity);
        result.invalidity().ifPresent(reason -> {
            throw new IdentityException(reason);
        });
        return result;
    }

    /**
     * Lets admins of the organization use what belongs to a node, and all its members {@code cscc/GetChannels}.
     *
     * @param resource for example {@code _lifecycle/InstallChaincode}
     * @throws PolicyException unless the creator of the proposal may, with Fabric's text
     * @throws IdentityException if the signature is not the creator's
     */
    public void requireAccess(String resource, SignedData proposal) {
        boolean admins = !resource.equals("cscc/GetChannels");
        if (!AccessControl.isOfPeer(resource)) {
            throw new PolicyException("Unmapped channelless policy for " + resource);
        }
        require(admins ? MSPRole.MSPRoleType.ADMIN : MSPRole.MSPRoleType.MEMBER, proposal);
    }

    /**
     * As {@link #requireAccess}, for admins alone.
     */
    public void requireAdmin(SignedData signed) {
        require(MSPRole.MSPRoleType.ADMIN, signed);
    }

    private void require(MSPRole.MSPRoleType role, SignedData signed) {
        boolean admins = role == MSPRole.MSPRoleType.ADMIN;
        String policy = (admins ? "Admins" : "Members") + "]: [";
        Identity identity;
        try {
            identity = deserialize(signed.identity());
        } catch (IdentityException e) {
            throw new PolicyException(
                    "Failed deserializing proposal creator" + WHEN + policy + e.getMessage() + "]", e);
        }
        if (!identity.satisfies(principal(role))) {
            throw new PolicyException("Failed verifying that proposal's creator satisfies local MSP principal" + WHEN
                    + policy + reason(identity, admins) + "]");
        }
        identity.verify(signed.data().toByteArray(), signed.signature().toByteArray());
    }

    private MSPPrincipal principal(MSPRole.MSPRoleType role) {
        return MSPPrincipal.newBuilder()
                .setPrincipalClassification(MSPPrincipal.Classification.ROLE)
                .setPrincipal(MSPRole.newBuilder()
                        .setMspIdentifier(msp.id().value())
                        .setRole(role)
                        .build()
                        .toByteString())
                .build();
    }

    private String reason(Identity identity, boolean admins) {
        return identity.invalidity()
                .map(invalid ->
                        admins ? "The identity is not valid under this MSP [" + msp.id() + "]: " + invalid : invalid)
                .orElseGet(() -> "The identity is not an admin under this MSP [" + msp.id()
                        + "]: The identity does not contain OU [ADMIN], MSP: [" + msp.id() + "]");
    }
}
