package io.weft.channel;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Parser;
import io.weft.pki.Certificate;
import io.weft.pki.InvalidPemException;
import io.weft.protocol.PolicyMessages;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.BlockDataHashingStructure;
import org.hyperledger.fabric.protos.common.Capabilities;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.HashingAlgorithm;
import org.hyperledger.fabric.protos.common.OrdererAddresses;
import org.hyperledger.fabric.protos.common.Orderers;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.orderer.BatchSize;
import org.hyperledger.fabric.protos.orderer.BatchTimeout;
import org.hyperledger.fabric.protos.orderer.ChannelRestrictions;
import org.hyperledger.fabric.protos.orderer.ConsensusType;
import org.hyperledger.fabric.protos.orderer.etcdraft.ConfigMetadata;
import org.hyperledger.fabric.protos.orderer.smartbft.Options;
import org.hyperledger.fabric.protos.peer.ACLs;
import org.hyperledger.fabric.protos.peer.AnchorPeers;

/**
 * Shows a channel's configuration tree as indented text, sorted by name: for people, and for comparing. Certificates are
 * named by subject and issuer, policies are written in the language of a spec.
 */
public final class ConfigurationText {
    private static final Map<String, Parser<? extends Message>> VALUES = Map.ofEntries(
            Map.entry("HashingAlgorithm", HashingAlgorithm.parser()),
            Map.entry("BlockDataHashingStructure", BlockDataHashingStructure.parser()),
            Map.entry("OrdererAddresses", OrdererAddresses.parser()),
            Map.entry("Capabilities", Capabilities.parser()),
            Map.entry("ConsensusType", ConsensusType.parser()),
            Map.entry("BatchSize", BatchSize.parser()),
            Map.entry("BatchTimeout", BatchTimeout.parser()),
            Map.entry("ChannelRestrictions", ChannelRestrictions.parser()),
            Map.entry("Orderers", Orderers.parser()),
            Map.entry("Endpoints", OrdererAddresses.parser()),
            Map.entry("MSP", MSPConfig.parser()),
            Map.entry("ACLs", ACLs.parser()),
            Map.entry("AnchorPeers", AnchorPeers.parser()));

    private final StringBuilder text = new StringBuilder();

    private ConfigurationText() {}

    /**
     * The tree under {@code Channel}.
     *
     * @throws IllegalArgumentException if a value cannot be read
     */
    public static String of(ConfigGroup channel) {
        ConfigurationText result = new ConfigurationText();
        result.group("Channel", channel, "");
        return result.text.toString();
    }

    private void line(String indent, String name, String value) {
        text.append(indent).append(name).append(':');
        if (!value.isEmpty()) {
            text.append(' ').append(value);
        }
        text.append('\n');
    }

    private void group(String name, ConfigGroup group, String indent) {
        line(indent, name, "");
        String inner = indent + "  ";
        line(inner, "mod_policy", group.getModPolicy() + version(group.getVersion()));
        new TreeMap<>(group.getPoliciesMap()).forEach((key, policy) -> policy(key, policy, inner));
        new TreeMap<>(group.getValuesMap()).forEach((key, value) -> value(key, value, inner));
        new TreeMap<>(group.getGroupsMap()).forEach((key, child) -> group(key, child, inner));
    }

    private static String version(long version) {
        return version == 0 ? "" : " (version " + version + ")";
    }

    private void policy(String name, ConfigPolicy policy, String indent) {
        line(
                indent,
                "policy " + name,
                PolicyMessages.text(policy.getPolicy()) + " (" + policy.getModPolicy() + ")"
                        + version(policy.getVersion()));
    }

    private void value(String name, ConfigValue value, String indent) {
        line(indent, "value " + name, "(" + value.getModPolicy() + ")" + version(value.getVersion()));
        Parser<? extends Message> parser = VALUES.get(name);
        String inner = indent + "  ";
        try {
            if (parser == null) {
                line(inner, "bytes", hexadecimal(value.getValue()));
                return;
            }
            Message message = parser.parseFrom(value.getValue());
            if (message instanceof MSPConfig msp && msp.getType() == 0) {
                fields(FabricMSPConfig.parseFrom(msp.getConfig()), inner);
            } else if (message instanceof ConsensusType consensus) {
                consensus(consensus, inner);
            } else {
                fields(message, inner);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("The value `" + name + "` cannot be read: " + e.getMessage(), e);
        }
    }

    private void consensus(ConsensusType consensus, String indent) throws InvalidProtocolBufferException {
        line(indent, "type", consensus.getType());
        line(indent, "state", consensus.getState().name());
        switch (consensus.getType()) {
            case "etcdraft" -> fields(ConfigMetadata.parseFrom(consensus.getMetadata()), indent);
            case "BFT" -> fields(Options.parseFrom(consensus.getMetadata()), indent);
            default -> line(indent, "metadata", hexadecimal(consensus.getMetadata()));
        }
    }

    /** Fields that are set, under their protobuf names. */
    private void fields(MessageOrBuilder message, String indent) {
        message.getAllFields().forEach((field, value) -> {
            if (field.isMapField()) {
                map(field, (List<?>) value, indent);
            } else if (field.isRepeated()) {
                ((List<?>) value).forEach(element -> field(field.getName(), element, indent));
            } else {
                field(field.getName(), value, indent);
            }
        });
    }

    private void map(FieldDescriptor field, List<?> entries, String indent) {
        Map<String, Object> sorted = new TreeMap<>();
        FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
        FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
        for (Object entry : entries) {
            sorted.put(((Message) entry).getField(key).toString(), ((Message) entry).getField(value));
        }
        line(indent, field.getName(), "");
        sorted.forEach((name, content) -> field(name, content, indent + "  "));
    }

    private void field(String name, Object value, String indent) {
        if (value instanceof Message message) {
            line(indent, name, "");
            fields(message, indent + "  ");
        } else if (value instanceof ByteString bytes) {
            line(indent, name, readable(bytes));
        } else if (value instanceof Integer number) {
            // All whole numbers of a configuration are counts: a negative one is a large unsigned one.
            line(indent, name, Integer.toUnsignedString(number));
        } else {
            line(indent, name, value.toString());
        }
    }

    private static String readable(ByteString bytes) {
        String text = bytes.toString(StandardCharsets.UTF_8);
        if (!text.startsWith("-----BEGIN CERTIFICATE-----")) {
            return hexadecimal(bytes);
        }
        try {
            List<String> names = new ArrayList<>();
            for (Certificate certificate : Certificate.parseAll(text)) {
                names.add("certificate of " + certificate.subject() + ", issued by " + certificate.issuer());
            }
            return String.join("; ", names);
        } catch (InvalidPemException e) {
            return "unreadable certificate";
        }
    }

    private static String hexadecimal(ByteString bytes) {
        return bytes.isEmpty() ? "(empty)" : HexFormat.of().formatHex(bytes.toByteArray());
    }
}
