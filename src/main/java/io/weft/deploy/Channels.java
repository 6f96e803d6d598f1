package io.weft.deploy;

import io.weft.channel.ChannelConfiguration;
import io.weft.channel.ChannelParticipation;
import io.weft.channel.ChannelStatus;
import io.weft.channel.ConsenterCertificates;
import io.weft.channel.GenesisBlock;
import io.weft.channel.JoinOutcome;
import io.weft.channel.PeerChannels;
import io.weft.model.Channel;
import io.weft.model.ConsensusType;
import io.weft.model.Member;
import io.weft.model.NodeRef;
import io.weft.model.Ordering;
import io.weft.model.Organization;
import io.weft.msp.OrganizationMsp;
import io.weft.pki.Certificate;
import io.weft.plan.Finding;
import io.weft.plan.Holder.OrderingNodeHolder;
import io.weft.plan.Planner;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.platform.Item;
import io.weft.platform.Items;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The channels of a network: block 0 of each, made once and kept, and the nodes that joined. "Joined
 * already" counts only when the node has the same block 0.
 */
final class Channels {
    /** How long one question to a node may take. */
    static final Duration QUESTION = Duration.ofSeconds(10);

    private static final Duration LATECOMERS = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final String UNCHANGEABLE = "weft does not change the configuration of a running channel. Take the"
            + " change back, or run `weft reset`, which makes the channel anew and loses its ledger.";
    private static final String CHANNEL = "weft.io/channel";
    /** How long the first consenters wait for the last. */
    private static final Duration OTHERS = Duration.ofSeconds(5);

    private static final String BLOCK = "block";
    private static final String HASH = "hash";
    private static final int NONCE_BYTES = 24;

    private final Surroundings surroundings;
    private final NetworkRecord record;
    private final Keys keys;
    private final Releases releases;
    private final Connections connections;
    private final Items records;
    private final Map<String, GenesisBlock> blocks = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> definitions = new ConcurrentHashMap<>();

    Channels(Surroundings surroundings, NetworkRecord record, Keys keys, Releases releases, Connections connections) {
        this.surroundings = surroundings;
        this.record = record;
        this.keys = keys;
        this.releases = releases;
        this.connections = connections;
        this.records = surroundings.platform().records();
    }

    private Channel channel(String name) {
        return surroundings.network().channel(name);
    }

    /** Reads block 0 of a channel, if it was made. */
    void read(String channel) {
        records.find(surroundings.network().namespace(), surroundings.names().channelRecord(channel))
                .ifPresent(item -> remember(channel, item));
    }

    private void remember(String channel, Item item) {
        record.requireOwn(records.kind(), item);
        byte[] bytes = item.bytes().get(BLOCK);
        if (bytes == null) {
            throw new ConflictException(records.kind() + " `" + item.path() + "` should hold block 0 of channel `"
                    + channel + "`, but has no entry `" + BLOCK + "`. Put it back from a backup, or run `weft reset`.");
        }
        Map<String, String> definition = new LinkedHashMap<>(item.texts());
        definition.remove(HASH);
        definitions.put(channel, definition);
        blocks.put(channel, GenesisBlock.parse(bytes));
    }

    Finding examineGenesis(String channel) {
        if (!blocks.containsKey(channel)) {
            return Finding.ABSENT;
        }
        List<String> differences = differences(channel);
        if (differences.isEmpty()) {
            return Finding.DONE;
        }
        List<String> details = new ArrayList<>(differences);
        details.add(UNCHANGEABLE);
        return Finding.fixed(details);
    }

    /** Channels of this network that its spec does not name, for example {@code channel trading}. */
    List<String> leftovers() {
        return records.list(surroundings.network().namespace(), record.labels()).stream()
                .map(item -> item.notes().getOrDefault(CHANNEL, ""))
                .filter(name -> !name.isEmpty())
                .filter(name -> surroundings.network().channels().stream()
                        .noneMatch(channel -> channel.name().equals(name)))
                .sorted()
                .map(name -> "channel " + name)
                .toList();
    }

    private List<String> differences(String channel) {
        Map<String, String> made = definitions.get(channel);
        return ChannelDefinition.of(channel(channel)).entrySet().stream()
                .filter(entry -> !entry.getValue().equals(made.get(entry.getKey())))
                .map(entry -> "`" + entry.getKey() + "` is `"
                        + ChannelDefinition.shown(entry.getKey(), made.getOrDefault(entry.getKey(), "(none)"))
                        + "` on the channel and `" + ChannelDefinition.shown(entry.getKey(), entry.getValue())
                        + "` in the spec.")
                .toList();
    }

    boolean createGenesis(String channel) {
        read(channel);
        if (blocks.containsKey(channel)) {
            List<String> differences = differences(channel);
            if (!differences.isEmpty()) {
                throw new RejectedException("Channel `" + channel + "` exists with another configuration:\n  "
                        + String.join("\n  ", differences)
                        + "\n" + UNCHANGEABLE);
            }
            return false;
        }
        byte[] nonce = new byte[NONCE_BYTES];
        surroundings.random().nextBytes(nonce);
        GenesisBlock block = GenesisBlock.create(
                channel,
                ChannelConfiguration.of(
                        surroundings.network(),
                        channel(channel),
                        msps(channel(channel)),
                        consenters(channel(channel)),
                        surroundings.platform().addresses()::node),
                nonce,
                surroundings.clock().instant());
        Map<String, String> data = new LinkedHashMap<>(ChannelDefinition.of(channel(channel)));
        data.put(HASH, block.hash());
        var creation = records.createIfAbsent(new Item(
                surroundings.network().namespace(),
                surroundings.names().channelRecord(channel),
                record.labels(),
                Map.of(CHANNEL, channel, "weft.io/block-0", block.hash()),
                data,
                Map.of(BLOCK, block.bytes())));
        remember(channel, creation.value());
        return creation.created();
    }

    private Map<String, OrganizationMsp> msps(Channel channel) {
        Map<String, OrganizationMsp> result = new LinkedHashMap<>();
        channel.ordering().organizations().forEach(name -> result.put(name, msp(name)));
        channel.members().stream().map(Member::organization).forEach(name -> result.put(name, msp(name)));
        return result;
    }

    private OrganizationMsp msp(String organization) {
        return keys.authorities(organization).msp(surroundings.network().organization(organization));
    }

    private Map<NodeRef, ConsenterCertificates> consenters(Channel channel) {
        Map<NodeRef, ConsenterCertificates> result = new LinkedHashMap<>();
        for (NodeRef node : channel.ordering().consenters()) {
            Map<String, String> entries = keys.contents(new OrderingNodeHolder(node));
            result.put(
                    node,
                    new ConsenterCertificates(
                            Certificate.parse(entries.get("sign.crt")), Certificate.parse(entries.get("tls.crt"))));
        }
        return result;
    }

    /** Block 0 of a channel; it must have been made. */
    private GenesisBlock block(String channel) {
        GenesisBlock block = blocks.get(channel);
        if (block == null) {
            throw new RejectedException(
                    "Channel `" + channel + "` has no block 0 yet. Make the network with `weft up` first.");
        }
        return block;
    }

    Finding examineOrderingNode(String channel, NodeRef node) {
        if (!releases.ran(new OrderingNodeRelease(node))) {
            return Finding.unknown("The node does not run.");
        }
        try {
            Optional<ChannelStatus> status = status(channel, node);
            if (status.isEmpty()) {
                return Finding.ABSENT;
            }
            return status.get().isActiveConsenter()
                    ? Finding.DONE
                    : Finding.different(List.of("The node says: " + status.get() + "."));
        } catch (UnreachableException | TimedOutException e) {
            return Finding.unknown(e.getMessage());
        }
    }

    /** What an ordering node says of itself on a channel. */
    Optional<ChannelStatus> status(String channel, NodeRef node) {
        return connections.participation(node).channel(channel, QUESTION);
    }

    boolean joinOrderingNode(String channel, NodeRef node, Consumer<String> note) {
        ChannelParticipation participation = connections.participation(node);
        GenesisBlock block = block(channel);
        boolean inProcess = surroundings.platform().isInProcess();
        Optional<ChannelStatus> before = inProcess
                ? Optional.empty()
                : releases.ask(
                        new OrderingNodeRelease(node),
                        "ordering node `" + node + "` to answer",
                        () -> participation.channel(channel, QUESTION),
                        note);
        if (before.isEmpty() && !inProcess) {
            awaitOthers(channel, node);
        }
        Optional<ChannelStatus> after = before;
        boolean joined = false;
        if (before.isEmpty() && participation.join(block, surroundings.timeout()) instanceof JoinOutcome.Joined did) {
            joined = true;
            after = Optional.of(did.status());
        }
        if (!after.map(ChannelStatus::isActiveConsenter).orElse(false)) {
            awaitActive(channel, node, after);
        }
        if (!joined) {
            requireSameBlock(
                    "Ordering node `" + node + "`",
                    block,
                    GenesisBlock.of(connections
                            .orderer(node)
                            .block(
                                    keys.signer(node.organization(), Organization.ADMIN),
                                    channel,
                                    0,
                                    surroundings.timeout())));
        }
        return joined;
    }

    /** Has a node that runs join a channel that it does not have. */
    void found(String channel, NodeRef node) {
        if (!(connections.participation(node).join(block(channel), surroundings.timeout())
                instanceof JoinOutcome.Joined joined)) {
            throw new ConflictException("Ordering node `" + node + "` has a channel `" + channel + "` already.");
        }
        if (!joined.status().isActiveConsenter()) {
            awaitActive(channel, node, Optional.of(joined.status()));
        }
    }

    private void awaitActive(String channel, NodeRef node, Optional<ChannelStatus> last) {
        AtomicReference<String> seen =
                new AtomicReference<>(last.map(ChannelStatus::toString).orElse("nothing"));
        connections.until(
                "ordering node `" + node + "` to become an active consenter of channel `" + channel + "`",
                () -> status(channel, node).filter(status -> {
                    seen.set(status.toString());
                    return status.isActiveConsenter();
                }),
                seen::get);
    }

    /** Waits until all ordering nodes of a channel that runs are active again, and its peers have the same blocks. */
    void awaitWhole(String name) {
        Channel channel = channel(name);
        for (NodeRef node : channel.ordering().consenters()) {
            AtomicReference<String> seen = new AtomicReference<>("nothing");
            connections.until(
                    "ordering node `" + node + "` to be an active consenter of channel `" + name + "` again",
                    () -> answer(() -> status(name, node), seen).filter(ChannelStatus::isActiveConsenter),
                    seen::get);
        }
        Map<NodeRef, Long> heights = new LinkedHashMap<>();
        connections.until(
                "the peers of channel `" + name + "` to have the same blocks",
                () -> {
                    channel.members().stream()
                            .flatMap(member -> Planner.peersOf(channel, member.organization()).stream())
                            .forEach(node -> heights.put(
                                    node,
                                    answer(
                                                    () -> Optional.of(peer(node)
                                                            .chainInfo(name, QUESTION)
                                                            .height()),
                                                    new AtomicReference<>())
                                            .orElse(-1L)));
                    return heights.values().stream().distinct().count() <= 1 && !heights.containsValue(-1L)
                            ? Optional.of(true)
                            : Optional.empty();
                },
                heights::toString);
    }

    /** A node's answer; empty while it does not answer. */
    private static <T> Optional<T> answer(Supplier<Optional<T>> question, AtomicReference<String> seen) {
        try {
            Optional<T> answer = question.get();
            seen.set(String.valueOf(answer));
            return answer;
        } catch (UnreachableException | TimedOutException e) {
            seen.set(e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Gives a BFT ordering service the time to be complete before its first transaction. Its nodes send each message once:
     * what reaches a node before it has joined is lost, and when too many miss a proposal, everybody waits for a change
     * of the leader. If a node does not come, the quorum has to do.
     */
    void awaitAllConsenters(String channel, Consumer<String> note) {
        Ordering ordering = channel(channel).ordering();
        if (ordering.type() != ConsensusType.BFT) {
            return;
        }
        note.accept("waiting for every consenter");
        Deadline deadline = Deadline.after(LATECOMERS);
        List<NodeRef> missing = ordering.consenters();
        while (!missing.isEmpty() && deadline.pause(PAUSE)) {
            missing = missing.stream()
                    .filter(node -> !isActive(channel, node, deadline.remaining(QUESTION)))
                    .toList();
        }
    }

    private boolean isActive(String channel, NodeRef node, Duration timeout) {
        try {
            return connections
                    .participation(node)
                    .channel(channel, timeout)
                    .filter(ChannelStatus::isActiveConsenter)
                    .isPresent();
        } catch (UnreachableException | TimedOutException e) {
            return false;
        }
    }

    /**
     * Gives the other consenters a moment to listen: a consenter that dials another one in vain waits a second and more
     * before it dials again, and there is no leader meanwhile. Who does not come in time joins later.
     */
    private void awaitOthers(String channel, NodeRef node) {
        Deadline deadline = Deadline.after(OTHERS);
        for (NodeRef other : channel(channel).ordering().consenters()) {
            boolean answered = other.equals(node);
            while (!answered && !deadline.hasPassed()) {
                try {
                    connections.participation(other).channels(deadline.remaining(QUESTION));
                    answered = true;
                } catch (UnreachableException | TimedOutException e) {
                    deadline.pause(PAUSE);
                }
            }
        }
    }

    private void requireSameBlock(String node, GenesisBlock wanted, GenesisBlock found) {
        if (!found.isSameChannel(wanted)) {
            throw new ConflictException(node + " holds a channel `" + wanted.channel() + "` that begins with block `"
                    + found.hash() + "`; this network's begins with `" + wanted.hash()
                    + "`. Its volume is of another network. It was not touched; run `weft reset` to wipe it.");
        }
    }

    Finding examinePeer(String channel, NodeRef node) {
        if (!releases.ran(new PeerRelease(node))) {
            return Finding.unknown("The peer does not run.");
        }
        try {
            return peer(node).channels(QUESTION).contains(channel) ? Finding.DONE : Finding.ABSENT;
        } catch (UnreachableException | TimedOutException e) {
            return Finding.unknown(e.getMessage());
        }
    }

    /** A peer's channels, asked as the organization's admin. */
    PeerChannels peer(NodeRef node) {
        return new PeerChannels(connections.peer(node), keys.signer(node.organization(), Organization.ADMIN));
    }

    boolean joinPeer(String channel, NodeRef node, Consumer<String> note) {
        GenesisBlock block = block(channel);
        PeerChannels peer = peer(node);
        boolean joined = releases.ask(
                new PeerRelease(node),
                "peer `" + node + "` to answer",
                () -> peer.join(block, surroundings.timeout()),
                note);
        if (!joined) {
            requireSameBlock("Peer `" + node + "`", block, peer.genesisBlock(channel, surroundings.timeout()));
        }
        return joined;
    }
}
