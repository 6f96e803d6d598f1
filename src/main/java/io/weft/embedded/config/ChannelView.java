package io.weft.embedded.config;

import com.google.protobuf.ByteString;
import io.weft.model.HostPort;
import java.util.List;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;

/** A channel's configuration at one sequence, with everything that follows from it. Immutable and thread-safe. */
public final class ChannelView {
    private ChannelView() {}

    /** @throws InvalidConfigurationException with Fabric's words */
    public static ChannelView of(String channel, Config config) {
        throw new UnsupportedOperationException();
    }

    /** The configuration of a genesis or config block. */
    public static ChannelView ofBlock(Block block) {
        throw new UnsupportedOperationException();
    }

    public String channel() {
        throw new UnsupportedOperationException();
    }

    public long sequence() {
        throw new UnsupportedOperationException();
    }

    public Config config() {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads an identity and checks it: chain, revocation, Node OUs. Not its expiry, which Fabric's MSP does not check.
     *
     * @throws IdentityException if it is not valid on the channel
     */
    public Identity identify(ByteString serializedIdentity) {
        throw new UnsupportedOperationException();
    }

    /** Whether there is a policy of the absolute path, for example {@code /Channel/Application/Writers}. */
    public boolean hasPolicy(String path) {
        throw new UnsupportedOperationException();
    }

    /** @throws PolicyException unless the signatures satisfy the policy */
    public void require(String policyPath, List<SignedData> signed) {
        throw new UnsupportedOperationException();
    }

    /** @throws PolicyException unless the signatures satisfy the policy */
    public void require(SignaturePolicyEnvelope policy, List<SignedData> signed) {
        throw new UnsupportedOperationException();
    }

    /** @throws PolicyException unless the signatures satisfy the policy */
    public void requireApplicationPolicy(ApplicationPolicy policy, List<SignedData> signed) {
        throw new UnsupportedOperationException();
    }

    /** Whether the identity satisfies any principal of the policy: membership in a collection. */
    public boolean isMember(SignaturePolicyEnvelope policy, ByteString identity) {
        throw new UnsupportedOperationException();
    }

    /** The policy that guards a resource: the channel's own choice, else Fabric's default. */
    public String aclPolicy(String resource) {
        throw new UnsupportedOperationException();
    }

    public Batch batch() {
        throw new UnsupportedOperationException();
    }

    /** MSP IDs, sorted. */
    public List<String> applicationOrganizations() {
        throw new UnsupportedOperationException();
    }

    /** MSP IDs, sorted. */
    public List<String> ordererOrganizations() {
        throw new UnsupportedOperationException();
    }

    /** @param group {@code Channel}, {@code Orderer} or {@code Application} */
    public boolean hasCapability(String group, String name) {
        throw new UnsupportedOperationException();
    }

    public String consensusType() {
        throw new UnsupportedOperationException();
    }

    /** Whether the channel is in maintenance for a change of its consensus type. */
    public boolean isInMaintenance() {
        throw new UnsupportedOperationException();
    }

    public List<Consenter> consenters() {
        throw new UnsupportedOperationException();
    }

    /** Addresses of all organizations' ordering nodes, {@code host:port}. */
    public List<String> ordererAddresses() {
        throw new UnsupportedOperationException();
    }

    /** Addresses of one organization's ordering nodes, {@code host:port}. */
    public List<String> ordererAddresses(String mspId) {
        throw new UnsupportedOperationException();
    }

    public List<HostPort> anchorPeers(String mspId) {
        throw new UnsupportedOperationException();
    }
}
