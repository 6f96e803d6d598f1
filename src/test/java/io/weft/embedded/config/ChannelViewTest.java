package io.weft.embedded.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.weft.model.ConsensusType;
import io.weft.model.HostPort;
import io.weft.model.NodeRef;
import io.weft.pki.EcdsaSignature;
import io.weft.pki.Role;
import io.weft.policy.SignaturePolicy;
import io.weft.protocol.PolicyMessages;
import io.weft.protocol.Signer;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.Capabilities;
import org.hyperledger.fabric.protos.common.Capability;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.HashingAlgorithm;
import org.hyperledger.fabric.protos.common.ImplicitMetaPolicy;
import org.hyperledger.fabric.protos.common.OrdererAddresses;
import org.hyperledger.fabric.protos.common.Policy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.orderer.BatchSize;
import org.hyperledger.fabric.protos.orderer.BatchTimeout;
import org.hyperledger.fabric.protos.peer.ACLs;
import org.hyperledger.fabric.protos.peer.APIResource;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ChannelViewTest {
    private static final TestChannel CHANNEL = new TestChannel(ConsensusType.RAFT, 3);
    private static final ChannelView VIEW = CHANNEL.view();

    private static Signer admin(String organization) {
        return CHANNEL.identities().admin(organization);
    }

    private static Signer client(String organization) {
        return CHANNEL.identities().client(organization);
    }

    private static Signer peer(String organization) {
        return CHANNEL.signer(organization, CHANNEL.identities().signing(new NodeRef(organization, "peer0")));
    }

    private static SignedData by(Signer signer) {
        return TestChannel.signed(signer, "message");
    }

    @Test
    void the_configuration_of_a_first_block_reads_as_it_was_written() {
        assertThat(VIEW.channel()).isEqualTo("trading");
        assertThat(VIEW.sequence()).isZero();
        assertThat(VIEW.batch()).isEqualTo(new Batch(10, 10 * 1024 * 1024, 512 * 1024, Duration.ofMillis(200)));
        assertThat(VIEW.applicationOrganizations()).containsExactly("Org1MSP", "Org2MSP");
        assertThat(VIEW.ordererOrganizations()).containsExactly("OrdererMSP");
        assertThat(VIEW.msps()).containsOnlyKeys("OrdererMSP", "Org1MSP", "Org2MSP");
        assertThat(VIEW.hasCapability("Application", "V2_5")).isTrue();
        assertThat(VIEW.hasCapability("Channel", "V2_5")).isFalse();
        assertThat(VIEW.consensusType()).isEqualTo("etcdraft");
        assertThat(VIEW.isInMaintenance()).isFalse();
        assertThat(VIEW.consenters()).hasSize(3);
        assertThat(VIEW.ordererAddresses()).hasSize(3).isEqualTo(VIEW.ordererAddresses("OrdererMSP"));
        assertThat(VIEW.ordererAddresses())
                .isEqualTo(VIEW.consenters().stream()
                        .map(Consenter::address)
                        .map(HostPort::toString)
                        .toList());
        assertThat(VIEW.ordererAddresses("Org1MSP")).isEmpty();
        assertThat(VIEW.anchorPeers("Org1MSP")).extracting(HostPort::port).containsExactly(7051);
        assertThat(VIEW.anchorPeers("OrdererMSP")).isEmpty();
    }

    @Test
    void a_bft_channel_names_the_identities_of_its_consenters() {
        TestChannel channel = new TestChannel(ConsensusType.BFT, 4);

        ChannelView view = channel.view();

        assertThat(view.consensusType()).isEqualTo("BFT");
        assertThat(view.consenters()).extracting(Consenter::mspId).containsOnly("OrdererMSP");
        assertThat(view.consenters().get(2).identity().toStringUtf8())
                .isEqualTo(channel.identities()
                        .signing(new NodeRef("orderer", "orderer2"))
                        .certificatePem());
        List<SignedData> three = Stream.of("orderer0", "orderer1", "orderer3")
                .map(node -> by(channel.signer("orderer", channel.identities().signing(new NodeRef("orderer", node)))))
                .toList();
        view.require("/Channel/Orderer/BlockValidation", three);
        assertThatThrownBy(() -> view.require("/Channel/Orderer/BlockValidation", three.subList(0, 2)))
                .isInstanceOf(PolicyException.class)
                .hasMessage("signature set did not satisfy policy");
    }

    @Test
    void a_block_without_a_configuration_has_no_view() {
        Block empty = Block.getDefaultInstance();
        Block other = Block.newBuilder()
                .setData(BlockData.newBuilder()
                        .addData(ConfigEdit.envelope(
                                        "trading",
                                        org.hyperledger.fabric.protos.common.HeaderType.ENDORSER_TRANSACTION,
                                        ByteString.EMPTY)
                                .toByteString()))
                .build();

        assertThatThrownBy(() -> ChannelView.ofBlock(empty)).hasMessage("block data is nil");
        assertThatThrownBy(() -> ChannelView.ofBlock(other)).hasMessage("not a config block");
    }

    @ParameterizedTest
    @CsvSource({
        "/Channel/Readers, org1.client org1.peer org1.admin orderer.orderer, ''",
        "/Channel/Writers, org1.client org2.client org1.admin orderer.orderer, org1.peer",
        "/Channel/Application/Writers, org1.client org2.admin, org1.peer orderer.admin",
        "/Channel/Application/Org1MSP/Endorsement, org1.peer, org1.client org1.admin org2.peer",
        "/Channel/Orderer/Admins, orderer.admin, orderer.client orderer.orderer org1.admin",
        "/Channel/Orderer/BlockValidation, orderer.orderer orderer.client, org1.admin"
    })
    void a_policy_is_satisfied_by_some_and_not_by_others(String policy, String some, String others) {
        assertThat(VIEW.hasPolicy(policy)).isTrue();
        for (String name : some.split(" ")) {
            VIEW.require(policy, List.of(by(signer(name))));
        }
        for (String name : others.isEmpty() ? new String[0] : others.split(" ")) {
            assertThatThrownBy(() -> VIEW.require(policy, List.of(by(signer(name)))))
                    .as(name)
                    .isInstanceOf(PolicyException.class);
        }
    }

    private static Signer signer(String name) {
        String organization = name.substring(0, name.indexOf('.'));
        return CHANNEL.enroll(
                organization,
                "somebody",
                Role.of(name.substring(name.indexOf('.') + 1)).orElseThrow());
    }

    @Test
    void a_majority_counts_organizations_and_not_signatures() {
        Signer second = CHANNEL.enroll("org1", "second", Role.ADMIN);

        VIEW.require("/Channel/Application/Admins", List.of(by(admin("org1")), by(admin("org2"))));
        assertThatThrownBy(() -> VIEW.require("/Channel/Application/Admins", List.of(by(admin("org1")), by(second))))
                .hasMessage(
                        "implicit policy evaluation failed - 1 sub-policies were satisfied, but this policy requires"
                                + " 2 of the 'Admins' sub-policies to be satisfied");
        assertThatThrownBy(() -> VIEW.require("/Channel/Application/Admins", List.of()))
                .hasMessage(
                        "implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires"
                                + " 2 of the 'Admins' sub-policies to be satisfied");
    }

    @Test
    void a_policy_that_does_not_exist_is_satisfied_by_nobody() {
        assertThat(VIEW.hasPolicy("/Channel/Application/Nothing")).isFalse();
        assertThat(VIEW.hasPolicy("/Channel")).isFalse();
        assertThatThrownBy(() -> VIEW.require("/Channel/Application/Nothing", List.of(by(admin("org1")))))
                .isInstanceOf(PolicyException.class)
                .hasMessage("no such policy: 'Application/Nothing'");
    }

    @Test
    void signatures_that_are_wrong_do_not_count() {
        SignedData good = by(client("org1"));
        SignedData damaged = new SignedData(good.identity(), ByteString.copyFromUtf8("other"), good.signature());
        SignedData high = new SignedData(
                good.identity(),
                good.data(),
                ByteString.copyFrom(EcdsaSignature.parse(good.signature().toByteArray())
                        .negated()
                        .der()));
        SignedData none = new SignedData(good.identity(), good.data(), ByteString.EMPTY);
        SignedData nobody = new SignedData(ByteString.EMPTY, good.data(), good.signature());

        for (SignedData wrong : List.of(damaged, high, none, nobody)) {
            assertThatThrownBy(() -> VIEW.require("/Channel/Writers", List.of(wrong)))
                    .isInstanceOf(PolicyException.class);
            VIEW.require("/Channel/Writers", List.of(wrong, good));
        }
    }

    @Test
    void an_identity_satisfies_one_principal_only() {
        SignaturePolicyEnvelope both = envelope("AND('Org1MSP.peer','Org1MSP.peer')");
        Signer other = CHANNEL.enroll("org1", "peer1", Role.PEER);

        VIEW.require(both, List.of(by(peer("org1")), by(other)));
        assertThatThrownBy(() -> VIEW.require(both, List.of(by(peer("org1")), by(peer("org1")))))
                .hasMessage("signature set did not satisfy policy");
    }

    @Test
    void principals_take_identities_in_order_and_never_give_them_back() {
        List<SignedData> signatures = List.of(by(admin("org1")), by(peer("org1")));

        VIEW.require(envelope("AND('Org1MSP.admin','Org1MSP.member')"), signatures);
        // The member takes the admin, who comes first, and nobody is left for the admin.
        assertThatThrownBy(() -> VIEW.require(envelope("AND('Org1MSP.member','Org1MSP.admin')"), signatures))
                .isInstanceOf(PolicyException.class);
    }

    @Test
    void a_gate_that_fails_takes_nobody() {
        VIEW.require(envelope("OR(AND('Org1MSP.peer','Org2MSP.peer'),'Org1MSP.peer')"), List.of(by(peer("org1"))));
        VIEW.require(
                envelope("OutOf(2,'Org1MSP.peer','Org2MSP.peer','OrdererMSP.orderer')"),
                List.of(by(peer("org2")), by(peer("org1"))));
    }

    @Test
    void a_policy_that_cannot_be_evaluated_is_refused() {
        SignaturePolicyEnvelope good = envelope("OR('Org1MSP.peer')");

        assertThatThrownBy(() -> VIEW.require(good.toBuilder().clearIdentities().build(), List.of()))
                .isInstanceOf(PolicyException.class)
                .hasMessage("identity index out of range, requested 0, but identities length is 0");
        assertThatThrownBy(() -> VIEW.require(good.toBuilder().clearRule().build(), List.of()))
                .hasMessage("Empty policy element");
        assertThatThrownBy(() -> VIEW.require(good.toBuilder().setVersion(1).build(), List.of()))
                .hasMessage("This evaluator only understands messages of version 0, but version was 1");
    }

    private static SignaturePolicyEnvelope envelope(String policy) {
        return PolicyMessages.signaturePolicy((SignaturePolicy) io.weft.policy.Policy.parseChannelPolicy(policy));
    }

    @Test
    void an_endorsement_policy_is_one_of_its_own_or_one_of_the_channel() {
        ApplicationPolicy own = ApplicationPolicy.newBuilder()
                .setSignaturePolicy(envelope("OR('Org1MSP.peer')"))
                .build();
        ApplicationPolicy shared = ApplicationPolicy.newBuilder()
                .setChannelConfigPolicyReference("/Channel/Application/Endorsement")
                .build();
        ApplicationPolicy missing = ApplicationPolicy.newBuilder()
                .setChannelConfigPolicyReference("/Channel/Application/Missing")
                .build();
        List<SignedData> both = List.of(by(peer("org1")), by(peer("org2")));

        VIEW.requireApplicationPolicy(own, both.subList(0, 1));
        VIEW.requireApplicationPolicy(shared, both);
        assertThatThrownBy(() -> VIEW.requireApplicationPolicy(own, both.subList(1, 2)))
                .hasMessage("signature set did not satisfy policy");
        assertThatThrownBy(() -> VIEW.requireApplicationPolicy(shared, both.subList(0, 1)))
                .hasMessage(
                        "implicit policy evaluation failed - 1 sub-policies were satisfied, but this policy requires"
                                + " 2 of the 'Endorsement' sub-policies to be satisfied");
        assertThatThrownBy(() -> VIEW.requireApplicationPolicy(missing, both))
                .hasMessage("could not create evaluator for channel reference policy: failed to retrieve policy for"
                        + " reference /Channel/Application/Missing");
        assertThatThrownBy(() -> VIEW.requireApplicationPolicy(ApplicationPolicy.getDefaultInstance(), both))
                .hasMessage("unsupported policy type <nil>");
    }

    @Test
    void any_principal_makes_a_member() {
        SignaturePolicyEnvelope members = envelope("AND('Org1MSP.member','Org2MSP.peer')");

        assertThat(VIEW.isMember(members, client("org1").creator())).isTrue();
        assertThat(VIEW.isMember(members, peer("org2").creator())).isTrue();
        assertThat(VIEW.isMember(members, client("org2").creator())).isFalse();
        assertThat(VIEW.isMember(members, ByteString.copyFromUtf8("nobody"))).isFalse();
    }

    @Test
    void resources_are_guarded_by_default_policies_or_those_of_the_channel() {
        ChannelView custom = CHANNEL.view(root -> ConfigEdit.value(
                root,
                "Application",
                "ACLs",
                ACLs.newBuilder()
                        .putAcls("event/Block", acl("/Channel/Application/Admins"))
                        .putAcls("peer/Propose", acl("Readers"))
                        .putAcls("qscc/GetChainInfo", acl(""))
                        .putAcls("event/FilteredBlock", acl("Nobody"))
                        .putAcls("cscc/GetChannels", acl("Admins"))
                        .build()));

        assertThat(VIEW.aclPolicy("peer/Propose")).isEqualTo("/Channel/Application/Writers");
        assertThat(VIEW.aclPolicy("event/Block")).isEqualTo("/Channel/Application/Readers");
        assertThat(custom.aclPolicy("event/Block")).isEqualTo("/Channel/Application/Admins");
        assertThat(custom.aclPolicy("peer/Propose")).isEqualTo("/Channel/Application/Readers");
        assertThat(custom.aclPolicy("qscc/GetChainInfo")).isEqualTo("/Channel/Application/Readers");
        assertThatThrownBy(() -> custom.aclPolicy("cscc/GetChannels"))
                .hasMessage("Unmapped policy for cscc/GetChannels");

        custom.requireAccess("peer/Propose", List.of(by(peer("org1"))));
        assertThatThrownBy(() -> VIEW.requireAccess("peer/Propose", List.of(by(peer("org1")))))
                .isInstanceOf(PolicyException.class)
                .hasMessage(
                        "Failed evaluating policy on signed data during check policy on channel [trading] with policy"
                                + " [/Channel/Application/Writers]: [implicit policy evaluation failed - 0 sub-policies were"
                                + " satisfied, but this policy requires 1 of the 'Writers' sub-policies to be satisfied]");
        assertThatThrownBy(() -> custom.requireAccess("event/Block", List.of(by(client("org1")))))
                .hasMessageStartingWith("failed evaluating policy on signed data during check policy"
                        + " [/Channel/Application/Admins]: [implicit policy evaluation failed - 0");
        assertThatThrownBy(() -> custom.requireAccess("event/FilteredBlock", List.of(by(client("org1")))))
                .hasMessage("failed evaluating policy on signed data during check policy [/Channel/Application/Nobody]:"
                        + " [policy /Channel/Application/Nobody not found]");
    }

    private static APIResource acl(String policy) {
        return APIResource.newBuilder().setPolicyRef(policy).build();
    }

    @Test
    void a_policy_over_no_groups_is_always_satisfied() {
        ChannelView view = CHANNEL.view(root -> ConfigEdit.at(
                root, "Application", group -> group.toBuilder().clearGroups().build()));

        view.require("/Channel/Application/Admins", List.of());
    }

    static Stream<Arguments> configurations_that_no_node_runs() {
        String orderer = "initializing channelconfig failed: could not create channel Orderer sub-group config: ";
        String application =
                "initializing channelconfig failed: could not create channel Application sub-group config: ";
        return Stream.of(
                refused(
                        "config does not contain orderer config",
                        root -> root.toBuilder().removeGroups("Orderer").build()),
                refused(
                        "cannot enable channel capabilities without orderer support first",
                        root -> ConfigEdit.at(root, "Orderer", group -> group.toBuilder()
                                .removeValues("Capabilities")
                                .build())),
                refused(
                        "initializing channelconfig failed: failed to deserialize values: Unexpected key Colour",
                        root -> ConfigEdit.value(root, "", "Colour", HashingAlgorithm.getDefaultInstance())),
                refused(
                        "initializing channelconfig failed: Disallowed channel group: Consortiums",
                        root -> root.toBuilder()
                                .putGroups("Consortiums", ConfigGroup.getDefaultInstance())
                                .build()),
                refused(
                        "initializing channelconfig failed: Unknown hashing algorithm type: MD5",
                        root -> ConfigEdit.value(
                                root,
                                "",
                                "HashingAlgorithm",
                                HashingAlgorithm.newBuilder().setName("MD5").build())),
                refused(
                        "initializing channelconfig failed: BlockDataHashStructure width only supported at MaxUint32 in"
                                + " this version",
                        root -> root.toBuilder()
                                .removeValues("BlockDataHashingStructure")
                                .build()),
                refused(
                        "initializing channelconfig failed: global OrdererAddresses are not allowed with V3_0"
                                + " capability, use org specific addresses only",
                        root -> ConfigEdit.value(
                                root,
                                "",
                                "OrdererAddresses",
                                OrdererAddresses.newBuilder()
                                        .addAddresses("a:1")
                                        .build())),
                refused(
                        orderer + "some orderer organizations endpoints are empty: [OrdererMSP]",
                        root -> ConfigEdit.at(root, "Orderer/OrdererMSP", group -> group.toBuilder()
                                .removeValues("Endpoints")
                                .build())),
                refused(
                        orderer + "Attempted to set the batch size max message count to an invalid value: 0",
                        root -> ConfigEdit.value(root, "Orderer", "BatchSize", BatchSize.getDefaultInstance())),
                refused(
                        orderer
                                + "Attempted to set the batch size preferred max bytes (3) greater than the absolute max"
                                + " bytes (2).",
                        root -> ConfigEdit.value(
                                root,
                                "Orderer",
                                "BatchSize",
                                BatchSize.newBuilder()
                                        .setMaxMessageCount(1)
                                        .setAbsoluteMaxBytes(2)
                                        .setPreferredMaxBytes(3)
                                        .build())),
                refused(
                        orderer
                                + "Attempted to set the batch timeout to a invalid value: time: missing unit in duration"
                                + " \"2\"",
                        root -> timeout(root, "2")),
                refused(
                        orderer + "Attempted to set the batch timeout to a non-positive value: 0s",
                        root -> timeout(root, "0s")),
                refused(
                        orderer + "failed to deserialize values: Unexpected key AnchorPeers",
                        root -> ConfigEdit.value(
                                root, "Orderer", "AnchorPeers", HashingAlgorithm.getDefaultInstance())),
                refused(
                        application + "ApplicationOrg config does not allow sub-groups",
                        root -> ConfigEdit.at(root, "Application/Org1MSP", group -> group.toBuilder()
                                .putGroups("Team", ConfigGroup.getDefaultInstance())
                                .build())),
                refused(
                        application + "ACLs may not be specified without the required capability",
                        root -> ConfigEdit.value(
                                ConfigEdit.value(
                                        root, "Application", "Capabilities", Capabilities.getDefaultInstance()),
                                "Application",
                                "ACLs",
                                ACLs.getDefaultInstance())),
                refused(
                        application + "setting up the MSP manager failed: expected at least one CA certificate",
                        root -> ConfigEdit.value(
                                root,
                                "Application/Org1MSP",
                                "MSP",
                                MSPConfig.newBuilder()
                                        .setConfig(org.hyperledger.fabric.protos.msp.FabricMSPConfig.newBuilder()
                                                .setName("Org1MSP")
                                                .build()
                                                .toByteString())
                                        .build())),
                refused(
                        application + "Setup error: unsupported msp type 7",
                        root -> ConfigEdit.value(
                                root,
                                "Application/Org1MSP",
                                "MSP",
                                MSPConfig.newBuilder().setType(7).build())),
                refused(
                        "config requires unsupported channel capabilities: Channel capability V9_9 is required but not"
                                + " supported: Channel capability V9_9 is required but not supported",
                        root -> ConfigEdit.value(
                                root,
                                "",
                                "Capabilities",
                                Capabilities.newBuilder()
                                        .putCapabilities("V2_0", Capability.getDefaultInstance())
                                        .putCapabilities("V9_9", Capability.getDefaultInstance())
                                        .build())),
                refused(
                        "initializing policymanager failed: policy Readers at path Channel/Application was nil",
                        root -> policy(root, ConfigPolicy.getDefaultInstance())),
                refused(
                        "initializing policymanager failed: policy Readers at path Channel/Application has unknown policy"
                                + " type: 2",
                        root -> policy(
                                root,
                                ConfigPolicy.newBuilder()
                                        .setPolicy(Policy.newBuilder().setType(2))
                                        .build())),
                refused(
                        "initializing policymanager failed: policy Readers at path Channel/Application did not compile:"
                                + " Empty policy element",
                        root -> policy(
                                root,
                                ConfigPolicy.newBuilder()
                                        .setPolicy(Policy.newBuilder().setType(1))
                                        .build())),
                refused(
                        "initializing configtx manager failed: illegal characters in key: [Policy] : config ID 'a b'"
                                + " contains illegal characters",
                        root -> ConfigEdit.at(root, "Application", group -> group.toBuilder()
                                .putPolicies(
                                        "a b",
                                        ConfigPolicy.newBuilder()
                                                .setPolicy(Policy.newBuilder()
                                                        .setType(3)
                                                        .setValue(ImplicitMetaPolicy.getDefaultInstance()
                                                                .toByteString()))
                                                .build())
                                .build())));
    }

    private static Arguments refused(String reason, UnaryOperator<ConfigGroup> change) {
        return Arguments.of(reason, change);
    }

    private static ConfigGroup timeout(ConfigGroup root, String text) {
        return ConfigEdit.value(
                root,
                "Orderer",
                "BatchTimeout",
                BatchTimeout.newBuilder().setTimeout(text).build());
    }

    private static ConfigGroup policy(ConfigGroup root, ConfigPolicy policy) {
        return ConfigEdit.at(root, "Application", group -> group.toBuilder()
                .putPolicies("Readers", policy)
                .build());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("configurations_that_no_node_runs")
    void a_configuration_that_no_node_runs_has_no_view(String reason, UnaryOperator<ConfigGroup> change) {
        assertThatThrownBy(() -> CHANNEL.view(change))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage(reason);
    }

    @Test
    void an_msp_is_the_same_wherever_it_stands() {
        ConfigValue other = CHANNEL.tree()
                .getGroupsOrThrow("Application")
                .getGroupsOrThrow("Org2MSP")
                .getValuesOrThrow("MSP");

        assertThatThrownBy(() -> CHANNEL.view(root -> ConfigEdit.at(root, "Application", group -> group.toBuilder()
                        .putGroups(
                                "Third",
                                group.getGroupsOrThrow("Org2MSP").toBuilder()
                                        .putValues(
                                                "MSP",
                                                other.toBuilder()
                                                        .setValue(renewed(other.getValue()))
                                                        .build())
                                        .build())
                        .build())))
                .hasMessageEndingWith("Attempted to define two different versions of MSP: Org2MSP");
    }

    /** The same MSP, with one root more. */
    private static ByteString renewed(ByteString msp) {
        try {
            MSPConfig config = MSPConfig.parseFrom(msp);
            return config.toBuilder()
                    .setConfig(
                            org.hyperledger.fabric.protos.msp.FabricMSPConfig.parseFrom(config.getConfig()).toBuilder()
                                    .addRootCerts(ByteString.copyFromUtf8(CHANNEL.identities()
                                            .authority("org1")
                                            .certificate()
                                            .pem()))
                                    .build()
                                    .toByteString())
                    .build()
                    .toByteString();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_channel_name_has_few_characters() {
        assertThatThrownBy(() -> ChannelView.of("Trading", CHANNEL.config()))
                .hasMessage("initializing configtx manager failed: bad channel ID: 'Trading' contains illegal"
                        + " characters");
    }
}
