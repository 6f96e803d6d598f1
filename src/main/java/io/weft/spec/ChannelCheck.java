package io.weft.spec;

import io.weft.model.Batch;
import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Collection;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.GoDuration;
import io.weft.model.Member;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Ordering;
import io.weft.model.OrderingNode;
import io.weft.model.Organization;
import io.weft.model.Peer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks what one channel means: who orders, who takes part, and what its chaincodes ask for. */
final class ChannelCheck {
    private static final Set<String> RESERVED_CHAINCODES = Set.of("cscc", "escc", "lscc", "qscc", "vscc");
    private static final int ADVISED_MESSAGE_BYTES = 49 << 20;
    private static final int LARGEST_MESSAGE_BYTES = 99 << 20;

    private final Channel channel;
    private final Ordering ordering;
    private final Draft draft;
    private final Network network;
    private final Problems problems;
    private final Map<String, Organization> organizations = new LinkedHashMap<>();

    private ChannelCheck(Channel channel, Draft draft, Problems problems) {
        this.channel = channel;
        this.ordering = channel.ordering();
        this.draft = draft;
        this.network = draft.network();
        this.problems = problems;
        network.organizations().forEach(o -> organizations.putIfAbsent(o.name(), o));
        organizations.remove("");
    }

    static void check(Channel channel, Draft draft, Problems problems) {
        ChannelCheck check = new ChannelCheck(channel, draft, problems);
        check.orderingOrganizations();
        check.consenters();
        check.consensus();
        check.batch();
        check.options();
        check.members();
        PolicyCheck policies = new PolicyCheck(channel, draft, problems, check.mspIdsAreKnown());
        policies.channelPolicies();
        policies.acls();
        Map<String, YamlNode> names = new HashMap<>();
        for (Chaincode chaincode : channel.chaincodes()) {
            check.chaincode(chaincode, names, policies);
        }
    }

    private void orderingOrganizations() {
        YamlNode given = draft.at(ordering, "organizations");
        if (!(given instanceof YamlSequence)) {
            if (ordering.organizations().isEmpty() && !problems.isDisturbed(organizationsNode())) {
                problems.error(
                        draft.at(channel, "name"),
                        "No organization has ordering nodes, so nobody can order the channel `"
                                + YamlNode.shorten(channel.name()) + "`.",
                        "Give an organization `orderers: 1` or more.");
            }
            return;
        }
        for (int i = 0; i < ordering.organizations().size(); i++) {
            String name = ordering.organizations().get(i);
            YamlNode node = draft.at(ordering, "organizations", i);
            Organization organization = known(node, name);
            if (organization != null
                    && organization.orderingNodes().isEmpty()
                    && !problems.isDisturbed(draft.at(organization))) {
                problems.error(
                        node,
                        "The organization `" + name + "` has no ordering nodes, so it cannot order the channel `"
                                + YamlNode.shorten(channel.name()) + "`.",
                        "Give it `orderers: 1` or more, or remove it from the list.");
            }
        }
    }

    private YamlNode organizationsNode() {
        return draft.at(draft.document(), "organizations");
    }

    /** The organization of that name, or null after a problem was reported. */
    private Organization known(YamlNode node, String name) {
        Organization organization = organizations.get(name);
        boolean allNamed = organizationsNode() instanceof YamlSequence
                && network.organizations().stream().noneMatch(o -> o.name().isEmpty());
        if (organization == null && allNamed && !problems.isBroken(node)) {
            problems.error(
                    node,
                    "There is no organization `" + YamlNode.shorten(name) + "`; there are "
                            + Suggestion.list(organizations.keySet(), "and") + ".",
                    network.organizations().stream()
                            .filter(o -> o.mspId().value().equals(name))
                            .findFirst()
                            .map(o -> "Write the organization's name, `" + o.name() + "`, instead of its MSP ID.")
                            .orElseGet(() -> Suggestion.orElse(
                                    name, organizations.keySet(), "add it to `organizations`, or remove it here.")));
        }
        return organization;
    }

    private void consenters() {
        if (!(draft.at(ordering, "consenters") instanceof YamlSequence)) {
            return;
        }
        for (int i = 0; i < ordering.consenters().size(); i++) {
            NodeRef consenter = ordering.consenters().get(i);
            YamlNode node = draft.at(ordering, "consenters", i);
            if (problems.isBroken(node)) {
                continue;
            }
            Organization organization = known(node, consenter.organization());
            if (organization == null) {
                continue;
            }
            String shown = YamlNode.shorten(consenter.toString());
            List<String> nodes = organization.orderingNodes().stream()
                    .map(OrderingNode::name)
                    .toList();
            if (!nodes.contains(consenter.node())) {
                if (!problems.isDisturbed(draft.at(organization))) {
                    boolean peer =
                            organization.peers().stream().anyMatch(p -> p.name().equals(consenter.node()));
                    problems.error(
                            node,
                            peer
                                    ? "`" + shown + "` is a peer, expected an ordering node."
                                    : "`" + shown + "` is not an ordering node; `" + organization.name() + "` has "
                                            + Suggestion.list(nodes, "and") + ".",
                            Suggestion.orElse(
                                    consenter.node(),
                                    nodes,
                                    "declare it under the organization's `orderers`, or remove it from the consenters."));
                }
            } else if (!ordering.organizations().contains(consenter.organization())) {
                problems.error(
                        node,
                        "The consenter `" + shown + "` belongs to `" + consenter.organization()
                                + "`, which is not among the channel's ordering organizations "
                                + Suggestion.list(ordering.organizations(), "and") + ".",
                        "Add `" + consenter.organization() + "` to `ordering.organizations`, or remove the consenter.");
            }
        }
    }

    private void consensus() {
        FabricVersion version = network.fabric().version();
        YamlNode versionNode = draft.at(draft.document(), "fabric", "version");
        boolean versionKnown = versionNode instanceof YamlScalar && !problems.isBroken(versionNode);
        boolean bft = ordering.type() == ConsensusType.BFT;
        boolean v3 = channel.capabilities().channel().equals("V3_0");
        YamlNode type = draft.at(ordering, "type");
        YamlNode capability = draft.at(channel, "capabilities", "channel");
        if (bft && versionKnown && !version.isAtLeast(3, 0)) {
            problems.error(
                    type,
                    "The consensus `bft` needs Fabric 3.0 or newer, but `fabric.version` is `" + version + "`.",
                    "Write `type: raft`, or a version such as `3.1.5`.");
        } else if (v3 && versionKnown && !version.isAtLeast(3, 0)) {
            problems.error(
                    capability,
                    "The capability `V3_0` needs Fabric 3.0 or newer on every node, but `fabric.version` is `" + version
                            + "`: its nodes would stop at the channel's first block.",
                    "Write `channel: V2_0`, or a version such as `3.1.5`.");
        }
        if (bft && !v3 && !problems.isBroken(capability)) {
            problems.error(
                    capability,
                    "The consensus `bft` needs the channel capability `V3_0`, found `"
                            + channel.capabilities().channel() + "`.",
                    "Remove the capability, which defaults to `V3_0` with bft, or write `type: raft`.");
        }
        int count = ordering.consenters().size();
        boolean countKnown = count > 0
                && !isDisturbed(ordering, "consenters")
                && !isDisturbed(ordering, "organizations")
                && !problems.isDisturbed(organizationsNode());
        boolean listed = draft.at(ordering, "consenters") instanceof YamlSequence;
        YamlNode place = listed ? draft.at(ordering, "consenters") : draft.at(ordering, "type");
        if (!countKnown) {
            return;
        }
        if (bft && count < 4) {
            problems.error(
                    place,
                    "The consensus `bft` needs at least 4 ordering nodes to tolerate a faulty one; the channel `"
                            + YamlNode.shorten(channel.name()) + "` has " + count + ".",
                    "Add ordering nodes, or write `type: raft`.");
        } else if (bft && (count - 1) % 3 != 0) {
            problems.warning(
                    place,
                    "With bft " + count + " ordering nodes tolerate "
                            + NetworkCheck.count((count - 1) / 3, "faulty one") + ", as many as "
                            + ((count - 1) / 3 * 3 + 1) + " do.",
                    "Use 4, 7 or 10 ordering nodes (3f+1).");
        } else if (!bft && count % 2 == 0) {
            problems.warning(
                    place,
                    "With raft " + count + " ordering nodes survive the loss of " + (count / 2 - 1) + ", as "
                            + (count == 2 ? "1 does." : (count - 1) + " do."),
                    "Use an odd number of ordering nodes: " + (count - 1) + " or " + (count + 1) + ".");
        }
    }

    private void batch() {
        Batch batch = ordering.batch();
        if (batch.timeout().isZero()) {
            problems.error(
                    draft.at(ordering, "batch", "timeout"),
                    "The batch timeout is zero; expected a positive duration.",
                    "Write for example `2s`.");
        }
        YamlNode preferred = draft.at(ordering, "batch", "preferredMaxBytes");
        YamlNode absolute = draft.at(ordering, "batch", "absoluteMaxBytes");
        boolean preferredFits = fits(preferred);
        if (!fits(absolute) || !preferredFits) {
            return;
        }
        if (batch.preferredMaxBytes() > batch.absoluteMaxBytes()) {
            problems.error(
                    draft.says(ordering, "batch") ? preferred : draft.at(ordering),
                    "`preferredMaxBytes` is " + batch.preferredMaxBytes() + " and so more than `absoluteMaxBytes`, "
                            + batch.absoluteMaxBytes() + ".",
                    "Lower the first or raise the second.");
        }
        if (batch.absoluteMaxBytes() > LARGEST_MESSAGE_BYTES) {
            problems.error(
                    absolute,
                    "`absoluteMaxBytes` is " + batch.absoluteMaxBytes()
                            + ", but nodes take messages of less than 100 MiB.",
                    "Write `10Mi`, or at most `49Mi`.");
        } else if (batch.absoluteMaxBytes() > ADVISED_MESSAGE_BYTES) {
            problems.warning(
                    absolute,
                    "`absoluteMaxBytes` is " + batch.absoluteMaxBytes()
                            + "; ordering nodes send up to twice as much in one message, and take less than 100 MiB.",
                    "Write at most `49Mi`.");
        }
    }

    /** Whether a number of bytes fits Fabric's 31 bits, which the schema cannot say of one with a unit. */
    private boolean fits(YamlNode node) {
        if (node instanceof YamlScalar scalar
                && !problems.isBroken(node)
                && SpecReader.bytes(scalar).isEmpty()) {
            problems.error(
                    node,
                    "Found `" + YamlNode.shorten(scalar.text()) + "`, expected at most 2147483647 bytes.",
                    "Write for example `10Mi`.");
            return false;
        }
        return true;
    }

    private void options() {
        if (!(draft.at(ordering, "options") instanceof YamlMapping options)) {
            return;
        }
        ConsensusType type = ordering.type();
        for (Map.Entry<String, YamlMapping.Entry> entry : options.entries().entrySet()) {
            Optional<OrderingOption> option = OrderingOption.named(entry.getKey());
            if (option.isEmpty()) {
                continue;
            }
            YamlNode value = entry.getValue().value();
            if (option.orElseThrow().type() != type) {
                problems.error(
                        entry.getValue().key(),
                        "The option `" + entry.getKey() + "` belongs to `"
                                + option.orElseThrow().type()
                                + "`, but the channel uses `" + type + "`; its options are "
                                + Suggestion.list(OrderingOption.names(type), "and") + ".",
                        "Remove it, or change `type`.");
            } else if (option.orElseThrow().bytes()) {
                fits(value);
            } else if (value instanceof YamlScalar scalar
                    && !problems.isBroken(value)
                    && option.orElseThrow().fallback() instanceof Duration
                    && Durations.parse(scalar.text()).filter(Duration::isZero).isPresent()) {
                problems.error(value, "The duration is zero; expected a positive one.", "Write for example `500ms`.");
            }
        }
        if (type == ConsensusType.RAFT) {
            ascending("heartbeatTick", "electionTick", true);
        } else {
            ascending("requestForwardTimeout", "requestComplainTimeout", false);
            ascending("requestComplainTimeout", "requestAutoRemoveTimeout", false);
            ascending("viewChangeResendInterval", "viewChangeTimeout", false);
        }
    }

    private void ascending(String small, String large, boolean strictly) {
        long first = comparable(small);
        long second = comparable(large);
        if (first > second || (strictly && first == second)) {
            YamlNode options = draft.at(ordering, "options");
            YamlNode place =
                    draft.at(options, ((YamlMapping) options).get(large).isPresent() ? large : small);
            if (problems.isBroken(draft.at(options, large)) || problems.isBroken(draft.at(options, small))) {
                return;
            }
            problems.error(
                    place,
                    "`" + large + "` is `" + option(large) + "`, expected " + (strictly ? "more than" : "at least")
                            + " `" + small + "`, which is `" + option(small) + "`.",
                    "Raise `" + large + "` or lower `" + small + "`.");
        }
    }

    private Object option(String name) {
        return Objects.requireNonNullElseGet(
                ordering.options().get(name),
                () -> OrderingOption.named(name).orElseThrow().modelDefault());
    }

    private long comparable(String name) {
        Object value = option(name);
        return value instanceof Integer number
                ? number
                : GoDuration.parse(value.toString()).toMillis();
    }

    private void members() {
        Map<String, YamlNode> seen = new HashMap<>();
        for (Member member : channel.members()) {
            YamlNode source = draft.at(member);
            YamlNode node = draft.at(member, "organization");
            Organization organization = known(node, member.organization());
            if (organization == null) {
                continue;
            }
            YamlNode first = seen.putIfAbsent(member.organization(), node);
            if (first != null) {
                problems.error(
                        node,
                        "`" + member.organization() + "` is a member twice; the first time in line " + first.line()
                                + ".",
                        "Remove one.");
                continue;
            }
            List<String> peers = organization.peers().stream().map(Peer::name).toList();
            boolean disturbed = problems.isDisturbed(draft.at(organization)) || problems.isDisturbed(source);
            if (peers.isEmpty()) {
                if (!disturbed) {
                    problems.error(
                            node,
                            "The member `" + member.organization()
                                    + "` has no peers, so it can neither hold the ledger of `"
                                    + YamlNode.shorten(channel.name()) + "` nor approve a chaincode.",
                            "Give it `peers: 1` or more, or remove it from the members.");
                }
                continue;
            }
            if (disturbed || !(source instanceof YamlMapping)) {
                continue;
            }
            existing(member, "peers", member.peers(), peers, "a peer of `" + member.organization() + "`");
            if (draft.says(member, "anchorPeers")) {
                existing(
                        member,
                        "anchorPeers",
                        member.anchorPeers(),
                        member.peers(),
                        "a peer of `" + member.organization() + "` that joins the channel");
            }
        }
    }

    private void existing(Member member, String key, List<String> names, List<String> known, String what) {
        for (int i = 0; i < names.size(); i++) {
            if (!known.contains(names.get(i))) {
                problems.error(
                        draft.at(member, key, i),
                        "`" + YamlNode.shorten(names.get(i)) + "` is not " + what + "; those are "
                                + Suggestion.list(known, "and") + ".",
                        Suggestion.orElse(names.get(i), known, "remove it."));
            }
        }
    }

    private boolean isDisturbed(Object part, String key) {
        return draft.says(part, key) && problems.isDisturbed(draft.at(part, key));
    }

    /** Whether policies can be judged: a mistake among the organizations' names or the members would show in each. */
    private boolean mspIdsAreKnown() {
        return organizationsNode() instanceof YamlSequence
                && network.organizations().stream()
                        .noneMatch(o -> o.name().isEmpty() || problems.isBroken(draft.at(o, "mspId")))
                && !isDisturbed(channel, "members")
                && !problems.isBroken(draft.at(channel))
                && !isDisturbed(ordering, "organizations");
    }

    private void local(Chaincode chaincode) {
        if (!draft.says(chaincode, "local")
                || !(draft.at(chaincode, "local") instanceof YamlMapping local)
                || problems.isBroken(local)) {
            return;
        }
        List<String> forms = Stream.of("class", "command", "address")
                .filter(key -> local.get(key).isPresent())
                .toList();
        if (forms.size() != 1) {
            problems.error(
                    local,
                    forms.isEmpty()
                            ? "The local form of the chaincode says neither `class` nor `command` nor `address`."
                            : "The local form of the chaincode says " + Suggestion.list(Set.copyOf(forms), "and")
                                    + "; it can be only one.",
                    "Keep exactly one of `class`, `command` and `address`.");
        } else if (local.get("jar").isPresent() && !forms.contains("class")) {
            problems.error(
                    local.get("jar").orElseThrow(),
                    "The local form of the chaincode names a jar, but no class in it.",
                    "Add `class:`, or remove `jar`.");
        } else if (local.get("address").orElse(null) instanceof YamlScalar address
                && SpecReader.address(address.text()).isEmpty()) {
            problems.error(
                    address,
                    "Found `" + YamlNode.shorten(address.text()) + "`, expected an address `host:port`.",
                    "Write for example `127.0.0.1:9999`.");
        }
    }

    private void chaincode(Chaincode chaincode, Map<String, YamlNode> names, PolicyCheck policies) {
        YamlNode name = draft.at(chaincode, "name");
        YamlNode first = chaincode.name().isEmpty() ? null : names.putIfAbsent(chaincode.name(), name);
        if (first != null) {
            problems.error(
                    name,
                    "The channel `" + YamlNode.shorten(channel.name()) + "` has two chaincodes `"
                            + YamlNode.shorten(chaincode.name()) + "`; the first is in line " + first.line() + ".",
                    "Rename one of them, or remove it.");
        }
        if (RESERVED_CHAINCODES.contains(chaincode.name())) {
            problems.error(
                    name,
                    "The chaincode name `" + chaincode.name() + "` is reserved for a part of Fabric itself.",
                    "Choose another name.");
        }
        local(chaincode);
        if (draft.says(chaincode, "image")) {
            NetworkCheck.image(draft.at(chaincode, "image"), chaincode.image(), problems);
        }
        chaincodeOrganizations(chaincode);
        policies.endorsement(chaincode);
        Set<String> collections = new HashSet<>();
        for (Collection collection : chaincode.collections()) {
            if (!collection.name().isEmpty() && !collections.add(collection.name())) {
                problems.error(
                        draft.at(collection, "name"),
                        "The chaincode `" + YamlNode.shorten(chaincode.name()) + "` has two collections `"
                                + YamlNode.shorten(collection.name()) + "`.",
                        "Rename one of them, or remove it.");
            }
            policies.collection(chaincode, collection);
        }
    }

    private void chaincodeOrganizations(Chaincode chaincode) {
        if (!(draft.at(chaincode, "organizations") instanceof YamlSequence)) {
            return;
        }
        List<String> members =
                channel.members().stream().map(Member::organization).toList();
        for (int i = 0; i < chaincode.organizations().size(); i++) {
            String name = chaincode.organizations().get(i);
            YamlNode node = draft.at(chaincode, "organizations", i);
            if (known(node, name) != null && !members.contains(name)) {
                problems.error(
                        node,
                        "`" + name + "` is no member of the channel `" + YamlNode.shorten(channel.name())
                                + "`, so it cannot run its chaincode; members are " + Suggestion.list(members, "and")
                                + ".",
                        "Add it to the channel's members, or remove it here.");
            }
        }
    }
}
