package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/**
 * An organization: one MSP, one Fabric CA, and any number of ordering nodes, peers and users.
 *
 * @param name a DNS label, unique in the network
 * @param mspId unique in the network
 * @param namespace where its releases and Secrets live
 * @param subject what its certificates say beside the common name
 * @param ca its Fabric CA
 * @param orderingNodes names unique within the organization, peers' included
 * @param peers names unique within the organization, ordering nodes' included
 * @param users client identities that weft issues; the admin is not among them
 */
public record Organization(
        String name,
        MspId mspId,
        String namespace,
        Subject subject,
        Workload ca,
        List<OrderingNode> orderingNodes,
        List<Peer> peers,
        List<User> users) {
    /** The name of every organization's admin. */
    public static final String ADMIN = "admin";

    public Organization {
        requireNonNull(name, "name");
        requireNonNull(mspId, "mspId");
        requireNonNull(namespace, "namespace");
        requireNonNull(subject, "subject");
        requireNonNull(ca, "ca");
        orderingNodes = List.copyOf(orderingNodes);
        peers = List.copyOf(peers);
        users = List.copyOf(users);
    }

    /**
     * @throws NoSuchElementException if the organization has no such peer
     */
    public Peer peer(String peerName) {
        return peers.stream()
                .filter(p -> p.name().equals(peerName))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("No peer `" + name + "/" + peerName + "`"));
    }

    /**
     * @throws NoSuchElementException if the organization has no such ordering node
     */
    public OrderingNode orderingNode(String nodeName) {
        return orderingNodes.stream()
                .filter(n -> n.name().equals(nodeName))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("No ordering node `" + name + "/" + nodeName + "`"));
    }

    /** Names of all that can sign for the organization on a person's behalf: the admin, then the users. */
    public Stream<String> clientNames() {
        return Stream.concat(Stream.of(ADMIN), users.stream().map(User::name));
    }
}
