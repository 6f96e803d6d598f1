package io.weft.embedded.config;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.weft.protocol.Signer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigSignature;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.orderer.BatchSize;
import org.hyperledger.fabric.protos.orderer.ConsensusType;
import org.hyperledger.fabric.protos.orderer.etcdraft.ConfigMetadata;
import org.hyperledger.fabric.protos.peer.AnchorPeer;
import org.hyperledger.fabric.protos.peer.AnchorPeers;

/** Changes configurations the way clients do: edits the tree, computes the update, has it signed. */
public final class ConfigEdit {
    private static final SecureRandom RANDOM = new SecureRandom();

    private ConfigEdit() {}

    /** The tree with another value; other parts as they are. */
    public static ConfigGroup value(ConfigGroup root, String path, String key, MessageLite value) {
        return at(root, path, group -> group.toBuilder()
                .putValues(
                        key,
                        group
                                .getValuesOrDefault(
                                        key,
                                        ConfigValue.newBuilder()
                                                .setModPolicy("Admins")
                                                .build())
                                .toBuilder()
                                .setValue(value.toByteString())
                                .build())
                .build());
    }

    /** The tree with another batch size. */
    public static ConfigGroup batch(ConfigGroup root, int messages, int absoluteMaxBytes, int preferredMaxBytes) {
        return value(
                root,
                "Orderer",
                "BatchSize",
                BatchSize.newBuilder()
                        .setMaxMessageCount(messages)
                        .setAbsoluteMaxBytes(absoluteMaxBytes)
                        .setPreferredMaxBytes(preferredMaxBytes)
                        .build());
    }

    /** The tree with another anchor peer of {@code Org1MSP}. */
    public static ConfigGroup anchorPeer(ConfigGroup root) {
        return value(
                root,
                "Application/Org1MSP",
                "AnchorPeers",
                AnchorPeers.newBuilder()
                        .addAnchorPeers(AnchorPeer.newBuilder().setHost("peer9").setPort(9))
                        .build());
    }

    /** The tree with other Raft metadata. */
    public static ConfigGroup raft(ConfigGroup root, Consumer<ConfigMetadata.Builder> change) {
        try {
            ConsensusType type = ConsensusType.parseFrom(root.getGroupsOrThrow("Orderer")
                    .getValuesOrThrow("ConsensusType")
                    .getValue());
            ConfigMetadata.Builder metadata = ConfigMetadata.parseFrom(type.getMetadata()).toBuilder();
            change.accept(metadata);
            return value(
                    root,
                    "Orderer",
                    "ConsensusType",
                    type.toBuilder()
                            .setMetadata(metadata.build().toByteString())
                            .build());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The tree with another MSP of the group at a path, for example {@code Application/Org1MSP}. */
    public static ConfigGroup msp(ConfigGroup root, String path, Consumer<FabricMSPConfig.Builder> change) {
        ConfigGroup group = root;
        for (String name : path.split("/", -1)) {
            group = group.getGroupsOrThrow(name);
        }
        try {
            MSPConfig config = MSPConfig.parseFrom(group.getValuesOrThrow("MSP").getValue());
            FabricMSPConfig.Builder msp = FabricMSPConfig.parseFrom(config.getConfig()).toBuilder();
            change.accept(msp);
            return value(
                    root,
                    path,
                    "MSP",
                    config.toBuilder().setConfig(msp.build().toByteString()).build());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The tree with a change to one group.
     *
     * @param path below the root, for example {@code Application/Org1MSP}; empty for the root
     */
    public static ConfigGroup at(ConfigGroup root, String path, UnaryOperator<ConfigGroup> change) {
        return at(root, path.isEmpty() ? List.of() : Arrays.asList(path.split("/")), change);
    }

    private static ConfigGroup at(ConfigGroup group, List<String> path, UnaryOperator<ConfigGroup> change) {
        if (path.isEmpty()) {
            return change.apply(group);
        }
        String name = path.get(0);
        return group.toBuilder()
                .putGroups(name, at(group.getGroupsOrThrow(name), path.subList(1, path.size()), change))
                .build();
    }

    /** The update from one tree to the other, as {@code configtxlator compute_update} computes it. */
    public static ConfigUpdate update(String channel, Config original, ConfigGroup edited) {
        ConfigGroup.Builder read = ConfigGroup.newBuilder();
        ConfigGroup.Builder write = ConfigGroup.newBuilder();
        compare(original.getChannelGroup(), edited, read, write);
        return ConfigUpdate.newBuilder()
                .setChannelId(channel)
                .setReadSet(read)
                .setWriteSet(write)
                .build();
    }

    /** @return whether anything changed */
    private static boolean compare(
            ConfigGroup original, ConfigGroup edited, ConfigGroup.Builder read, ConfigGroup.Builder write) {
        ConfigGroup.Builder same = ConfigGroup.newBuilder();
        boolean members = !original.getModPolicy().equals(edited.getModPolicy())
                || !edited.getValuesMap()
                        .keySet()
                        .containsAll(original.getValuesMap().keySet())
                || !edited.getPoliciesMap()
                        .keySet()
                        .containsAll(original.getPoliciesMap().keySet())
                || !edited.getGroupsMap()
                        .keySet()
                        .containsAll(original.getGroupsMap().keySet());
        boolean content = false;
        for (Map.Entry<String, ConfigValue> entry : edited.getValuesMap().entrySet()) {
            ConfigValue before = original.getValuesOrDefault(entry.getKey(), null);
            if (before == null) {
                members = true;
                write.putValues(
                        entry.getKey(),
                        entry.getValue().toBuilder().setVersion(0).build());
            } else if (isSame(
                    before,
                    entry.getValue(),
                    (a, b) -> a.getModPolicy().equals(b.getModPolicy())
                            && a.getValue().equals(b.getValue()))) {
                same.putValues(
                        entry.getKey(),
                        ConfigValue.newBuilder().setVersion(before.getVersion()).build());
            } else {
                content = true;
                write.putValues(
                        entry.getKey(),
                        entry.getValue().toBuilder()
                                .setVersion(before.getVersion() + 1)
                                .build());
            }
        }
        for (Map.Entry<String, ConfigPolicy> entry : edited.getPoliciesMap().entrySet()) {
            ConfigPolicy before = original.getPoliciesOrDefault(entry.getKey(), null);
            if (before == null) {
                members = true;
                write.putPolicies(
                        entry.getKey(),
                        entry.getValue().toBuilder().setVersion(0).build());
            } else if (isSame(
                    before,
                    entry.getValue(),
                    (a, b) -> a.getModPolicy().equals(b.getModPolicy())
                            && a.getPolicy().equals(b.getPolicy()))) {
                same.putPolicies(
                        entry.getKey(),
                        ConfigPolicy.newBuilder()
                                .setVersion(before.getVersion())
                                .build());
            } else {
                content = true;
                write.putPolicies(
                        entry.getKey(),
                        entry.getValue().toBuilder()
                                .setVersion(before.getVersion() + 1)
                                .build());
            }
        }
        for (Map.Entry<String, ConfigGroup> entry : edited.getGroupsMap().entrySet()) {
            ConfigGroup before = original.getGroupsOrDefault(entry.getKey(), null);
            if (before == null) {
                members = true;
                write.putGroups(entry.getKey(), entry.getValue());
                continue;
            }
            ConfigGroup.Builder innerRead = ConfigGroup.newBuilder();
            ConfigGroup.Builder innerWrite = ConfigGroup.newBuilder();
            if (compare(before, entry.getValue(), innerRead, innerWrite)) {
                content = true;
                read.putGroups(entry.getKey(), innerRead.build());
                write.putGroups(entry.getKey(), innerWrite.build());
            } else {
                same.putGroups(
                        entry.getKey(),
                        ConfigGroup.newBuilder().setVersion(before.getVersion()).build());
            }
        }
        read.setVersion(original.getVersion());
        write.setVersion(original.getVersion());
        if (members) {
            read.mergeFrom(same.build());
            read.setVersion(original.getVersion());
            write.mergeFrom(same.build());
            write.setVersion(original.getVersion() + 1).setModPolicy(edited.getModPolicy());
        }
        return members || content;
    }

    private static <T> boolean isSame(T before, T after, BiPredicate<T, T> equal) {
        return equal.test(before, after);
    }

    /** The update, signed by all of them, in an envelope of the first one. */
    public static Envelope signed(ConfigUpdate update, Signer... signers) {
        ByteString bytes = update.toByteString();
        ConfigUpdateEnvelope.Builder result = ConfigUpdateEnvelope.newBuilder().setConfigUpdate(bytes);
        for (Signer signer : signers) {
            result.addSignatures(signature(signer, bytes));
        }
        return envelope(
                update.getChannelId(), HeaderType.CONFIG_UPDATE, result.build().toByteString(), signers);
    }

    public static ConfigSignature signature(Signer signer, ByteString update) {
        ByteString header = header(signer).toByteString();
        return ConfigSignature.newBuilder()
                .setSignatureHeader(header)
                .setSignature(signer.sign(header.concat(update)))
                .build();
    }

    public static Envelope envelope(String channel, HeaderType type, ByteString data, Signer... signers) {
        Header.Builder header = Header.newBuilder()
                .setChannelHeader(ChannelHeader.newBuilder()
                        .setType(type.getNumber())
                        .setChannelId(channel)
                        .build()
                        .toByteString());
        if (signers.length > 0) {
            header.setSignatureHeader(header(signers[0]).toByteString());
        }
        ByteString payload =
                Payload.newBuilder().setHeader(header).setData(data).build().toByteString();
        Envelope.Builder result = Envelope.newBuilder().setPayload(payload);
        if (signers.length > 0) {
            result.setSignature(signers[0].sign(payload));
        }
        return result.build();
    }

    private static SignatureHeader header(Signer signer) {
        byte[] nonce = new byte[24];
        RANDOM.nextBytes(nonce);
        return SignatureHeader.newBuilder()
                .setCreator(signer.creator())
                .setNonce(ByteString.copyFrom(nonce))
                .build();
    }
}
