package io.weft.channel;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.weft.model.Channel;
import io.weft.model.ConsensusType;
import io.weft.model.GoDuration;
import io.weft.model.HostPort;
import io.weft.model.Member;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Ordering;
import io.weft.model.Organization;
import io.weft.msp.OrganizationMsp;
import io.weft.policy.Policy;
import io.weft.protocol.PolicyMessages;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hyperledger.fabric.protos.common.BlockDataHashingStructure;
import org.hyperledger.fabric.protos.common.Capabilities;
import org.hyperledger.fabric.protos.common.Capability;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.HashingAlgorithm;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.OrdererAddresses;
import org.hyperledger.fabric.protos.common.Orderers;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.orderer.BatchSize;
import org.hyperledger.fabric.protos.orderer.BatchTimeout;
import org.hyperledger.fabric.protos.orderer.ChannelRestrictions;
import org.hyperledger.fabric.protos.orderer.etcdraft.ConfigMetadata;
import org.hyperledger.fabric.protos.orderer.etcdraft.Consenter;
import org.hyperledger.fabric.protos.peer.ACLs;
import org.hyperledger.fabric.protos.peer.APIResource;
import org.hyperledger.fabric.protos.peer.AnchorPeer;
import org.hyperledger.fabric.protos.peer.AnchorPeers;

/**
 * Writes a channel's configuration tree, as Fabric's {@code configtxgen} would for the same network. Organizations are
 * groups under their MSP ID. Choices of weft's own: policies refer to Node OUs, endpoints of ordering nodes stand with
 * their organizations and never in a global list, and anchor peers are part of the first block.
 */
public final class ChannelConfiguration {
    private static final String ADMINS = "Admins";
    private static final String BLOCK_VALIDATION = "BlockValidation";
    private static final int ORDERER_PORT = 7050;
    private static final int PEER_PORT = 7051;

    private final Network network;
    private final Channel channel;
    private final Function<NodeRef, HostPort> addresses;
    private final Map<String, OrganizationMsp> msps;
    private final Map<NodeRef, ConsenterCertificates> consenters;
    private final Map<String, String> overrides;

    private ChannelConfiguration(
            Network network,
            Channel channel,
            Map<String, OrganizationMsp> msps,
            Map<NodeRef, ConsenterCertificates> consenters,
            Function<NodeRef, HostPort> addresses) {
        this.network = network;
        this.channel = channel;
        this.addresses = addresses;
        this.msps = msps;
        this.consenters = consenters;
        this.overrides = new LinkedHashMap<>(channel.policies());
    }

    /**
     * The tree under {@code Channel} of a network in which nodes reach each other by the names of their Services; equal
     * inputs give equal trees.
     *
     * @param msps organization's name to its verification MSP, for all organizations of the channel
     * @param consenters certificates of all its consenters
     * @throws IllegalArgumentException if a policy of the channel's overrides belongs to no group of the tree, a policy or
     *     option is not valid, or an input is missing: all of them things that a valid spec does not have
     */
    public static ConfigGroup of(
            Network network,
            Channel channel,
            Map<String, OrganizationMsp> msps,
            Map<NodeRef, ConsenterCertificates> consenters) {
        Names names = new Names(network);
        Set<NodeRef> orderingNodes = network.orderingNodes().collect(Collectors.toSet());
        return of(
                network,
                channel,
                msps,
                consenters,
                node -> new HostPort(names.host(node), orderingNodes.contains(node) ? ORDERER_PORT : PEER_PORT));
    }

    /**
     * As {@link #of(Network, Channel, Map, Map)}, of a network in which nodes reach each other by other addresses.
     *
     * @param addresses where other nodes reach an ordering node or anchor peer
     */
    public static ConfigGroup of(
            Network network,
            Channel channel,
            Map<String, OrganizationMsp> msps,
            Map<NodeRef, ConsenterCertificates> consenters,
            Function<NodeRef, HostPort> addresses) {
        return new ChannelConfiguration(network, channel, msps, consenters, addresses).channelGroup();
    }

    private ConfigGroup channelGroup() {
        ConfigGroup.Builder group = group("", standardPolicies());
        value(
                group,
                "HashingAlgorithm",
                HashingAlgorithm.newBuilder().setName("SHA256").build());
        value(
                group,
                "BlockDataHashingStructure",
                BlockDataHashingStructure.newBuilder().setWidth(-1).build());
        value(group, "Capabilities", capabilities(channel.capabilities().channel()));
        group.putGroups("Orderer", ordererGroup());
        group.putGroups("Application", applicationGroup());
        if (!overrides.isEmpty()) {
            throw new IllegalArgumentException(
                    "Channel `" + channel.name() + "` has no group for the policies " + overrides.keySet());
        }
        return group.build();
    }

    private ConfigGroup ordererGroup() {
        Ordering ordering = channel.ordering();
        Map<String, String> policies = standardPolicies();
        policies.put(BLOCK_VALIDATION, "ANY Writers");
        ConfigGroup.Builder group = group("Orderer", policies);
        value(
                group,
                "BatchSize",
                BatchSize.newBuilder()
                        .setMaxMessageCount(ordering.batch().maxMessages())
                        .setAbsoluteMaxBytes(ordering.batch().absoluteMaxBytes())
                        .setPreferredMaxBytes(ordering.batch().preferredMaxBytes())
                        .build());
        value(
                group,
                "BatchTimeout",
                BatchTimeout.newBuilder()
                        .setTimeout(GoDuration.format(ordering.batch().timeout()))
                        .build());
        value(group, "ChannelRestrictions", ChannelRestrictions.getDefaultInstance());
        value(group, "Capabilities", capabilities(channel.capabilities().orderer()));
        if (ordering.type() == ConsensusType.BFT) {
            bft(group, ordering);
        } else {
            raft(group, ordering);
        }
        for (String name : ordering.organizations()) {
            Organization organization = network.organization(name);
            group.putGroups(organization.mspId().value(), ordererOrganization(organization));
        }
        return group.build();
    }

    private void raft(ConfigGroup.Builder group, Ordering ordering) {
        ConfigMetadata.Builder metadata =
                ConfigMetadata.newBuilder().setOptions(ConsensusOptions.raft(ordering.options()));
        for (NodeRef consenter : ordering.consenters()) {
            ByteString tls =
                    ByteString.copyFromUtf8(certificates(consenter).tls().pem());
            HostPort address = addresses.apply(consenter);
            metadata.addConsenters(Consenter.newBuilder()
                    .setHost(address.host())
                    .setPort(address.port())
                    .setClientTlsCert(tls)
                    .setServerTlsCert(tls));
        }
        consensus(group, "etcdraft", metadata.build());
    }

    private void bft(ConfigGroup.Builder group, Ordering ordering) {
        Orderers.Builder mapping = Orderers.newBuilder();
        int id = 1;
        for (NodeRef consenter : ordering.consenters()) {
            ConsenterCertificates certificates = certificates(consenter);
            ByteString tls = ByteString.copyFromUtf8(certificates.tls().pem());
            HostPort address = addresses.apply(consenter);
            mapping.addConsenterMapping(org.hyperledger.fabric.protos.common.Consenter.newBuilder()
                    .setId(id++)
                    .setHost(address.host())
                    .setPort(address.port())
                    .setMspId(network.organization(consenter.organization())
                            .mspId()
                            .value())
                    .setIdentity(ByteString.copyFromUtf8(certificates.signing().pem()))
                    .setClientTlsCert(tls)
                    .setServerTlsCert(tls));
        }
        value(group, "Orderers", mapping.build());
        consensus(group, "BFT", ConsensusOptions.bft(ordering.options()));
        group.putPolicies(BLOCK_VALIDATION, policy(quorum(mapping.getConsenterMappingList())));
    }

    private static void consensus(ConfigGroup.Builder group, String type, MessageLite metadata) {
        value(
                group,
                "ConsensusType",
                org.hyperledger.fabric.protos.orderer.ConsensusType.newBuilder()
                        .setType(type)
                        .setMetadata(metadata.toByteString())
                        .build());
    }

    /** Signatures of a quorum of consenters; Fabric demands exactly this policy. */
    private static org.hyperledger.fabric.protos.common.Policy quorum(
            List<org.hyperledger.fabric.protos.common.Consenter> consenters) {
        int n = consenters.size();
        SignaturePolicy.NOutOf.Builder rule =
                SignaturePolicy.NOutOf.newBuilder().setN(ConsensusType.BFT.quorum(n));
        SignaturePolicyEnvelope.Builder envelope = SignaturePolicyEnvelope.newBuilder();
        for (int i = 0; i < n; i++) {
            rule.addRules(SignaturePolicy.newBuilder().setSignedBy(i));
            envelope.addIdentities(MSPPrincipal.newBuilder()
                    .setPrincipalClassification(MSPPrincipal.Classification.IDENTITY)
                    .setPrincipal(SerializedIdentity.newBuilder()
                            .setMspid(consenters.get(i).getMspId())
                            .setIdBytes(consenters.get(i).getIdentity())
                            .build()
                            .toByteString()));
        }
        return org.hyperledger.fabric.protos.common.Policy.newBuilder()
                .setType(org.hyperledger.fabric.protos.common.Policy.PolicyType.SIGNATURE_VALUE)
                .setValue(envelope.setRule(SignaturePolicy.newBuilder().setNOutOf(rule))
                        .build()
                        .toByteString())
                .build();
    }

    private ConfigGroup ordererOrganization(Organization organization) {
        String mspId = organization.mspId().value();
        Map<String, String> policies = new LinkedHashMap<>();
        policies.put("Readers", "OR('" + mspId + ".member')");
        policies.put("Writers", "OR('" + mspId + ".member')");
        policies.put(ADMINS, "OR('" + mspId + ".admin')");
        ConfigGroup.Builder group = group("Orderer/" + mspId, policies);
        value(group, "MSP", msp(organization));
        List<String> endpoints = channel.ordering().consenters().stream()
                .filter(node -> node.organization().equals(organization.name()))
                .map(node -> addresses.apply(node).toString())
                .toList();
        if (!endpoints.isEmpty()) {
            value(
                    group,
                    "Endpoints",
                    OrdererAddresses.newBuilder().addAllAddresses(endpoints).build());
        }
        return group.build();
    }

    private ConfigGroup applicationGroup() {
        Map<String, String> policies = standardPolicies();
        policies.put("Endorsement", "MAJORITY Endorsement");
        policies.put("LifecycleEndorsement", "MAJORITY Endorsement");
        ConfigGroup.Builder group = group("Application", policies);
        if (!channel.acls().isEmpty()) {
            ACLs.Builder acls = ACLs.newBuilder();
            channel.acls()
                    .forEach((resource, policy) -> acls.putAcls(
                            resource,
                            APIResource.newBuilder().setPolicyRef(policy).build()));
            value(group, "ACLs", acls.build());
        }
        value(group, "Capabilities", capabilities(channel.capabilities().application()));
        for (Member member : channel.members()) {
            Organization organization = network.organization(member.organization());
            group.putGroups(organization.mspId().value(), applicationOrganization(organization, member));
        }
        return group.build();
    }

    private ConfigGroup applicationOrganization(Organization organization, Member member) {
        String mspId = organization.mspId().value();
        Map<String, String> policies = new LinkedHashMap<>();
        policies.put("Readers", "OR('" + mspId + ".admin','" + mspId + ".peer','" + mspId + ".client')");
        policies.put("Writers", "OR('" + mspId + ".admin','" + mspId + ".client')");
        policies.put(ADMINS, "OR('" + mspId + ".admin')");
        policies.put("Endorsement", "OR('" + mspId + ".peer')");
        ConfigGroup.Builder group = group("Application/" + mspId, policies);
        value(group, "MSP", msp(organization));
        if (!member.anchorPeers().isEmpty()) {
            AnchorPeers.Builder anchors = AnchorPeers.newBuilder();
            for (String peer : member.anchorPeers()) {
                HostPort address = addresses.apply(new NodeRef(organization.name(), peer));
                anchors.addAnchorPeers(
                        AnchorPeer.newBuilder().setHost(address.host()).setPort(address.port()));
            }
            value(group, "AnchorPeers", anchors.build());
        }
        return group.build();
    }

    private static Map<String, String> standardPolicies() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("Readers", "ANY Readers");
        result.put("Writers", "ANY Writers");
        result.put(ADMINS, "MAJORITY Admins");
        return result;
    }

    /**
     * A group with its policies, those that the channel overrides included.
     *
     * @param path below {@code Channel}, without a slash at either end
     */
    private ConfigGroup.Builder group(String path, Map<String, String> defaults) {
        Map<String, String> texts = new LinkedHashMap<>(defaults);
        String prefix = path.isEmpty() ? "" : path + "/";
        overrides.entrySet().removeIf(override -> {
            String name = override.getKey();
            boolean here = name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0;
            if (here) {
                texts.put(name.substring(prefix.length()), override.getValue());
            }
            return here;
        });
        ConfigGroup.Builder result = ConfigGroup.newBuilder().setModPolicy(ADMINS);
        texts.forEach((name, text) ->
                result.putPolicies(name, policy(PolicyMessages.channelPolicy(Policy.parseChannelPolicy(text)))));
        return result;
    }

    private static ConfigPolicy policy(org.hyperledger.fabric.protos.common.Policy policy) {
        return ConfigPolicy.newBuilder().setPolicy(policy).setModPolicy(ADMINS).build();
    }

    private static void value(ConfigGroup.Builder group, String key, MessageLite value) {
        group.putValues(
                key,
                ConfigValue.newBuilder()
                        .setValue(Deterministic.bytes(value))
                        .setModPolicy(ADMINS)
                        .build());
    }

    private static Capabilities capabilities(String level) {
        return Capabilities.newBuilder()
                .putCapabilities(level, Capability.getDefaultInstance())
                .build();
    }

    private MSPConfig msp(Organization organization) {
        return requireNonNull(msps.get(organization.name()), () -> "No MSP of `" + organization.name() + "`")
                .toProto();
    }

    private ConsenterCertificates certificates(NodeRef node) {
        return requireNonNull(consenters.get(node), () -> "No certificates of `" + node + "`");
    }
}
