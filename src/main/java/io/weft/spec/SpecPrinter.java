package io.weft.spec;

import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Collection;
import io.weft.model.Fabric;
import io.weft.model.Images;
import io.weft.model.LocalChaincode;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Ordering;
import io.weft.model.Organization;
import io.weft.model.Resources;
import io.weft.model.Subject;
import io.weft.model.User;
import io.weft.model.Workload;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Writes a network as a spec that leaves nothing to defaults. */
public final class SpecPrinter {
    private SpecPrinter() {}

    /** A spec in block style, ending in a line feed, that reads back as an equal network. */
    public static String print(Network network) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setDereferenceAliases(true);
        options.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        options.setSplitLines(false);
        options.setMaxSimpleKeyLength(512);
        return new Yaml(options).dump(network(network));
    }

    private static Map<String, Object> network(Network network) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", network.name());
        metadata.put("namespace", network.namespace());
        Map<String, Object> validity = new LinkedHashMap<>();
        validity.put("ca", Durations.format(network.validity().ca()));
        validity.put("node", Durations.format(network.validity().node()));
        validity.put("user", Durations.format(network.validity().user()));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("apiVersion", Defaults.API_VERSION);
        result.put("kind", Defaults.KIND);
        result.put("metadata", metadata);
        Map<String, Object> platform = new LinkedHashMap<>();
        network.platform().type().ifPresent(type -> platform.put("type", type.toString()));
        network.platform().nodes().ifPresent(nodes -> platform.put("nodes", nodes.toString()));
        if (!platform.isEmpty()) {
            result.put("platform", platform);
        }
        result.put("fabric", fabric(network.fabric()));
        result.put("validity", validity);
        result.put(
                "organizations",
                network.organizations().stream().map(SpecPrinter::organization).toList());
        result.put(
                "channels",
                network.channels().stream().map(SpecPrinter::channel).toList());
        return result;
    }

    private static Map<String, Object> fabric(Fabric fabric) {
        Images from = fabric.images();
        Map<String, Object> images = new LinkedHashMap<>();
        images.put("peer", from.peer());
        images.put("orderer", from.orderer());
        images.put("ca", from.ca());
        images.put("couchdb", from.couchdb());
        images.put("pullPolicy", from.pullPolicy());
        images.put("pullSecrets", from.pullSecrets());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("version", fabric.version().toString());
        result.put("caVersion", fabric.caVersion());
        result.put("couchdbVersion", fabric.couchdbVersion());
        result.put("images", images);
        return result;
    }

    private static Map<String, Object> organization(Organization organization) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", organization.name());
        result.put("mspId", organization.mspId().value());
        result.put("namespace", organization.namespace());
        result.put("subject", subject(organization.subject()));
        result.put("ca", workload(new LinkedHashMap<>(), organization.ca()));
        result.put(
                "orderers",
                organization.orderingNodes().stream()
                        .map(node -> workload(named(node.name()), node.workload()))
                        .toList());
        result.put(
                "peers",
                organization.peers().stream()
                        .map(peer -> {
                            Map<String, Object> map = named(peer.name());
                            map.put("stateDatabase", peer.stateDatabase().toString());
                            return workload(map, peer.workload());
                        })
                        .toList());
        result.put("users", organization.users().stream().map(SpecPrinter::user).toList());
        return result;
    }

    private static Map<String, Object> named(String name) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", name);
        return result;
    }

    private static Map<String, Object> user(User user) {
        Map<String, Object> result = named(user.name());
        result.put("attributes", user.attributes());
        return result;
    }

    private static Map<String, Object> subject(Subject subject) {
        Map<String, Object> result = new LinkedHashMap<>();
        put(result, "country", subject.country());
        put(result, "state", subject.state());
        put(result, "locality", subject.locality());
        result.put("organization", subject.organization());
        return result;
    }

    private static Map<String, Object> workload(Map<String, Object> result, Workload workload) {
        result.put("storage", workload.storage());
        put(result, "storageClass", workload.storageClass());
        result.put("resources", resources(workload.resources()));
        result.put("hosts", workload.hosts());
        result.put("values", workload.values());
        return result;
    }

    private static Map<String, Object> resources(Resources resources) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("requests", resources.requests());
        result.put("limits", resources.limits());
        return result;
    }

    private static Map<String, Object> channel(Channel channel) {
        Map<String, Object> capabilities = new LinkedHashMap<>();
        capabilities.put("channel", channel.capabilities().channel());
        capabilities.put("orderer", channel.capabilities().orderer());
        capabilities.put("application", channel.capabilities().application());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", channel.name());
        result.put("ordering", ordering(channel.ordering()));
        result.put(
                "members",
                channel.members().stream()
                        .map(member -> {
                            Map<String, Object> map = new LinkedHashMap<>();
                            map.put("organization", member.organization());
                            map.put("peers", member.peers());
                            map.put("anchorPeers", member.anchorPeers());
                            return map;
                        })
                        .toList());
        result.put("policies", channel.policies());
        result.put("acls", channel.acls());
        result.put("capabilities", capabilities);
        result.put(
                "chaincodes",
                channel.chaincodes().stream().map(SpecPrinter::chaincode).toList());
        return result;
    }

    private static Map<String, Object> ordering(Ordering ordering) {
        Map<String, Object> batch = new LinkedHashMap<>();
        batch.put("timeout", Durations.formatForGo(ordering.batch().timeout()));
        batch.put("maxMessages", ordering.batch().maxMessages());
        batch.put("preferredMaxBytes", Quantity.formatBytes(ordering.batch().preferredMaxBytes()));
        batch.put("absoluteMaxBytes", Quantity.formatBytes(ordering.batch().absoluteMaxBytes()));
        Map<String, Object> options = new LinkedHashMap<>(ordering.options());
        for (OrderingOption option : OrderingOption.of(ordering.type())) {
            Object value = options.getOrDefault(option.name(), option.modelDefault());
            options.put(option.name(), option.print(value));
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("type", ordering.type().toString());
        result.put("organizations", ordering.organizations());
        result.put(
                "consenters",
                ordering.consenters().stream().map(NodeRef::toString).toList());
        result.put("batch", batch);
        result.put("options", options);
        return result;
    }

    private static Map<String, Object> chaincode(Chaincode chaincode) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", chaincode.name());
        result.put("version", chaincode.version());
        result.put("image", chaincode.image());
        chaincode.local().ifPresent(local -> result.put("local", local(local)));
        put(result, "endorsement", chaincode.endorsement());
        result.put(
                "collections",
                chaincode.collections().stream().map(SpecPrinter::collection).toList());
        chaincode.init().ifPresent(init -> {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("function", init.function());
            map.put("arguments", init.arguments());
            result.put("init", map);
        });
        result.put("tls", chaincode.tls());
        result.put("organizations", chaincode.organizations());
        result.put("port", chaincode.port());
        result.put("environment", chaincode.environment());
        result.put("resources", resources(chaincode.workload().resources()));
        result.put("values", chaincode.workload().values());
        return result;
    }

    private static Map<String, Object> local(LocalChaincode local) {
        Map<String, Object> result = new LinkedHashMap<>();
        if (local instanceof LocalChaincode.Contract contract) {
            result.put("class", contract.className());
            put(result, "jar", contract.jar());
        } else if (local instanceof LocalChaincode.Command command) {
            result.put("command", command.command());
        } else {
            result.put("address", ((LocalChaincode.Address) local).address().toString());
        }
        return result;
    }

    private static Map<String, Object> collection(Collection collection) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", collection.name());
        result.put("policy", collection.policy());
        result.put("requiredPeerCount", collection.requiredPeerCount());
        result.put("maxPeerCount", collection.maxPeerCount());
        result.put("blockToLive", collection.blockToLive());
        result.put("memberOnlyRead", collection.memberOnlyRead());
        result.put("memberOnlyWrite", collection.memberOnlyWrite());
        put(result, "endorsement", collection.endorsement());
        return result;
    }

    private static void put(Map<String, Object> map, String key, Optional<String> value) {
        value.ifPresent(text -> map.put(key, text));
    }
}
