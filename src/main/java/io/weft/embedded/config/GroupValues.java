package io.weft.embedded.config;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import java.util.Set;
import java.util.TreeSet;
import org.hyperledger.fabric.protos.common.ConfigGroup;

/** The values of one group of the configuration. */
final class GroupValues {
    private final ConfigGroup group;

    /**
     * @param known the keys that Fabric knows in such a group
     * @throws InvalidConfigurationException if the group has another one
     */
    GroupValues(ConfigGroup group, Set<String> known) {
        this.group = group;
        for (String key : new TreeSet<>(group.getValuesMap().keySet())) {
            if (!known.contains(key)) {
                throw new InvalidConfigurationException("failed to deserialize values: Unexpected key " + key);
            }
        }
    }

    boolean has(String key) {
        return group.containsValues(key);
    }

    /**
     * Reads a value.
     *
     * @param absent what stands for the value if the group does not have it; also tells its type
     */
    <T extends MessageLite> T get(String key, T absent) {
        if (!group.containsValues(key)) {
            return absent;
        }
        try {
            @SuppressWarnings("unchecked") // a message's parser returns its own type
            T result = (T) absent.getParserForType()
                    .parseFrom(group.getValuesOrThrow(key).getValue());
            return result;
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidConfigurationException("failed to deserialize values: " + e.getMessage(), e);
        }
    }
}
