package io.weft.embedded.orderer;

import static io.weft.embedded.orderer.OrderingNetwork.CHANNEL;

import com.google.protobuf.ByteString;
import io.weft.protocol.Signer;
import java.time.Instant;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigSignature;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.orderer.BatchSize;

/** Configuration updates by hand. */
final class ConfigUpdateMessages {
    private ConfigUpdateMessages() {}

    /** An update of one value of the Orderer group, signed and sent by one admin. */
    static Envelope ofOrderer(String key, ByteString value, long version, Signer admin) {
        ConfigUpdate update = ConfigUpdate.newBuilder()
                .setChannelId(CHANNEL)
                .setReadSet(ConfigGroup.newBuilder().putGroups("Orderer", ConfigGroup.getDefaultInstance()))
                .setWriteSet(ConfigGroup.newBuilder()
                        .putGroups(
                                "Orderer",
                                ConfigGroup.newBuilder()
                                        .putValues(
                                                key,
                                                ConfigValue.newBuilder()
                                                        .setVersion(version)
                                                        .setModPolicy("Admins")
                                                        .setValue(value)
                                                        .build())
                                        .build()))
                .build();
        ByteString header = SignatureHeader.newBuilder()
                .setCreator(admin.creator())
                .setNonce(OrderingNetwork.bytes(24))
                .build()
                .toByteString();
        ConfigUpdateEnvelope envelope = ConfigUpdateEnvelope.newBuilder()
                .setConfigUpdate(update.toByteString())
                .addSignatures(ConfigSignature.newBuilder()
                        .setSignatureHeader(header)
                        .setSignature(admin.sign(header.concat(update.toByteString()))))
                .build();
        return OrderingNetwork.envelope(
                admin, HeaderType.CONFIG_UPDATE, CHANNEL, envelope.toByteString(), Instant.now());
    }

    static ByteString batch(int messages) {
        return BatchSize.newBuilder()
                .setMaxMessageCount(messages)
                .setAbsoluteMaxBytes(1024 * 1024)
                .setPreferredMaxBytes(512 * 1024)
                .build()
                .toByteString();
    }
}
