package io.weft.scenario;

import static io.weft.scenario.Stage.at;
import static io.weft.scenario.Stage.newest;
import static io.weft.scenario.Stage.oldest;
import static io.weft.scenario.Stage.seek;
import static io.weft.testing.Eventually.eventually;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.weft.channel.BlockHash;
import io.weft.pki.EcdsaSignature;
import io.weft.protocol.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.orderer.DeliverResponse;

/** What an ordering node takes, and the blocks that it gives. */
final class Ordering {
    private static Envelope text(Signer signer, String channel, String text) {
        return Draft.message(signer, HeaderType.MESSAGE, channel, ByteString.copyFromUtf8(text));
    }

    /** Waits until an ordering node has so many blocks. */
    private static void awaitHeight(Stage stage, String channel, long height) {
        eventually(() -> stage.newestBlock(channel).getHeader().getNumber() + 1, seen -> seen >= height);
    }

    void messages_become_blocks_that_are_chained_and_signed(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.newChannel();
        stage.broadcast(text(stage.client("org1"), channel, "one"));
        awaitHeight(stage, channel, 2);
        stage.broadcast(text(stage.client("org2"), channel, "two"));
        awaitHeight(stage, channel, 3);
        Optional<Block> before = Optional.empty();
        for (DeliverResponse answer : stage.fromOrderer(seek(stage.client("org1"), channel, oldest(), newest()))) {
            if (!answer.hasBlock()) {
                stage.out().says("status", answer.getStatus());
                continue;
            }
            Block block = answer.getBlock();
            stage.out().step("Block " + block.getHeader().getNumber());
            stage.out().says("envelopes", block.getData().getDataCount());
            stage.out()
                    .says(
                            "data hash fits",
                            BlockHash.ofData(block.getData())
                                    .equals(block.getHeader().getDataHash()));
            stage.out()
                    .says(
                            "previous hash",
                            before.isEmpty()
                                    ? block.getHeader().getPreviousHash().size() + " bytes"
                                    : BlockHash.ofHeader(before.get().getHeader())
                                            .equals(block.getHeader().getPreviousHash()));
            stage.out().says("metadata", block.getMetadata().getMetadataCount());
            Metadata signatures = Metadata.parseFrom(block.getMetadata().getMetadata(0));
            if (!signatures.getValue().isEmpty()) {
                OrdererBlockMetadata value = OrdererBlockMetadata.parseFrom(signatures.getValue());
                stage.out()
                        .says(
                                "last config",
                                LastConfig.parseFrom(value.getLastConfig().toByteString())
                                        .getIndex());
                for (MetadataSignature signature : signatures.getSignaturesList()) {
                    stage.out()
                            .says(
                                    "signed for",
                                    SerializedIdentity.parseFrom(
                                                    SignatureHeader.parseFrom(signature.getSignatureHeader())
                                                            .getCreator())
                                            .getMspid());
                }
            }
            before = Optional.of(block);
        }
    }

    void a_large_message_has_a_block_of_its_own(Stage stage) {
        String channel = stage.newChannel();
        stage.broadcast(text(stage.client("org1"), channel, "first"));
        awaitHeight(stage, channel, 2);
        stage.out().step("A message that is larger than a batch prefers to be stands alone");
        stage.broadcast(text(stage.client("org1"), channel, "x".repeat(600 * 1024)));
        awaitHeight(stage, channel, 3);
        stage.out().says("envelopes", stage.newestBlock(channel).getData().getDataCount());
    }

    void messages_are_refused_that_are_none(Stage stage) {
        String channel = stage.newChannel();
        stage.broadcast(text(stage.client("org1"), channel, "first"));
        stage.out().step("Nothing");
        stage.broadcast(Envelope.getDefaultInstance());
        stage.out().step("No payload that can be read");
        stage.broadcast(Draft.signed(stage.client("org1"), ByteString.copyFromUtf8("no payload")));
        stage.out().step("An unknown channel");
        stage.broadcast(text(stage.client("org1"), "nowhere", "text"));
        stage.out().step("No channel");
        stage.broadcast(text(stage.client("org1"), "", "text"));
        stage.out().step("A configuration, which only ordering nodes make");
        stage.broadcast(Draft.message(stage.client("org1"), HeaderType.CONFIG, channel, ByteString.EMPTY));
        stage.out().step("A request for blocks, at the wrong door");
        stage.broadcast(Draft.message(stage.client("org1"), HeaderType.DELIVER_SEEK_INFO, channel, ByteString.EMPTY));
        stage.out().step("Larger than the channel allows");
        stage.broadcast(text(stage.client("org1"), channel, "x".repeat(11 * 1024 * 1024)));
    }

    void messages_are_refused_by_who_signed_them(Stage stage) {
        String channel = stage.newChannel();
        stage.broadcast(text(stage.client("org1"), channel, "first"));
        stage.out().step("Somebody of an unknown authority");
        stage.broadcast(text(stage.impostor("org1"), channel, "text"));
        stage.out().step("Somebody whose certificate has ended");
        stage.broadcast(text(stage.expired("org1"), channel, "text"));
        stage.out().step("The high one of two signatures");
        Envelope good = text(stage.client("org1"), channel, "text");
        stage.broadcast(good.toBuilder()
                .setSignature(ByteString.copyFrom(
                        EcdsaSignature.parse(good.getSignature().toByteArray())
                                .negated()
                                .der()))
                .build());
        stage.out().step("Somebody else's signature");
        stage.broadcast(good.toBuilder()
                .setSignature(stage.client("org2").sign(good.getPayload()))
                .build());
        stage.out().step("No signature");
        stage.broadcast(good.toBuilder().clearSignature().build());
        stage.out().step("A client of the ordering organization");
        stage.broadcast(text(stage.client("orderer"), channel, "text"));
    }

    void blocks_are_delivered_by_range(Stage stage) {
        String channel = stage.newChannel();
        Signer client = stage.client("org1");
        for (int i = 1; i <= 3; i++) {
            stage.broadcast(text(client, channel, "text " + i));
            awaitHeight(stage, channel, i + 1);
        }
        stage.out().step("All");
        stage.deliver(seek(client, channel, oldest(), newest()));
        stage.out().step("The newest");
        stage.deliver(seek(client, channel, newest(), newest()));
        stage.out().step("Two in the middle");
        stage.deliver(seek(client, channel, at(1), at(2)));
        stage.out().step("Up to one that is not there yet");
        stage.deliver(seek(client, channel, at(2), at(9)));
        stage.out().step("From one that is not there yet");
        stage.deliver(seek(client, channel, at(9), at(9)));
        stage.out().step("Backwards");
        stage.deliver(seek(client, channel, at(2), at(1)));
    }

    void blocks_are_refused(Stage stage) {
        String channel = stage.newChannel();
        stage.out().step("An unknown channel");
        stage.deliver(seek(stage.client("org1"), "nowhere", oldest(), newest()));
        stage.out().step("Somebody of an unknown authority");
        stage.deliver(seek(stage.impostor("org1"), channel, oldest(), newest()));
        stage.out().step("Somebody whose certificate has ended");
        stage.deliver(seek(stage.expired("org1"), channel, oldest(), newest()));
        stage.out().step("No range");
        stage.deliver(Draft.message(stage.client("org1"), HeaderType.DELIVER_SEEK_INFO, channel, ByteString.EMPTY));
        stage.out().step("No request that can be read");
        stage.deliver(Draft.message(
                stage.client("org1"), HeaderType.DELIVER_SEEK_INFO, channel, ByteString.copyFromUtf8("no seek")));
        stage.out().step("Nothing");
        stage.deliver(Envelope.getDefaultInstance());
        stage.out().step("A request that is an hour old");
        Instant before = Instant.now().minus(Duration.ofHours(1));
        stage.deliver(Draft.message(
                stage.client("org1"),
                HeaderType.DELIVER_SEEK_INFO,
                channel,
                org.hyperledger.fabric.protos.orderer.SeekInfo.newBuilder()
                        .setStart(oldest())
                        .setStop(newest())
                        .build()
                        .toByteString(),
                header -> header.setTimestamp(Timestamp.newBuilder().setSeconds(before.getEpochSecond()))));
        stage.out().step("A client of Org2, who may");
        List<DeliverResponse> answers = stage.fromOrderer(seek(stage.client("org2"), channel, oldest(), newest()));
        stage.out().says("answers", answers.size());
    }
}
