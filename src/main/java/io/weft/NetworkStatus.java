package io.weft;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a network's nodes say of themselves.
 *
 * @param networkId absent when there is no such network
 * @param nodes ordering nodes, peers, certificate authorities, chaincode services
 * @param channels the spec's channels
 * @param certificates every certificate that weft issued and the channels rely on, soonest expiry first
 */
public record NetworkStatus(
        Optional<String> networkId, List<Node> nodes, List<Channel> channels, List<Certificate> certificates) {
    public NetworkStatus {
        requireNonNull(networkId, "networkId");
        nodes = List.copyOf(nodes);
        channels = List.copyOf(channels);
        certificates = List.copyOf(certificates);
    }

    /** Whether every node is ready, every channel joined and every chaincode committed. */
    public boolean isAsWanted() {
        return networkId.isPresent()
                && nodes.stream().allMatch(Node::ready)
                && channels.stream().allMatch(Channel::isAsWanted);
    }

    /**
     * A node.
     *
     * @param name {@code organization/node}
     * @param kind {@code orderer}, {@code peer}, {@code ca} or {@code chaincode}
     * @param ready whether the platform says so
     * @param detail what it is doing or suffering from, in a phrase; empty when all is well
     * @param address {@code host:port} where clients on this machine reach it; absent on a cluster
     */
    public record Node(String name, String kind, boolean ready, String detail, Optional<String> address) {
        public Node {
            requireNonNull(address, "address");
        }

        /** A node that clients reach through a cluster. */
        public Node(String name, String kind, boolean ready, String detail) {
            this(name, kind, ready, detail, Optional.empty());
        }
    }

    /**
     * A channel.
     *
     * @param leader the ordering node that leads; absent when there is none or nobody says
     * @param members joined node to what it says
     */
    public record Channel(
            String name, Optional<String> leader, Map<String, Membership> members, List<Chaincode> chaincodes) {
        public Channel {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
            chaincodes = List.copyOf(chaincodes);
        }

        boolean isAsWanted() {
            return members.values().stream().allMatch(Membership::joined)
                    && chaincodes.stream().allMatch(Chaincode::isAsWanted);
        }
    }

    /**
     * A node's part in a channel.
     *
     * @param height number of blocks it has; 0 when it has not joined
     * @param detail relation and status of an ordering node, or why it could not be asked
     */
    public record Membership(boolean joined, long height, String detail) {}

    /**
     * A chaincode.
     *
     * @param version committed version; empty when not committed
     * @param sequence committed sequence; 0 when not committed
     * @param approvals organization to whether it approved that sequence
     * @param installed peer to whether it has the package
     * @param packageIds organization to the package ID under which its chaincode service registers
     */
    public record Chaincode(
            String name,
            String version,
            long sequence,
            Map<String, Boolean> approvals,
            Map<String, Boolean> installed,
            Map<String, String> packageIds) {
        public Chaincode {
            packageIds = Collections.unmodifiableMap(new LinkedHashMap<>(packageIds));
            approvals = Collections.unmodifiableMap(new LinkedHashMap<>(approvals));
            installed = Collections.unmodifiableMap(new LinkedHashMap<>(installed));
        }

        boolean isAsWanted() {
            return sequence > 0 && installed.values().stream().allMatch(has -> has);
        }
    }

    /**
     * A certificate.
     *
     * @param owner for example {@code org1/peer0 TLS}
     * @param notAfter when it expires
     */
    public record Certificate(String owner, Instant notAfter) {}
}
