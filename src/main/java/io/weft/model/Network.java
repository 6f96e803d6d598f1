package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A Hyperledger Fabric network: organizations with their nodes, and the channels they share. Order is the spec's.
 *
 * @param name a DNS label; prefix of what weft keeps for the network as a whole
 * @param namespace Kubernetes namespace of the network's own record and lock
 * @param fabric versions and images
 * @param validity how long certificates last
 * @param organizations at least one, names and MSP IDs unique
 * @param channels possibly none, names unique
 * @param platform where it runs, as far as the spec says so
 */
public record Network(
        String name,
        String namespace,
        Fabric fabric,
        Validity validity,
        List<Organization> organizations,
        List<Channel> channels,
        PlatformChoice platform) {
    public Network {
        requireNonNull(name, "name");
        requireNonNull(namespace, "namespace");
        requireNonNull(fabric, "fabric");
        requireNonNull(validity, "validity");
        organizations = List.copyOf(organizations);
        channels = List.copyOf(channels);
        requireNonNull(platform, "platform");
    }

    /** Of which it is open where it runs. */
    public Network(
            String name,
            String namespace,
            Fabric fabric,
            Validity validity,
            List<Organization> organizations,
            List<Channel> channels) {
        this(name, namespace, fabric, validity, organizations, channels, PlatformChoice.OPEN);
    }

    /** The same with other channels. */
    public Network withChannels(List<Channel> others) {
        return new Network(name, namespace, fabric, validity, organizations, others, platform);
    }

    /**
     * @throws NoSuchElementException if the network has no organization of that name
     */
    public Organization organization(String organizationName) {
        return organizations.stream()
                .filter(o -> o.name().equals(organizationName))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("No organization `" + organizationName + "`"));
    }

    /**
     * @throws NoSuchElementException if the network has no channel of that name
     */
    public Channel channel(String channelName) {
        return channels.stream()
                .filter(c -> c.name().equals(channelName))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("No channel `" + channelName + "`"));
    }

    /** Every namespace the network uses: its own first, then the organizations' in order. */
    public Set<String> namespaces() {
        Set<String> result = new LinkedHashSet<>();
        result.add(namespace);
        organizations.forEach(o -> result.add(o.namespace()));
        return result;
    }

    /** All ordering nodes of all organizations. */
    public Stream<NodeRef> orderingNodes() {
        return organizations.stream()
                .flatMap(o -> o.orderingNodes().stream().map(n -> new NodeRef(o.name(), n.name())));
    }

    /** All peers of all organizations. */
    public Stream<NodeRef> peers() {
        return organizations.stream().flatMap(o -> o.peers().stream().map(p -> new NodeRef(o.name(), p.name())));
    }
}
