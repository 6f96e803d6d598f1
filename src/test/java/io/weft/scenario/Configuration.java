package io.weft.scenario;

import static io.weft.scenario.Stage.PEER1;
import static io.weft.scenario.Stage.PEER2;
import static io.weft.testing.Eventually.eventually;

import com.google.protobuf.ByteString;
import io.weft.channel.BlockHash;
import io.weft.embedded.config.ConfigEdit;
import io.weft.pki.Credential;
import io.weft.pki.RevocationList;
import io.weft.pki.Role;
import io.weft.protocol.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.peer.ACLs;
import org.hyperledger.fabric.protos.peer.APIResource;

/** Changes of a channel's configuration, and when they take effect. */
final class Configuration {
    private static ConfigGroup batch(ConfigGroup root, int messages) {
        return ConfigEdit.batch(root, messages, 200_000, 1000);
    }

    private static Envelope update(String channel, Config before, ConfigGroup after, Signer... signers) {
        return ConfigEdit.signed(ConfigEdit.update(channel, before, after), signers);
    }

    /** Sends it and waits until both organizations' first peers have the configuration. */
    private static void apply(Stage stage, String channel, Envelope update) {
        long before = stage.configuration(channel).getSequence();
        stage.broadcast(update);
        eventually(() -> stage.configuration(channel).getSequence(), sequence -> sequence > before);
        long height = stage.height(channel);
        eventually(() -> stage.house().height(PEER2, channel), seen -> seen >= height);
        stage.out().says("config sequence", stage.configuration(channel).getSequence());
    }

    void a_configuration_changes_with_the_signatures_it_needs(Stage stage) {
        String channel = stage.newChannel();
        Config before = stage.configuration(channel);
        stage.out().says("config sequence", before.getSequence());
        stage.out().step("Org1's admin changes its anchor peers");
        apply(
                stage,
                channel,
                update(channel, before, ConfigEdit.anchorPeer(before.getChannelGroup()), stage.admin("org1")));
        stage.out().step("The ordering organization's admin changes the batch");
        Config next = stage.configuration(channel);
        apply(stage, channel, update(channel, next, batch(next.getChannelGroup(), 5), stage.admin("orderer")));
        stage.out().step("Blocks, each configuration alone in one");
        stage.deliver(Stage.seek(stage.client("org1"), channel, Stage.oldest(), Stage.newest()));
        stage.deliverFromPeer(PEER1, true, Stage.seek(stage.client("org1"), channel, Stage.oldest(), Stage.newest()));
        stage.out()
                .says(
                        "length of the last block's data hash",
                        BlockHash.ofData(stage.newestBlock(channel).getData()).size());
    }

    void a_configuration_update_is_refused_by_who_signed_it(Stage stage) {
        String channel = stage.newChannel();
        Config before = stage.configuration(channel);
        ConfigUpdate update = ConfigEdit.update(channel, before, ConfigEdit.anchorPeer(before.getChannelGroup()));
        stage.out().step("Nobody signed the update, an admin sends it");
        stage.broadcast(ConfigEdit.envelope(
                channel,
                HeaderType.CONFIG_UPDATE,
                ConfigUpdateEnvelope.newBuilder()
                        .setConfigUpdate(update.toByteString())
                        .build()
                        .toByteString(),
                stage.admin("org1")));
        stage.out().step("A client signed");
        stage.broadcast(ConfigEdit.signed(update, stage.client("org1")));
        stage.out().step("Another organization's admin signed");
        stage.broadcast(ConfigEdit.signed(update, stage.admin("org2")));
        stage.out().step("One admin signed where a majority must");
        stage.broadcast(ConfigEdit.signed(
                ConfigEdit.update(
                        channel,
                        before,
                        ConfigEdit.at(before.getChannelGroup(), "Application", group -> group.toBuilder()
                                .removeGroups("Org2MSP")
                                .build())),
                stage.admin("org1")));
        stage.out().step("Application admins signed what belongs to the ordering organization");
        stage.broadcast(
                update(channel, before, batch(before.getChannelGroup(), 5), stage.admin("org1"), stage.admin("org2")));
        stage.out().says("config sequence", stage.configuration(channel).getSequence());
    }

    void a_configuration_update_is_made_from_an_old_configuration(Stage stage) {
        String channel = stage.newChannel();
        Config before = stage.configuration(channel);
        apply(stage, channel, update(channel, before, batch(before.getChannelGroup(), 5), stage.admin("orderer")));
        stage.out().step("The same again, from the old configuration");
        stage.broadcast(update(channel, before, batch(before.getChannelGroup(), 7), stage.admin("orderer")));
        stage.out().step("A read set that is stale");
        ConfigUpdate good = ConfigEdit.update(
                channel,
                stage.configuration(channel),
                ConfigEdit.anchorPeer(stage.configuration(channel).getChannelGroup()));
        stage.broadcast(ConfigEdit.signed(
                good.toBuilder()
                        .setReadSet(good.getReadSet().toBuilder().setVersion(4))
                        .build(),
                stage.admin("org1")));
        stage.out().step("Nothing changes");
        stage.broadcast(ConfigEdit.signed(
                ConfigUpdate.newBuilder().setChannelId(channel).build(), stage.admin("org1")));
        stage.out().step("Another channel's update");
        stage.broadcast(ConfigEdit.envelope(
                channel,
                HeaderType.CONFIG_UPDATE,
                ConfigUpdateEnvelope.newBuilder()
                        .setConfigUpdate(
                                good.toBuilder().setChannelId("other").build().toByteString())
                        .build()
                        .toByteString(),
                stage.admin("org1")));
    }

    void a_batch_of_nothing_is_refused(Stage stage) {
        String channel = stage.newChannel();
        Config before = stage.configuration(channel);
        stage.broadcast(update(channel, before, batch(before.getChannelGroup(), 0), stage.admin("orderer")));
    }

    void a_revoked_certificate_is_refused_from_its_block_on(Stage stage) {
        String channel = stage.newChannel();
        Credential credential = stage.enrolled("org1", "eve", Role.CLIENT);
        Signer eve = new Signer(stage.client("org1").mspId(), credential);
        stage.out().step("Eve asks");
        Draft asked = Draft.of(eve, channel, "qscc", "GetBlockByNumber", channel, "9");
        stage.propose(PEER1, asked);
        Config before = stage.configuration(channel);
        Instant now = Instant.now();
        String list = RevocationList.create(
                stage.identities().authority("org1").credential(),
                List.of(new RevocationList.Entry(credential.certificate().serialNumber(), now)),
                now.minus(Duration.ofMinutes(1)),
                now.plus(Duration.ofDays(1)));
        stage.out().step("Org1 revokes Eve's certificate");
        apply(
                stage,
                channel,
                update(
                        channel,
                        before,
                        ConfigEdit.msp(
                                before.getChannelGroup(),
                                "Application/Org1MSP",
                                msp -> msp.addRevocationList(ByteString.copyFromUtf8(list))),
                        stage.admin("org1")));
        stage.out().step("Eve asks again");
        stage.propose(PEER1, Draft.of(eve, channel, "qscc", "GetBlockByNumber", channel, "9"));
        stage.out().step("Eve sends a message to the ordering service");
        stage.broadcast(Draft.message(eve, HeaderType.MESSAGE, channel, ByteString.copyFromUtf8("text")));
        stage.out().step("Eve wants blocks");
        stage.deliver(Stage.seek(eve, channel, Stage.oldest(), Stage.newest()));
    }

    void an_acl_takes_effect_at_its_block(Stage stage) {
        String channel = stage.newChannel();
        Draft asked = Draft.of(stage.client("org1"), channel, "qscc", "GetBlockByNumber", channel, "9");
        stage.out().step("A client asks qscc");
        stage.propose(PEER1, asked);
        Config before = stage.configuration(channel);
        stage.out().step("Only admins may from now on");
        apply(
                stage,
                channel,
                update(
                        channel,
                        before,
                        ConfigEdit.value(
                                before.getChannelGroup(),
                                "Application",
                                "ACLs",
                                ACLs.newBuilder()
                                        .putAcls(
                                                "qscc/GetBlockByNumber",
                                                APIResource.newBuilder()
                                                        .setPolicyRef("/Channel/Application/Admins")
                                                        .build())
                                        .build()),
                        stage.admin("org1"),
                        stage.admin("org2")));
        stage.propose(PEER1, Draft.of(stage.client("org1"), channel, "qscc", "GetBlockByNumber", channel, "9"));
    }
}
