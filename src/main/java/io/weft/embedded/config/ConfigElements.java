package io.weft.embedded.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigValue;

/**
 * The groups, values and policies of a configuration tree, by the keys that Fabric's messages give them.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/common/configtx/configmap.go">Fabric's configmap.go</a>
 */
final class ConfigElements {
    static final String GROUP = "[Group]  ";
    static final String VALUE = "[Value]  ";
    static final String POLICY = "[Policy] ";

    private static final String ROOT = "Channel";
    private static final int MAX_LENGTH = 249;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9.-]+");
    private static final Pattern CHANNEL_ID = Pattern.compile("[a-z][a-z0-9.-]*");
    private static final Set<String> RESERVED = Set.of(".", "..");

    /** One element. */
    sealed interface Element {
        /** Names of the groups in which it lies, from {@code Channel}; empty for the root. */
        List<String> path();

        long version();

        String modPolicy();

        record Group(List<String> path, String name, ConfigGroup content) implements Element {
            @Override
            public long version() {
                return content.getVersion();
            }

            @Override
            public String modPolicy() {
                return content.getModPolicy();
            }
        }

        record Value(List<String> path, ConfigValue content) implements Element {
            @Override
            public long version() {
                return content.getVersion();
            }

            @Override
            public String modPolicy() {
                return content.getModPolicy();
            }
        }

        record Policy(List<String> path, ConfigPolicy content) implements Element {
            @Override
            public long version() {
                return content.getVersion();
            }

            @Override
            public String modPolicy() {
                return content.getModPolicy();
            }
        }
    }

    private ConfigElements() {}

    /**
     * Lists all elements of a tree.
     *
     * @throws InvalidConfigurationException if an element's name is not allowed
     */
    static Map<String, Element> of(ConfigGroup root) {
        Map<String, Element> result = new TreeMap<>();
        add(result, List.of(), ROOT, root);
        return Collections.unmodifiableMap(result);
    }

    private static void add(Map<String, Element> result, List<String> path, String name, ConfigGroup group) {
        requireName(GROUP, name);
        List<String> inside = new ArrayList<>(path);
        inside.add(name);
        List<String> within = List.copyOf(inside);
        String prefix = "/" + String.join("/", within);
        result.put(GROUP + prefix, new Element.Group(path, name, group));
        group.getGroupsMap().forEach((key, inner) -> add(result, within, key, inner));
        group.getValuesMap().forEach((key, value) -> {
            requireName(VALUE, key);
            result.put(VALUE + prefix + "/" + key, new Element.Value(within, value));
        });
        group.getPoliciesMap().forEach((key, policy) -> {
            requireName(POLICY, key);
            result.put(POLICY + prefix + "/" + key, new Element.Policy(within, policy));
        });
    }

    private static void requireName(String kind, String name) {
        try {
            requireName(name);
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException("illegal characters in key: " + kind + ": " + e.getMessage(), e);
        }
    }

    /**
     * @throws InvalidConfigurationException if no element may have the name
     */
    static void requireName(String name) {
        if (name.isEmpty()) {
            throw new InvalidConfigurationException("config ID illegal, cannot be empty");
        }
        if (name.length() > MAX_LENGTH) {
            throw new InvalidConfigurationException("config ID illegal, cannot be longer than " + MAX_LENGTH);
        }
        if (RESERVED.contains(name)) {
            throw new InvalidConfigurationException("name '" + name + "' for config ID is not allowed");
        }
        if (!NAME.matcher(name).matches()) {
            throw new InvalidConfigurationException("config ID '" + name + "' contains illegal characters");
        }
    }

    /**
     * @throws InvalidConfigurationException if no channel may have the ID
     */
    static void requireChannelId(String id) {
        if (id.isEmpty()) {
            throw new InvalidConfigurationException("bad channel ID: channel ID illegal, cannot be empty");
        }
        if (id.length() > MAX_LENGTH) {
            throw new InvalidConfigurationException(
                    "bad channel ID: channel ID illegal, cannot be longer than " + MAX_LENGTH);
        }
        if (!CHANNEL_ID.matcher(id).matches()) {
            throw new InvalidConfigurationException("bad channel ID: '" + id + "' contains illegal characters");
        }
    }

    /** Builds the tree that the elements make up. */
    static ConfigGroup tree(Map<String, Element> elements) {
        boolean fillIn = elements.containsKey(VALUE + "/Channel/Orderer/Capabilities");
        return tree("/" + ROOT, elements, fillIn);
    }

    /**
     * @param fillIn whether elements without a {@code mod_policy}, which Fabric 1.0 made, get one
     */
    private static ConfigGroup tree(String path, Map<String, Element> elements, boolean fillIn) {
        if (!(elements.get(GROUP + path) instanceof Element.Group group)) {
            throw new InvalidConfigurationException("missing group at path: " + GROUP + path);
        }
        ConfigGroup.Builder result = group.content().toBuilder();
        if (fillIn && result.getModPolicy().isEmpty()) {
            result.setModPolicy("Admins");
        }
        for (String name : group.content().getGroupsMap().keySet()) {
            result.putGroups(name, tree(path + "/" + name, elements, fillIn));
        }
        for (String name : group.content().getValuesMap().keySet()) {
            if (!(elements.get(VALUE + path + "/" + name) instanceof Element.Value value)) {
                throw new InvalidConfigurationException("missing value at path: " + VALUE + path + "/" + name);
            }
            ConfigValue content = value.content();
            result.putValues(
                    name,
                    fillIn && content.getModPolicy().isEmpty()
                            ? content.toBuilder().setModPolicy("Admins").build()
                            : content);
        }
        for (String name : group.content().getPoliciesMap().keySet()) {
            if (!(elements.get(POLICY + path + "/" + name) instanceof Element.Policy policy)) {
                throw new InvalidConfigurationException("missing policy at path: " + POLICY + path + "/" + name);
            }
            ConfigPolicy content = policy.content();
            result.putPolicies(
                    name,
                    fillIn && content.getModPolicy().isEmpty()
                            ? content.toBuilder().setModPolicy("Admins").build()
                            : content);
        }
        return result.build();
    }
}
