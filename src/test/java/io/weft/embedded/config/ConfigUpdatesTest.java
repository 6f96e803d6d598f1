package io.weft.embedded.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.weft.model.ConsensusType;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.model.NodeRef;
import io.weft.msp.OrganizationMsp;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.EcdsaSignature;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import io.weft.policy.Policy;
import io.weft.protocol.PolicyMessages;
import io.weft.protocol.Signer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigSignature;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.OrdererAddresses;
import org.hyperledger.fabric.protos.orderer.BatchSize;
import org.hyperledger.fabric.protos.orderer.etcdraft.ConfigMetadata;
import org.junit.jupiter.api.Test;

class ConfigUpdatesTest {
    private static final TestChannel CHANNEL = new TestChannel(ConsensusType.RAFT, 3);
    private static final ChannelView VIEW = CHANNEL.view();
    private static final Signer ORDERER_ADMIN = CHANNEL.identities().admin("orderer");
    private static final Signer ADMIN1 = CHANNEL.identities().admin("org1");
    private static final Signer ADMIN2 = CHANNEL.identities().admin("org2");

    private static ConfigGroup batch(ConfigGroup root) {
        return ConfigEdit.batch(root, 77, 2000, 1000);
    }

    private static ConfigUpdate update(ChannelView view, UnaryOperator<ConfigGroup> change) {
        return ConfigEdit.update(
                view.channel(), view.config(), change.apply(view.config().getChannelGroup()));
    }

    private static ChannelView proposed(ChannelView view, UnaryOperator<ConfigGroup> change, Signer... signers) {
        ConfigEnvelope next = ConfigUpdates.propose(view, ConfigEdit.signed(update(view, change), signers));
        return ChannelView.of(view.channel(), next.getConfig());
    }

    private static void assertRefused(String reason, UnaryOperator<ConfigGroup> change, Signer... signers) {
        assertRefused(reason, ConfigEdit.signed(update(VIEW, change), signers));
    }

    private static void assertRefused(String reason, Envelope update) {
        assertThatThrownBy(() -> ConfigUpdates.propose(VIEW, update))
                .isInstanceOf(ConfigUpdateException.class)
                .hasMessage(reason);
    }

    private static String unsatisfied(String key, int satisfied, int required) {
        return "error authorizing update: error validating DeltaSet: policy for " + key
                + " not satisfied: implicit policy evaluation failed - " + satisfied
                + " sub-policies were satisfied, but this policy requires " + required
                + " of the 'Admins' sub-policies to be satisfied";
    }

    @Test
    void an_admin_changes_the_anchor_peers_of_its_organization() {
        ConfigUpdate update = update(VIEW, ConfigEdit::anchorPeer);
        Envelope envelope = ConfigEdit.signed(update, ADMIN1);

        ConfigEnvelope next = ConfigUpdates.propose(VIEW, envelope);

        assertThat(next.getLastUpdate()).isEqualTo(envelope);
        assertThat(next.getConfig().getSequence()).isEqualTo(1);
        ConfigGroup organization = next.getConfig()
                .getChannelGroup()
                .getGroupsOrThrow("Application")
                .getGroupsOrThrow("Org1MSP");
        assertThat(organization.getVersion()).isZero();
        assertThat(organization.getValuesOrThrow("AnchorPeers").getVersion()).isEqualTo(1);
        assertThat(ChannelView.of("trading", next.getConfig()).anchorPeers("Org1MSP"))
                .containsExactly(new HostPort("peer9", 9));
        assertThat(next.getConfig().getChannelGroup())
                .as("nothing else changes")
                .isEqualTo(
                        ConfigEdit.at(VIEW.config().getChannelGroup(), "Application/Org1MSP", group -> group.toBuilder()
                                .putValues("AnchorPeers", organization.getValuesOrThrow("AnchorPeers"))
                                .build()));
    }

    @Test
    void the_admin_of_the_ordering_service_changes_the_batch_size() {
        ChannelView next = proposed(VIEW, ConfigUpdatesTest::batch, ORDERER_ADMIN);

        assertThat(next.batch()).isEqualTo(new Batch(77, 2000, 1000, Duration.ofMillis(200)));
        assertThat(next.sequence()).isEqualTo(1);
    }

    @Test
    void updates_follow_one_another() {
        ChannelView first = proposed(VIEW, ConfigUpdatesTest::batch, ORDERER_ADMIN);
        ChannelView second = proposed(first, ConfigEdit::anchorPeer, ADMIN1);

        assertThat(second.sequence()).isEqualTo(2);
        assertThat(second.batch().maxMessages()).isEqualTo(77);
        assertThat(second.anchorPeers("Org1MSP")).containsExactly(new HostPort("peer9", 9));
    }

    @Test
    void a_majority_of_admins_lets_an_organization_in_and_another_one_out() {
        SecureRandom random = new SecureRandom();
        CertificateAuthority ca = CertificateAuthority.create(
                DistinguishedName.of("org3-ca"), Duration.ofDays(1), Clock.systemUTC(), random);
        CertificateAuthority tlsCa = CertificateAuthority.create(
                DistinguishedName.of("org3-tlsca"), Duration.ofDays(1), Clock.systemUTC(), random);
        MspId id = new MspId("Org3MSP");
        ConfigGroup third = organization(new OrganizationMsp(id, ca.certificate(), tlsCa.certificate()));
        UnaryOperator<ConfigGroup> change = root -> ConfigEdit.at(root, "Application", group -> group.toBuilder()
                .putGroups("Org3MSP", third)
                .build());

        assertRefused(unsatisfied("[Group]  /Channel/Application", 1, 2), change, ADMIN1);
        ChannelView next = proposed(VIEW, change, ADMIN1, ADMIN2);

        assertThat(next.applicationOrganizations()).containsExactly("Org1MSP", "Org2MSP", "Org3MSP");
        assertThat(next.config()
                        .getChannelGroup()
                        .getGroupsOrThrow("Application")
                        .getVersion())
                .isEqualTo(1);
        Signer admin3 = TestChannel.signer(id, TestChannel.credential(ca, "admin", Role.ADMIN));
        next.require(
                "/Channel/Application/Admins",
                List.of(TestChannel.signed(admin3, "message"), TestChannel.signed(ADMIN1, "message")));

        ChannelView after = proposed(
                next,
                root -> ConfigEdit.at(root, "Application", group -> group.toBuilder()
                        .removeGroups("Org2MSP")
                        .build()),
                ADMIN1,
                admin3);

        assertThat(after.applicationOrganizations()).containsExactly("Org1MSP", "Org3MSP");
        assertThatThrownBy(() -> after.identify(ADMIN2.creator())).hasMessage("MSP Org2MSP is not defined on channel");
    }

    private static ConfigGroup organization(OrganizationMsp msp) {
        ConfigGroup.Builder result = ConfigGroup.newBuilder()
                .setModPolicy("Admins")
                .putValues(
                        "MSP",
                        ConfigValue.newBuilder()
                                .setModPolicy("Admins")
                                .setValue(msp.toProto().toByteString())
                                .build());
        for (String policy : List.of("Readers", "Writers", "Admins", "Endorsement")) {
            String role = policy.equals("Admins") ? "admin" : "member";
            result.putPolicies(
                    policy,
                    ConfigPolicy.newBuilder()
                            .setModPolicy("Admins")
                            .setPolicy(PolicyMessages.channelPolicy(
                                    Policy.parseChannelPolicy("OR('" + msp.mspId() + "." + role + "')")))
                            .build());
        }
        return result.build();
    }

    @Test
    void an_update_that_nobody_signed_is_refused() {
        String key = "[Value]  /Channel/Orderer/BatchSize";

        assertRefused(unsatisfied(key, 0, 1), ConfigUpdatesTest::batch);
    }

    @Test
    void the_signature_around_the_update_does_not_count() {
        ConfigUpdate update = update(VIEW, ConfigUpdatesTest::batch);
        Envelope envelope = ConfigEdit.envelope(
                "trading",
                HeaderType.CONFIG_UPDATE,
                ConfigUpdateEnvelope.newBuilder()
                        .setConfigUpdate(update.toByteString())
                        .build()
                        .toByteString(),
                ORDERER_ADMIN);

        assertRefused(unsatisfied("[Value]  /Channel/Orderer/BatchSize", 0, 1), envelope);
    }

    @Test
    void others_than_the_policy_names_are_refused() {
        assertRefused(
                unsatisfied("[Value]  /Channel/Orderer/BatchSize", 0, 1), ConfigUpdatesTest::batch, ADMIN1, ADMIN2);
        String notMine = "error authorizing update: error validating DeltaSet: policy for [Value] "
                + " /Channel/Application/Org1MSP/AnchorPeers not satisfied: signature set did not satisfy policy";
        assertRefused(notMine, ConfigEdit::anchorPeer, ADMIN2);
        assertRefused(notMine, ConfigEdit::anchorPeer, CHANNEL.identities().client("org1"));
        assertRefused(notMine, ConfigEdit::anchorPeer, CHANNEL.enroll("org1", "peer7", Role.PEER));
    }

    @Test
    void an_admin_with_an_expired_certificate_still_signs_and_a_revoked_one_does_not() {
        Credential ca = CHANNEL.identities().authority("org1").credential();
        Credential old = TestCertificates.of("OU=admin,CN=old")
                .valid(ca.certificate().notBefore(), Instant.now().minusSeconds(1))
                .issuedBy(ca);
        Signer signer = CHANNEL.signer("org1", old);

        proposed(VIEW, ConfigEdit::anchorPeer, signer);
        ChannelView revoked = proposed(
                VIEW,
                root -> ConfigEdit.msp(
                        root,
                        "Application/Org1MSP",
                        msp -> msp.addRevocationList(
                                ByteString.copyFromUtf8(TestCertificates.revocationList(ca, old.certificate())))),
                ADMIN1);
        assertThatThrownBy(() -> proposed(revoked, ConfigEdit::anchorPeer, signer))
                .isInstanceOf(ConfigUpdateException.class)
                .hasMessageEndingWith("not satisfied: signature set did not satisfy policy");
        proposed(revoked, ConfigEdit::anchorPeer, ADMIN1);
    }

    @Test
    void a_signature_with_a_high_s_does_not_count() {
        ByteString update = update(VIEW, ConfigEdit::anchorPeer).toByteString();
        ConfigSignature good = ConfigEdit.signature(ADMIN1, update);
        ConfigSignature high = good.toBuilder()
                .setSignature(ByteString.copyFrom(
                        EcdsaSignature.parse(good.getSignature().toByteArray())
                                .negated()
                                .der()))
                .build();

        assertRefused(
                "error authorizing update: error validating DeltaSet: policy for [Value] "
                        + " /Channel/Application/Org1MSP/AnchorPeers not satisfied: signature set did not satisfy policy",
                ConfigEdit.envelope(
                        "trading",
                        HeaderType.CONFIG_UPDATE,
                        ConfigUpdateEnvelope.newBuilder()
                                .setConfigUpdate(update)
                                .addSignatures(high)
                                .build()
                                .toByteString(),
                        ADMIN1));
    }

    @Test
    void a_signature_for_another_update_does_not_count() {
        ConfigSignature other = ConfigEdit.signature(
                ADMIN1, update(VIEW, ConfigUpdatesTest::batch).toByteString());

        assertThatThrownBy(() -> ConfigUpdates.propose(
                        VIEW,
                        ConfigEdit.envelope(
                                "trading",
                                HeaderType.CONFIG_UPDATE,
                                ConfigUpdateEnvelope.newBuilder()
                                        .setConfigUpdate(update(VIEW, ConfigEdit::anchorPeer)
                                                .toByteString())
                                        .addSignatures(other)
                                        .build()
                                        .toByteString(),
                                ADMIN1)))
                .isInstanceOf(ConfigUpdateException.class);
    }

    @Test
    void an_update_of_what_has_changed_meanwhile_is_refused() {
        UnaryOperator<ConfigGroup> endpoints = root -> ConfigEdit.at(root, "Orderer", group -> group.toBuilder()
                .putPolicies("More", group.getPoliciesOrThrow("Readers"))
                .build());
        Envelope late = ConfigEdit.signed(update(VIEW, endpoints), ORDERER_ADMIN);
        ChannelView next = proposed(VIEW, ConfigUpdatesTest::batch, ORDERER_ADMIN);

        assertThatThrownBy(() -> ConfigUpdates.propose(next, late))
                .isInstanceOf(ConfigUpdateException.class)
                .hasMessage(
                        "error authorizing update: error validating ReadSet: proposed update requires that key [Value]"
                                + "  /Channel/Orderer/BatchSize be at version 0, but it is currently at version 1");
        assertThatThrownBy(() -> ConfigUpdates.propose(
                        next, ConfigEdit.signed(update(VIEW, ConfigUpdatesTest::batch), ORDERER_ADMIN)))
                .hasMessage("error authorizing update: error validating DeltaSet: attempt to set key [Value] "
                        + " /Channel/Orderer/BatchSize to version 1, but key is at version 1");
    }

    @Test
    void an_update_must_fit_the_channel() {
        ConfigUpdate good = update(VIEW, ConfigEdit::anchorPeer);

        assertRefused(
                "error authorizing update: ConfigUpdate for channel 'other' but envelope for channel 'trading'",
                ConfigEdit.signed(good.toBuilder().setChannelId("other").build(), ADMIN1));
        assertRefused(
                "error authorizing update: error validating DeltaSet: delta set was empty -- update would have no effect",
                root -> root,
                ADMIN1);
        assertRefused(
                "error authorizing update: error validating ReadSet: existing config does not contain element for"
                        + " [Group]  /Channel/Nothing but was in the read set",
                ConfigEdit.signed(
                        good.toBuilder()
                                .setReadSet(good.getReadSet().toBuilder()
                                        .putGroups("Nothing", ConfigGroup.getDefaultInstance()))
                                .build(),
                        ADMIN1));
        assertRefused(
                "error authorizing update: error mapping WriteSet: illegal characters in key: [Group]  : name '..' for"
                        + " config ID is not allowed",
                ConfigEdit.signed(
                        good.toBuilder()
                                .setWriteSet(good.getWriteSet().toBuilder()
                                        .putGroups("..", ConfigGroup.getDefaultInstance()))
                                .build(),
                        ADMIN1));
    }

    @Test
    void versions_rise_by_one() {
        assertRefused(
                "error authorizing update: error validating DeltaSet: attempt to set key [Value] "
                        + " /Channel/Application/Org1MSP/AnchorPeers to version 2, but key is at version 0",
                ConfigEdit.signed(written(value -> value.setVersion(2)), ADMIN1));
        assertRefused(
                "error authorizing update: error validating DeltaSet: invalid mod_policy for element [Value] "
                        + " /Channel/Application/Org1MSP/AnchorPeers: mod_policy not set",
                ConfigEdit.signed(written(value -> value.setModPolicy("")), ADMIN1));
        assertRefused(
                "error authorizing update: error validating DeltaSet: invalid mod_policy for element [Value] "
                        + " /Channel/Application/Org1MSP/AnchorPeers: path element at 1 is invalid: config ID illegal,"
                        + " cannot be empty",
                ConfigEdit.signed(written(value -> value.setModPolicy("/Channel//Admins")), ADMIN1));
    }

    /** The update of anchor peers, with another value in its write set. */
    private static ConfigUpdate written(Consumer<ConfigValue.Builder> change) {
        ConfigUpdate good = update(VIEW, ConfigEdit::anchorPeer);
        return good.toBuilder()
                .setWriteSet(ConfigEdit.at(good.getWriteSet(), "Application/Org1MSP", group -> {
                    ConfigValue.Builder value = group.getValuesOrThrow("AnchorPeers").toBuilder();
                    change.accept(value);
                    return group.toBuilder()
                            .putValues("AnchorPeers", value.build())
                            .build();
                }))
                .build();
    }

    @Test
    void a_new_element_begins_at_version_0() {
        UnaryOperator<ConfigGroup> change = root -> ConfigEdit.at(root, "Orderer", group -> group.toBuilder()
                .putPolicies("More", group.getPoliciesOrThrow("Readers"))
                .build());
        ConfigUpdate good = update(VIEW, change);
        ConfigUpdate bad = good.toBuilder()
                .setWriteSet(ConfigEdit.at(good.getWriteSet(), "Orderer", group -> group.toBuilder()
                        .putPolicies(
                                "More",
                                group.getPoliciesOrThrow("More").toBuilder()
                                        .setVersion(1)
                                        .build())
                        .build()))
                .build();

        assertThat(proposed(VIEW, change, ORDERER_ADMIN).hasPolicy("/Channel/Orderer/More"))
                .isTrue();
        assertRefused(
                "error authorizing update: error validating DeltaSet: attempted to set key [Policy] "
                        + "/Channel/Orderer/More to version 1, but key does not exist",
                ConfigEdit.signed(bad, ORDERER_ADMIN));
    }

    @Test
    void a_policy_path_may_be_absolute_and_must_exist() {
        ChannelView absolute = CHANNEL.view(root -> modPolicy(root, "/Channel/Orderer/Admins"));
        ChannelView missing = CHANNEL.view(root -> modPolicy(root, "Missing"));

        proposed(absolute, ConfigEdit::anchorPeer, ORDERER_ADMIN);
        assertThatThrownBy(() -> proposed(absolute, ConfigEdit::anchorPeer, ADMIN1))
                .isInstanceOf(ConfigUpdateException.class);
        assertThatThrownBy(() -> proposed(missing, ConfigEdit::anchorPeer, ADMIN1))
                .hasMessage("error authorizing update: error validating DeltaSet: unexpected missing policy Missing for"
                        + " item [Value]  /Channel/Application/Org1MSP/AnchorPeers");
    }

    private static ConfigGroup modPolicy(ConfigGroup root, String policy) {
        return ConfigEdit.at(root, "Application/Org1MSP", group -> group.toBuilder()
                .putValues(
                        "AnchorPeers",
                        group.getValuesOrThrow("AnchorPeers").toBuilder()
                                .setModPolicy(policy)
                                .build())
                .build());
    }

    @Test
    void what_is_no_update_is_refused() {
        assertRefused(
                "error converting envelope to config update: invalid type ENDORSER_TRANSACTION, expected CONFIG_UPDATE",
                ConfigEdit.envelope("trading", HeaderType.ENDORSER_TRANSACTION, ByteString.EMPTY, ADMIN1));
        assertRefused(
                "error converting envelope to config update: envelope must have a Header",
                Envelope.getDefaultInstance());
    }

    @Test
    void the_result_must_be_a_configuration_that_nodes_run() {
        assertRefused(
                "initializing channelconfig failed: could not create channel Orderer sub-group config: Attempted to set"
                        + " the batch size max message count to an invalid value: 0",
                root -> ConfigEdit.value(root, "Orderer", "BatchSize", BatchSize.getDefaultInstance()),
                ORDERER_ADMIN);
        assertRefused(
                "config update is not compatible: config requires unsupported orderer capabilities: Orderer capability"
                        + " V9_9 is required but not supported: Orderer capability V9_9 is required but not supported",
                root -> ConfigEdit.value(
                        root,
                        "Orderer",
                        "Capabilities",
                        org.hyperledger.fabric.protos.common.Capabilities.newBuilder()
                                .putCapabilities(
                                        "V9_9", org.hyperledger.fabric.protos.common.Capability.getDefaultInstance())
                                .build()),
                ORDERER_ADMIN);
        assertRefused(
                "initializing channelconfig failed: could not create channel Orderer sub-group config: some orderer"
                        + " organizations endpoints are empty: [OrdererMSP]",
                root -> ConfigEdit.value(
                        root, "Orderer/OrdererMSP", "Endpoints", OrdererAddresses.getDefaultInstance()),
                ORDERER_ADMIN);
    }

    @Test
    void an_organization_keeps_its_msp_id() {
        assertRefused(
                "application org Org1MSP attempted to change MSP ID from Org1MSP to OtherMSP",
                root -> ConfigEdit.msp(root, "Application/Org1MSP", msp -> msp.setName("OtherMSP")),
                ADMIN1);
    }

    @Test
    void consenters_change_one_at_a_time() {
        ChannelView two =
                proposed(VIEW, root -> ConfigEdit.raft(root, raft -> raft.removeConsenters(0)), ORDERER_ADMIN);

        assertThat(two.consenters()).hasSize(2);
        assertRefused(
                "consensus metadata update for channel config update is invalid: update of more than one consenter at a"
                        + " time is not supported, requested changes: add 0 node(s), remove 2 node(s)",
                root -> ConfigEdit.raft(root, raft -> raft.removeConsenters(0).removeConsenters(0)),
                ORDERER_ADMIN);
        assertRefused(
                "consensus metadata update for channel config update is invalid: invalid new config metadata: empty"
                        + " consenter set",
                root -> ConfigEdit.raft(root, ConfigMetadata.Builder::clearConsenters),
                ORDERER_ADMIN);
    }

    @Test
    void a_consenter_that_comes_in_has_a_valid_certificate_of_the_organization() {
        Credential good = CHANNEL.identities()
                .tlsAuthority("orderer")
                .issue(
                        DistinguishedName.of("orderer9"),
                        new Profile.TlsServer(List.of("orderer9")),
                        Duration.ofDays(1));
        Credential foreign = CHANNEL.identities()
                .tlsAuthority("org1")
                .issue(
                        DistinguishedName.of("orderer9"),
                        new Profile.TlsServer(List.of("orderer9")),
                        Duration.ofDays(1));
        Credential tlsCa = CHANNEL.identities().tlsAuthority("orderer").credential();
        Credential old = TestCertificates.of("CN=orderer9")
                .valid(tlsCa.certificate().notBefore(), Instant.now().minusSeconds(1))
                .issuedBy(tlsCa);
        String update = "consensus metadata update for channel config update is invalid: ";

        assertThat(proposed(VIEW, root -> ConfigEdit.raft(root, raft -> add(raft, good)), ORDERER_ADMIN)
                        .consenters())
                .hasSize(4);
        assertThatThrownBy(
                        () -> proposed(VIEW, root -> ConfigEdit.raft(root, raft -> add(raft, foreign)), ORDERER_ADMIN))
                .hasMessageStartingWith(update + "invalid new config metadata: consenter orderer9:7050 has invalid"
                        + " certificate: verifying tls client cert with serial number ")
                .hasMessageEndingWith(": x509: certificate signed by unknown authority");
        assertThatThrownBy(() -> proposed(VIEW, root -> ConfigEdit.raft(root, raft -> add(raft, old)), ORDERER_ADMIN))
                .hasMessageStartingWith(
                        update + "consenter orderer9:7050 has invalid certificates: verifying tls client"
                                + " cert with serial number ")
                .hasMessageContaining(": x509: certificate has expired or is not yet valid: current time ");
        assertThatThrownBy(() -> proposed(
                        VIEW,
                        root -> ConfigEdit.raft(root, raft -> raft.addConsenters(raft.getConsenters(0))),
                        ORDERER_ADMIN))
                .hasMessageStartingWith(update + "invalid new config metadata: duplicate consenter: server cert: ");
    }

    private static void add(ConfigMetadata.Builder raft, Credential tls) {
        ByteString pem = ByteString.copyFromUtf8(tls.certificatePem());
        raft.addConsenters(org.hyperledger.fabric.protos.orderer.etcdraft.Consenter.newBuilder()
                .setHost("orderer9")
                .setPort(7050)
                .setClientTlsCert(pem)
                .setServerTlsCert(pem));
    }

    @Test
    void raft_options_must_make_sense() {
        String refusal =
                "consensus metadata update for channel config update is invalid: invalid new config metadata: ";

        assertRefused(
                refusal + "ElectionTick (1) must be greater than HeartbeatTick (1)",
                root -> ConfigEdit.raft(root, raft -> raft.getOptionsBuilder().setElectionTick(1)),
                ORDERER_ADMIN);
        assertRefused(
                refusal + "none of HeartbeatTick (1), ElectionTick (50) and MaxInflightBlocks (0) can be zero",
                root -> ConfigEdit.raft(root, raft -> raft.getOptionsBuilder().setMaxInflightBlocks(0)),
                ORDERER_ADMIN);
        assertRefused(
                refusal + "failed to parse TickInterval (often) to time duration: time: invalid duration \"often\"",
                root -> ConfigEdit.raft(root, raft -> raft.getOptionsBuilder().setTickInterval("often")),
                ORDERER_ADMIN);
    }

    @Test
    void bft_blocks_are_validated_by_a_quorum_of_the_consenters() {
        TestChannel bft = new TestChannel(ConsensusType.BFT, 4);
        ChannelView view = bft.view();
        Signer admin = bft.identities().admin("orderer");
        NodeRef first = new NodeRef("orderer", "orderer0");
        assertThat(view.consenters().get(0).identity().toStringUtf8())
                .isEqualTo(bft.identities().signing(first).certificatePem());

        proposed(view, ConfigUpdatesTest::batch, admin);
        assertThatThrownBy(() -> proposed(
                        view,
                        root -> ConfigEdit.at(root, "Orderer", group -> group.toBuilder()
                                .putPolicies("BlockValidation", group.getPoliciesOrThrow("Writers"))
                                .build()),
                        admin))
                .isInstanceOf(ConfigUpdateException.class)
                .hasMessageStartingWith("block validation policy should be a signature policy: ");
    }

    @Test
    void elements_without_a_policy_of_old_get_one() {
        ChannelView old = CHANNEL.view(root -> modPolicy(root, ""));

        ChannelView next = proposed(old, ConfigUpdatesTest::batch, ORDERER_ADMIN);

        assertThat(next.config()
                        .getChannelGroup()
                        .getGroupsOrThrow("Application")
                        .getGroupsOrThrow("Org1MSP")
                        .getValuesOrThrow("AnchorPeers")
                        .getModPolicy())
                .isEqualTo("Admins");
    }

    @Test
    void equal_updates_give_equal_configurations() {
        Envelope envelope = ConfigEdit.signed(update(VIEW, ConfigUpdatesTest::batch), ORDERER_ADMIN);
        Config one = ConfigUpdates.propose(VIEW, envelope).getConfig();

        assertThat(ConfigUpdates.propose(VIEW, envelope).getConfig()).isEqualTo(one);
        assertThat(Map.of(one.getSequence(), one)).containsKey(1L);
    }
}
