package io.weft.embedded.config;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.Policy;

/**
 * The policies of a group of the configuration and of the groups below it. Immutable.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/common/policies/policy.go">Fabric's ManagerImpl</a>
 */
final class PolicyTree {
    private final String path;
    /** By their path below this group, policies of deeper groups included. */
    private final Map<String, PolicyRule> policies;

    private final Map<String, PolicyTree> groups;

    private PolicyTree(String path, Map<String, PolicyRule> policies, Map<String, PolicyTree> groups) {
        this.path = path;
        this.policies = Map.copyOf(policies);
        this.groups = Collections.unmodifiableMap(groups);
    }

    /**
     * @param path of the group, without a slash at either end
     * @throws InvalidConfigurationException if a policy cannot be evaluated
     */
    static PolicyTree of(String path, ConfigGroup group) {
        Map<String, PolicyTree> groups = new TreeMap<>();
        group.getGroupsMap().forEach((name, inner) -> groups.put(name, of(path + "/" + name, inner)));
        Map<String, PolicyRule> policies = new HashMap<>();
        new TreeMap<>(group.getPoliciesMap())
                .forEach((name, policy) -> policies.put(name, rule(path, name, policy, groups)));
        groups.forEach((name, inner) ->
                inner.policies.forEach((relative, policy) -> policies.put(name + "/" + relative, policy)));
        return new PolicyTree(path, policies, groups);
    }

    private static PolicyRule rule(String path, String name, ConfigPolicy configured, Map<String, PolicyTree> groups) {
        if (!configured.hasPolicy()) {
            throw new InvalidConfigurationException("policy " + name + " at path " + path + " was nil");
        }
        Policy policy = configured.getPolicy();
        boolean implicit = policy.getType() == Policy.PolicyType.IMPLICIT_META_VALUE;
        if (!implicit && policy.getType() != Policy.PolicyType.SIGNATURE_VALUE) {
            throw new InvalidConfigurationException(
                    "policy " + name + " at path " + path + " has unknown policy type: " + policy.getType());
        }
        try {
            return implicit
                    ? PolicyRule.ImplicitMeta.parse(policy.getValue(), groups.values())
                    : PolicyRule.Signature.parse(policy.getValue());
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException(
                    (implicit ? "implicit " : "") + "policy " + name + " at path " + path + " did not compile: "
                            + e.getMessage(),
                    e);
        }
    }

    /** The tree of a group below; of this one if the path is empty. */
    Optional<PolicyTree> group(List<String> relativePath) {
        PolicyTree result = this;
        for (String name : relativePath) {
            result = result.groups.get(name);
            if (result == null) {
                return Optional.empty();
            }
        }
        return Optional.of(result);
    }

    /**
     * Looks up a policy.
     *
     * @param id relative to this group, or absolute with a slash in front
     */
    Optional<PolicyRule> find(String id) {
        return Optional.ofNullable(policies.get(relative(id)));
    }

    /** As {@link #find}; a policy that does not exist is one that nobody satisfies. */
    PolicyRule findOrReject(String id) {
        return find(id).orElseGet(() -> new PolicyRule.NoSuchPolicy(relative(id)));
    }

    private String relative(String id) {
        String prefix = "/" + path + "/";
        return id.startsWith(prefix) ? id.substring(prefix.length()) : id;
    }
}
