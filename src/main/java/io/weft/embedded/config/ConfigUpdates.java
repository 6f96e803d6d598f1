package io.weft.embedded.config;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.config.ConfigElements.Element;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;

/**
 * Configuration updates by Fabric's rules: read set, versions, mod_policy, signatures, and what may follow what.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/common/configtx">Fabric's common/configtx</a>
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/orderer/common/multichannel/chainsupport.go">
 *     ProposeConfigUpdate of Fabric's ordering node</a>
 */
public final class ConfigUpdates {
    private ConfigUpdates() {}

    /**
     * The configuration that follows, as of now.
     *
     * @param update an envelope of type {@code CONFIG_UPDATE}; its own signature does not count, and is not asked for
     * @return the new configuration, its sequence one higher, and the update itself
     * @throws ConfigUpdateException with Fabric's text
     */
    public static ConfigEnvelope propose(ChannelView current, Envelope update) {
        return propose(current, update, Instant.now());
    }

    /**
     * As {@link #propose(ChannelView, Envelope)}, at a moment.
     *
     * @param now when certificates of consenters that come in must be valid
     */
    public static ConfigEnvelope propose(ChannelView current, Envelope update, Instant now) {
        ConfigUpdateEnvelope signed = unwrap(update);
        Map<String, Element> proposed;
        try {
            proposed = authorized(current, signed);
        } catch (RuleException e) {
            throw new ConfigUpdateException("error authorizing update: " + e.getMessage(), e);
        }
        ConfigGroup tree;
        try {
            tree = ConfigElements.tree(proposed);
        } catch (InvalidConfigurationException e) {
            throw new ConfigUpdateException("could not turn configMap back to channelGroup: " + e.getMessage(), e);
        }
        ConfigEnvelope result = ConfigEnvelope.newBuilder()
                .setConfig(
                        Config.newBuilder().setSequence(current.sequence() + 1).setChannelGroup(tree))
                .setLastUpdate(update)
                .build();
        Succession.require(current, result.getConfig(), now);
        return result;
    }

    private static ConfigUpdateEnvelope unwrap(Envelope update) {
        try {
            Payload payload = Payload.parseFrom(update.getPayload());
            if (!payload.hasHeader()) {
                throw new ConfigUpdateException(
                        "error converting envelope to config update: envelope must have a Header");
            }
            ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
            if (header.getType() != HeaderType.CONFIG_UPDATE_VALUE) {
                HeaderType type = HeaderType.forNumber(header.getType());
                throw new ConfigUpdateException("error converting envelope to config update: invalid type "
                        + (type == null ? Integer.toString(header.getType()) : type) + ", expected CONFIG_UPDATE");
            }
            return ConfigUpdateEnvelope.parseFrom(payload.getData());
        } catch (InvalidProtocolBufferException e) {
            throw new ConfigUpdateException(
                    "error converting envelope to config update: error unmarshalling message for type CONFIG_UPDATE: "
                            + e.getMessage(),
                    e);
        }
    }

    private static Map<String, Element> authorized(ChannelView current, ConfigUpdateEnvelope signed) {
        ConfigUpdate update;
        try {
            update = ConfigUpdate.parseFrom(signed.getConfigUpdate());
        } catch (InvalidProtocolBufferException e) {
            throw new ConfigUpdateException(e.getMessage(), e);
        }
        if (!update.getChannelId().equals(current.channel())) {
            throw new ConfigUpdateException("ConfigUpdate for channel '" + update.getChannelId()
                    + "' but envelope for channel '" + current.channel() + "'");
        }
        Map<String, Element> existing = ConfigElements.of(current.config().getChannelGroup());
        Map<String, Element> read = elements("ReadSet", update.hasReadSet(), update.getReadSet());
        requireRead(existing, read);
        Map<String, Element> written = elements("WriteSet", update.hasWriteSet(), update.getWriteSet());
        Map<String, Element> delta = new TreeMap<>(written);
        delta.entrySet()
                .removeIf(entry -> read.containsKey(entry.getKey())
                        && read.get(entry.getKey()).version()
                                == entry.getValue().version());
        try {
            requireDelta(current, existing, delta, SignedData.of(signed));
        } catch (RuleException e) {
            throw new ConfigUpdateException("error validating DeltaSet: " + e.getMessage(), e);
        }
        Map<String, Element> result = new TreeMap<>(existing);
        result.putAll(delta);
        return result;
    }

    private static Map<String, Element> elements(String set, boolean present, ConfigGroup root) {
        try {
            return present ? ConfigElements.of(root) : Map.of();
        } catch (InvalidConfigurationException e) {
            throw new ConfigUpdateException("error mapping " + set + ": " + e.getMessage(), e);
        }
    }

    private static void requireRead(Map<String, Element> existing, Map<String, Element> read) {
        read.forEach((key, element) -> {
            Element now = existing.get(key);
            if (now == null) {
                throw new ConfigUpdateException(
                        "error validating ReadSet: existing config does not contain element for " + key
                                + " but was in the read set");
            }
            if (now.version() != element.version()) {
                throw new ConfigUpdateException("error validating ReadSet: proposed update requires that key " + key
                        + " be at version " + Long.toUnsignedString(element.version())
                        + ", but it is currently at version " + Long.toUnsignedString(now.version()));
            }
        });
    }

    private static void requireDelta(
            ChannelView current, Map<String, Element> existing, Map<String, Element> delta, List<SignedData> signed) {
        if (delta.isEmpty()) {
            throw new ConfigUpdateException("delta set was empty -- update would have no effect");
        }
        List<Identity> signers = current.signers(signed);
        delta.forEach((key, element) -> {
            requireModPolicy(key, element.modPolicy());
            String version = Long.toUnsignedString(element.version());
            Element now = existing.get(key);
            if (now == null) {
                if (element.version() != 0) {
                    throw new ConfigUpdateException(
                            "attempted to set key " + key + " to version " + version + ", but key does not exist");
                }
                return;
            }
            if (element.version() != now.version() + 1) {
                throw new ConfigUpdateException("attempt to set key " + key + " to version " + version
                        + ", but key is at version " + Long.toUnsignedString(now.version()));
            }
            PolicyRule policy = modPolicy(current.policies(), now)
                    .orElseThrow(() -> new ConfigUpdateException(
                            "unexpected missing policy " + now.modPolicy() + " for item " + key));
            policy.refusal(signers).ifPresent(reason -> {
                throw new ConfigUpdateException("policy for " + key + " not satisfied: " + reason);
            });
        });
    }

    private static void requireModPolicy(String key, String policy) {
        String refusal = "invalid mod_policy for element " + key + ": ";
        if (policy.isEmpty()) {
            throw new ConfigUpdateException(refusal + "mod_policy not set");
        }
        String[] names = (policy.startsWith("/") ? policy.substring(1) : policy).split("/", -1);
        for (int i = 0; i < names.length; i++) {
            try {
                ConfigElements.requireName(names[i]);
            } catch (InvalidConfigurationException e) {
                throw new ConfigUpdateException(refusal + "path element at " + i + " is invalid: " + e.getMessage(), e);
            }
        }
    }

    /** A policy without a slash in front is looked up in the group in which the element lies; a group lies in itself. */
    private static Optional<PolicyRule> modPolicy(PolicyTree root, Element element) {
        if (element.modPolicy().startsWith("/") || element.path().isEmpty()) {
            return root.find(element.modPolicy());
        }
        return root.group(element.path().subList(1, element.path().size()))
                .flatMap(parent -> element instanceof Element.Group group
                        ? parent.group(List.of(group.name()))
                        : Optional.of(parent))
                .flatMap(group -> group.find(element.modPolicy()));
    }
}
