package io.weft.spec;

import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.FabricVersion;
import io.weft.model.Images;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.OrderingNode;
import io.weft.model.Organization;
import io.weft.model.Peer;
import io.weft.model.User;
import io.weft.model.Workload;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Checks what the network as a whole and each organization by itself mean. Channels have checks of their own. */
final class NetworkCheck {
    private static final Set<String> KNOWN_LINES = Set.of("2.5", "3.0", "3.1");
    private static final Duration LONGEST_VALIDITY = Duration.ofDays(100 * 365);
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(passw(or)?d|secret|token|private_?key|credential).*");

    private final Draft draft;
    private final Network network;
    private final Problems problems;

    private NetworkCheck(Draft draft, Problems problems) {
        this.draft = draft;
        this.network = draft.network();
        this.problems = problems;
    }

    static void check(Draft draft, Problems problems) {
        NetworkCheck check = new NetworkCheck(draft, problems);
        check.version();
        check.images();
        check.validity();
        check.organizationNames();
        draft.network().organizations().forEach(check::organization);
        check.privateKeys(draft.document());
        for (Channel channel : draft.network().channels()) {
            ChannelCheck.check(channel, draft, problems);
            channel.chaincodes().forEach(check::chaincode);
        }
        check.unique(
                draft.network().channels(),
                Channel::name,
                "channel",
                "Rename one of them, or make one channel of the two.");
        if (!problems.hasErrors()) {
            check.collisions();
        }
    }

    private YamlNode fabric(String... steps) {
        List<Object> all = new ArrayList<>(List.of("fabric"));
        all.addAll(List.of(steps));
        return draft.at(draft.document(), all.toArray());
    }

    private void version() {
        YamlNode node = fabric("version");
        if (!(node instanceof YamlScalar) || problems.isBroken(node)) {
            return;
        }
        FabricVersion version = network.fabric().version();
        if (!version.isAtLeast(2, 5)) {
            problems.error(
                    node,
                    "Fabric `" + version
                            + "` is not supported, expected 2.5.0 or newer: older nodes need a system channel"
                            + " or cannot purge private data.",
                    "Write for example `2.5.16` or `3.1.5`.");
        } else if (!KNOWN_LINES.contains(version.major() + "." + version.minor())) {
            problems.warning(
                    node,
                    "Fabric `" + version
                            + "` is unknown to this version of weft, which was written for 2.5, 3.0 and 3.1.",
                    "Check that the version exists, or look for a newer weft.");
        }
    }

    private void images() {
        Images images = network.fabric().images();
        Map<String, String> references = new LinkedHashMap<>();
        references.put("peer", images.peer());
        references.put("orderer", images.orderer());
        references.put("ca", images.ca());
        references.put("couchdb", images.couchdb());
        references.forEach((key, reference) -> {
            YamlNode node = fabric("images", key);
            if (node instanceof YamlScalar) {
                image(node, reference, problems);
            }
        });
        YamlNode registry = fabric("images", "registry");
        if (registry instanceof YamlScalar scalar && !problems.isBroken(registry)) {
            ImageReference.mistake(scalar.text() + "/fabric:1")
                    .ifPresent(
                            mistake -> problems.error(
                                    registry,
                                    "The registry `" + YamlNode.shorten(scalar.text()) + "` " + mistake + ".",
                                    "Write a host, an optional port and a lower-case path, for example `registry.example.com:5000/mirror`."));
        }
    }

    static void image(YamlNode node, String reference, Problems problems) {
        if (problems.isBroken(node) || reference.isEmpty()) {
            return;
        }
        ImageReference.mistake(reference)
                .ifPresent(mistake -> problems.error(
                        node,
                        "The image `" + YamlNode.shorten(reference) + "` " + mistake + ".",
                        "Write registry, repository and a fixed tag or digest, for example `ghcr.io/acme/asset:1.0`."));
    }

    private void validity() {
        Map<String, Duration> validities = new LinkedHashMap<>();
        validities.put("ca", network.validity().ca());
        validities.put("node", network.validity().node());
        validities.put("user", network.validity().user());
        validities.forEach((key, duration) -> {
            YamlNode node = draft.at(draft.document(), "validity", key);
            if (!(node instanceof YamlScalar) || problems.isBroken(node)) {
                return;
            }
            if (duration.toMinutes() < 1 || duration.compareTo(LONGEST_VALIDITY) > 0) {
                problems.error(
                        node,
                        "A validity of `" + Durations.format(duration)
                                + "` is outside the range of 1 minute to 100 years.",
                        "Write for example `1y`.");
            }
        });
        validities.forEach((key, duration) -> {
            YamlNode node = draft.at(draft.document(), "validity", key);
            Duration ca = network.validity().ca();
            if (duration.compareTo(ca) > 0 && !problems.isBroken(node)) {
                problems.error(
                        node,
                        "A certificate for `" + key + "` would last `" + Durations.format(duration)
                                + "` and outlive its certificate authority, which lasts `" + Durations.format(ca)
                                + "`.",
                        "Shorten `validity." + key + "`, or lengthen `validity.ca`.");
            }
        });
    }

    private void organizationNames() {
        unique(
                network.organizations(),
                Organization::name,
                "organization",
                "Rename one of them, or make one organization of the two.");
        Map<String, Organization> byMspId = new HashMap<>();
        Set<String> names = new LinkedHashSet<>();
        for (Organization organization : network.organizations()) {
            YamlNode node = draft.at(organization, draft.says(organization, "mspId") ? "mspId" : "name");
            if (organization.name().isEmpty() || !names.add(organization.name()) || problems.isBroken(node)) {
                continue;
            }
            Organization first = byMspId.putIfAbsent(organization.mspId().value(), organization);
            if (first != null) {
                problems.error(
                        node,
                        "The organizations `" + YamlNode.shorten(first.name()) + "` and `"
                                + YamlNode.shorten(organization.name()) + "` both have the MSP ID `"
                                + organization.mspId()
                                + "`" + (draft.says(organization, "mspId") ? "." : ", which follows from the name."),
                        "Give one of them another `mspId`.");
            }
        }
    }

    private void organization(Organization organization) {
        YamlNode source = draft.at(organization);
        if (organization.orderingNodes().isEmpty() && organization.peers().isEmpty() && !problems.isDisturbed(source)) {
            problems.warning(
                    source,
                    "The organization `" + organization.name() + "` has neither ordering nodes nor peers, only a"
                            + " certificate authority.",
                    "Give it `peers: 1` or `orderers: 1`, or remove it.");
        }
        Map<String, String> kinds = new HashMap<>();
        for (OrderingNode node : organization.orderingNodes()) {
            nodeName(organization, node, node.name(), "an ordering node", kinds);
            workload(draft.at(node), node.workload());
        }
        for (Peer peer : organization.peers()) {
            nodeName(organization, peer, peer.name(), "a peer", kinds);
            workload(draft.at(peer), peer.workload());
        }
        workload(draft.at(organization, "ca"), organization.ca());
        Set<String> users = new LinkedHashSet<>();
        for (User user : organization.users()) {
            YamlNode node = draft.at(user, "name");
            if (user.name().equals(Organization.ADMIN)) {
                problems.error(
                        node,
                        "The user name `admin` is reserved: every organization has an admin of that name.",
                        "Choose another name; nothing need be said to get the admin.");
            } else if (!user.name().isEmpty() && !users.add(user.name())) {
                problems.error(
                        node,
                        "The organization `" + YamlNode.shorten(organization.name()) + "` has two users `"
                                + YamlNode.shorten(user.name()) + "`.",
                        "Rename one of them.");
            }
        }
    }

    private void nodeName(Organization organization, Object node, String name, String kind, Map<String, String> kinds) {
        if (name.isEmpty()) {
            return;
        }
        YamlNode place = draft.at(node, "name");
        if (name.equals("ca")) {
            problems.error(
                    place,
                    "The node name `ca` is reserved for the organization's certificate authority.",
                    "Choose another name, for example `peer0`.");
        }
        String other = kinds.putIfAbsent(name, kind);
        if (other != null) {
            problems.error(
                    place,
                    "The organization `" + YamlNode.shorten(organization.name()) + "` has two nodes `"
                            + YamlNode.shorten(name) + "`: " + other + " and " + kind + ".",
                    "Rename one of them; ordering nodes and peers share one set of names.");
        }
    }

    private void workload(YamlNode source, Workload workload) {
        if (!(source instanceof YamlMapping)) {
            return;
        }
        atLeastOneMi(draft.at(source, "storage"), workload.storage(), "The volume");
        resources(source, workload);
    }

    private void resources(YamlNode source, Workload workload) {
        for (String kind : List.of("requests", "limits")) {
            Map<String, String> amounts = kind.equals("requests")
                    ? workload.resources().requests()
                    : workload.resources().limits();
            amounts.forEach((key, amount) -> {
                YamlNode node = draft.at(source, "resources", kind, key);
                if (Quantity.parse(amount).isEmpty() && node instanceof YamlScalar && !problems.isBroken(node)) {
                    problems.error(
                            node,
                            "Found `" + YamlNode.shorten(amount) + "`, expected a Kubernetes quantity.",
                            "Write for example `50m` of CPU or `128Mi` of memory.");
                } else if (!key.equals("cpu")) {
                    atLeastOneMi(node, amount, "`" + key + "`");
                }
            });
        }
        workload.resources().requests().forEach((key, request) -> {
            Optional<BigDecimal> limit =
                    Optional.ofNullable(workload.resources().limits().get(key)).flatMap(Quantity::parse);
            Optional<BigDecimal> wanted = Quantity.parse(request);
            YamlNode node = draft.at(source, "resources", "requests", key);
            if (limit.isPresent()
                    && wanted.isPresent()
                    && wanted.orElseThrow().compareTo(limit.orElseThrow()) > 0
                    && !problems.isBroken(node)) {
                problems.error(
                        node,
                        "The request for `" + key + "`, `" + request + "`, is above its limit, `"
                                + workload.resources().limits().get(key) + "`.",
                        "Raise the limit or lower the request.");
            }
        });
    }

    private void atLeastOneMi(YamlNode node, String amount, String what) {
        Optional<BigDecimal> bytes = Quantity.parse(amount);
        boolean given = node instanceof YamlScalar && !problems.isBroken(node);
        if (given && bytes.isPresent() && bytes.orElseThrow().compareTo(Quantity.MI) < 0) {
            problems.error(
                    node,
                    what + " would have `" + YamlNode.shorten(amount) + "`, which is less than 1 MiB; the unit is"
                            + " probably missing or wrong.",
                    "Write an amount with a unit, for example `128Mi` or `10Gi`.");
        }
    }

    private void chaincode(Chaincode chaincode) {
        resources(draft.at(chaincode), chaincode.workload());
        chaincode.environment().keySet().stream()
                .filter(name -> SECRET_NAME
                        .matcher(name.substring(0, Math.min(name.length(), 200)))
                        .matches())
                .forEach(name -> problems.warning(
                        draft.at(chaincode, "environment", name),
                        "The variable `" + YamlNode.shorten(name)
                                + "` looks like a secret; what is written here is stored"
                                + " in the clear with the release.",
                        "Put the value into a Secret and refer to it through `values`."));
    }

    /** No key belongs in a spec, and none is repeated in a message. */
    private void privateKeys(YamlNode node) {
        if (node instanceof YamlMapping mapping) {
            mapping.entries().values().forEach(entry -> privateKeys(entry.value()));
        } else if (node instanceof YamlSequence sequence) {
            sequence.items().forEach(this::privateKeys);
        } else if (node instanceof YamlScalar scalar && scalar.text().contains(YamlScalar.PRIVATE_KEY)) {
            problems.error(
                    node,
                    "There is a private key here; a spec must not hold secrets.",
                    "Remove it, consider the key as known to others, and put a new one into a Kubernetes Secret.");
        }
    }

    private <T> void unique(List<T> parts, Function<T, String> name, String kind, String remedy) {
        Map<String, YamlNode> seen = new HashMap<>();
        for (T part : parts) {
            YamlNode node = draft.at(part, "name");
            YamlNode first = name.apply(part).isEmpty() ? null : seen.putIfAbsent(name.apply(part), node);
            if (first != null) {
                problems.error(
                        node,
                        "There are two " + kind + "s `" + YamlNode.shorten(name.apply(part))
                                + "`; the first is in line " + first.line() + ".",
                        remedy);
            }
        }
    }

    private void collisions() {
        Map<String, YamlNode> places = new LinkedHashMap<>();
        for (Organization organization : network.organizations()) {
            String prefix = "`" + organization.name();
            organization.users().forEach(u -> places.put("user " + prefix + "/" + u.name() + "`", draft.at(u, "name")));
            organization
                    .orderingNodes()
                    .forEach(n -> places.put("node " + prefix + "/" + n.name() + "`", draft.at(n, "name")));
            organization.peers().forEach(p -> places.put("node " + prefix + "/" + p.name() + "`", draft.at(p, "name")));
            places.put(prefix + "`", draft.at(organization, "name"));
        }
        new Names(network).collisions().forEach((name, claimants) -> {
            YamlNode place = draft.at(draft.document(), "organizations");
            for (String claimant : claimants) {
                place = places.entrySet().stream()
                        .filter(e -> claimant.endsWith(e.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(place);
            }
            int slash = name.indexOf('/');
            problems.error(
                    place,
                    "The Kubernetes name `" + name.substring(slash + 1) + "` in namespace `" + name.substring(0, slash)
                            + "` would belong to " + String.join(" and to ", claimants) + ".",
                    "Rename one of them, or give their organizations different namespaces.");
        });
    }

    /** The word in the plural, if there is not exactly one. */
    static String count(long number, String noun) {
        return String.format(Locale.ROOT, "%d %s%s", number, noun, number == 1 ? "" : "s");
    }
}
