package io.weft.spec;

import io.weft.model.Batch;
import io.weft.model.Capabilities;
import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Collection;
import io.weft.model.ConsensusType;
import io.weft.model.Fabric;
import io.weft.model.FabricVersion;
import io.weft.model.HostPort;
import io.weft.model.Images;
import io.weft.model.LocalChaincode;
import io.weft.model.Member;
import io.weft.model.MspId;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Ordering;
import io.weft.model.OrderingNode;
import io.weft.model.Organization;
import io.weft.model.Peer;
import io.weft.model.PlatformChoice;
import io.weft.model.Resources;
import io.weft.model.StateDatabase;
import io.weft.model.Subject;
import io.weft.model.User;
import io.weft.model.Validity;
import io.weft.model.Workload;
import io.weft.spec.YamlMapping.Entry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Makes a network of a document and fills in the defaults. Reads what it can: a value of the wrong form, which the
 * schema reports, counts as not given.
 */
final class SpecReader {
    private static final int MAX_COUNT = 100;
    private static final int MAX_ITEMS = 250;
    private static final MspId NO_MSP_ID = new MspId("MSP");

    private final YamlMapping document;
    private final Optional<String> namespaceOverride;
    private final IdentityHashMap<Object, YamlNode> sources = new IdentityHashMap<>();
    private String networkNamespace = "";

    private SpecReader(YamlMapping document, Optional<String> namespaceOverride) {
        this.document = document;
        this.namespaceOverride = namespaceOverride;
    }

    /**
     * @param namespaceOverride replaces the network's namespace, and so the default of its organizations
     */
    static Draft read(YamlMapping document, Optional<String> namespaceOverride) {
        SpecReader reader = new SpecReader(document, namespaceOverride);
        Network network = reader.network();
        return new Draft(network, document, reader.sources);
    }

    private Network network() {
        YamlMapping metadata = mapping(document, "metadata");
        String name = text(metadata, "name").orElse("");
        networkNamespace =
                namespaceOverride.or(() -> text(metadata, "namespace")).orElse(name);
        List<Organization> organizations = list(document, "organizations", this::organization);
        return new Network(
                name,
                networkNamespace,
                fabric(mapping(document, "fabric")),
                validity(mapping(document, "validity")),
                organizations,
                list(document, "channels", node -> channel(node, organizations)),
                platform(mapping(document, "platform")));
    }

    private static PlatformChoice platform(YamlMapping platform) {
        return new PlatformChoice(
                word(platform, "type", PlatformChoice.Type.values()),
                word(platform, "nodes", PlatformChoice.Nodes.values()));
    }

    private static <T> Optional<T> word(YamlMapping mapping, String key, T[] known) {
        Optional<String> text = text(mapping, key);
        return Stream.of(known)
                .filter(value -> text.equals(Optional.of(value.toString())))
                .findFirst();
    }

    private static Optional<LocalChaincode> local(YamlMapping local) {
        Optional<String> className = text(local, "class");
        if (className.isPresent()) {
            return Optional.of(new LocalChaincode.Contract(className.get(), text(local, "jar")));
        }
        Optional<List<String>> command = texts(local, "command").filter(words -> !words.isEmpty());
        if (command.isPresent()) {
            return Optional.of(new LocalChaincode.Command(command.get()));
        }
        return text(local, "address").flatMap(SpecReader::address).map(LocalChaincode.Address::new);
    }

    /** {@code host:port}; empty if it is not. */
    static Optional<HostPort> address(String text) {
        try {
            return Optional.of(HostPort.parse(text))
                    .filter(address -> !address.host().isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Fabric fabric(YamlMapping fabric) {
        String version = text(fabric, "version").orElse("");
        String caVersion = text(fabric, "caVersion").orElse(Defaults.CA_VERSION);
        String couchdbVersion = text(fabric, "couchdbVersion").orElse(Defaults.COUCHDB_VERSION);
        YamlMapping images = mapping(fabric, "images");
        String registry = text(images, "registry").orElse(Defaults.REGISTRY);
        String couchdb = registry.equals(Defaults.REGISTRY) ? registry + "/library/couchdb" : registry + "/couchdb";
        FabricVersion parsed;
        try {
            parsed = FabricVersion.parse(version);
        } catch (IllegalArgumentException e) {
            parsed = Defaults.VERSION;
        }
        return new Fabric(
                parsed,
                caVersion,
                couchdbVersion,
                new Images(
                        text(images, "peer").orElse(registry + "/hyperledger/fabric-peer:" + parsed),
                        text(images, "orderer").orElse(registry + "/hyperledger/fabric-orderer:" + parsed),
                        text(images, "ca").orElse(registry + "/hyperledger/fabric-ca:" + caVersion),
                        text(images, "couchdb").orElse(couchdb + ":" + couchdbVersion),
                        text(images, "pullPolicy").orElse(Defaults.PULL_POLICY),
                        texts(images, "pullSecrets").orElse(List.of())));
    }

    private static Validity validity(YamlMapping validity) {
        return new Validity(
                duration(validity, "ca").orElse(Defaults.CA_VALIDITY),
                duration(validity, "node").orElse(Defaults.NODE_VALIDITY),
                duration(validity, "user").orElse(Defaults.USER_VALIDITY));
    }

    private Optional<Organization> organization(YamlNode node) {
        if (!(node instanceof YamlMapping organization)) {
            return Optional.empty();
        }
        String name = text(organization, "name").orElse("");
        List<Peer> peers = nodes(organization, "peers", i -> "peer" + i, this::peer);
        YamlMapping subject = mapping(organization, "subject");
        Optional<List<User>> users = organization.get("users").isPresent()
                ? Optional.of(nodes(organization, "users", i -> "user" + (i + 1), this::user))
                : Optional.empty();
        return Optional.of(remember(
                new Organization(
                        name,
                        mspId(text(organization, "mspId"), name),
                        text(organization, "namespace").orElse(networkNamespace),
                        new Subject(
                                text(subject, "country"),
                                text(subject, "state"),
                                text(subject, "locality"),
                                text(subject, "organization").orElse(name)),
                        workload(mapping(organization, "ca"), Defaults.CA_STORAGE, Defaults.CA_REQUESTS),
                        nodes(organization, "orderers", i -> "orderer" + i, this::orderingNode),
                        peers,
                        users.orElseGet(() -> peers.isEmpty() ? List.of() : List.of(user("user1", organization)))),
                organization));
    }

    private static MspId mspId(Optional<String> given, String organization) {
        String name = given.orElse(organization);
        if (name.length() > 240 || (given.isPresent() && !MspId.isValid(name))) {
            return NO_MSP_ID;
        }
        return given.isPresent() ? new MspId(name) : Names.defaultMspId(organization);
    }

    /** A number of nodes, which get numbered names, or a list of them. */
    private <T> List<T> nodes(
            YamlMapping organization, String key, IntFunction<String> name, BiFunction<String, YamlNode, T> make) {
        YamlNode node = organization.get(key).orElse(null);
        List<T> result = new ArrayList<>();
        if (node instanceof YamlScalar scalar) {
            int count = whole(scalar).filter(c -> c <= MAX_COUNT).orElse(0L).intValue();
            for (int i = 0; i < count; i++) {
                result.add(make.apply(name.apply(i), node));
            }
        } else if (node instanceof YamlSequence sequence) {
            for (YamlNode item : sequence.items()) {
                if (item instanceof YamlMapping mapping && result.size() < MAX_COUNT) {
                    result.add(make.apply(text(mapping, "name").orElse(""), mapping));
                }
            }
        }
        return result;
    }

    private OrderingNode orderingNode(String name, YamlNode node) {
        return remember(
                new OrderingNode(name, workload(asMapping(node), Defaults.NODE_STORAGE, Defaults.ORDERER_REQUESTS)),
                node);
    }

    private Peer peer(String name, YamlNode node) {
        YamlMapping mapping = asMapping(node);
        StateDatabase database = text(mapping, "stateDatabase")
                .filter(StateDatabase.COUCHDB.toString()::equals)
                .map(word -> StateDatabase.COUCHDB)
                .orElse(StateDatabase.LEVELDB);
        return remember(
                new Peer(name, database, workload(mapping, Defaults.NODE_STORAGE, Defaults.PEER_REQUESTS)), node);
    }

    private User user(String name, YamlNode node) {
        boolean listed =
                node instanceof YamlMapping mapping && mapping.get("attributes").isPresent();
        return remember(new User(name, listed ? texts(asMapping(node), "attributes", Map.of()) : Map.of()), node);
    }

    private static Workload workload(YamlMapping mapping, String storage, Map<String, String> requests) {
        return new Workload(
                text(mapping, "storage").orElse(storage),
                text(mapping, "storageClass"),
                resources(mapping(mapping, "resources"), requests),
                texts(mapping, "hosts").orElse(List.of()),
                data(mapping(mapping, "values")));
    }

    /** Default requests give way to lower limits: a request above its limit is invalid. */
    private static Resources resources(YamlMapping resources, Map<String, String> defaults) {
        Map<String, String> limits = texts(resources, "limits", Map.of());
        Map<String, String> fitting = new LinkedHashMap<>();
        defaults.forEach((key, request) -> {
            Optional<BigDecimal> limit = Optional.ofNullable(limits.get(key)).flatMap(Quantity::parse);
            boolean fits =
                    limit.isEmpty() || Quantity.parse(request).orElseThrow().compareTo(limit.orElseThrow()) <= 0;
            fitting.put(key, fits ? request : limits.get(key));
        });
        return new Resources(texts(resources, "requests", fitting), limits);
    }

    private Optional<Channel> channel(YamlNode node, List<Organization> organizations) {
        if (!(node instanceof YamlMapping channel)) {
            return Optional.empty();
        }
        Ordering ordering = ordering(channel, organizations);
        List<Member> members = list(channel, "members", item -> member(item, organizations));
        YamlMapping capabilities = mapping(channel, "capabilities");
        return Optional.of(remember(
                new Channel(
                        text(channel, "name").orElse(""),
                        ordering,
                        members,
                        texts(channel, "policies", Map.of()),
                        texts(channel, "acls", Map.of()),
                        new Capabilities(
                                text(capabilities, "channel")
                                        .orElse(ordering.type() == ConsensusType.BFT ? "V3_0" : "V2_0"),
                                text(capabilities, "orderer").orElse("V2_0"),
                                text(capabilities, "application").orElse("V2_5")),
                        list(channel, "chaincodes", item -> chaincode(item, members))),
                channel));
    }

    private Ordering ordering(YamlMapping channel, List<Organization> organizations) {
        YamlMapping ordering = mapping(channel, "ordering");
        ConsensusType type = text(ordering, "type")
                .filter(ConsensusType.BFT.toString()::equals)
                .map(word -> ConsensusType.BFT)
                .orElse(ConsensusType.RAFT);
        List<String> names = texts(ordering, "organizations").orElseGet(() -> organizations.stream()
                .filter(o -> !o.orderingNodes().isEmpty())
                .map(Organization::name)
                .toList());
        List<NodeRef> consenters = texts(ordering, "consenters")
                .map(list -> list.stream().map(SpecReader::nodeRef).toList())
                .orElseGet(() -> names.stream()
                        .flatMap(name -> organizations.stream()
                                .filter(o -> o.name().equals(name))
                                .limit(1))
                        .flatMap(o -> o.orderingNodes().stream().map(n -> new NodeRef(o.name(), n.name())))
                        .toList());
        YamlMapping batch = mapping(ordering, "batch");
        Map<String, Object> options = new LinkedHashMap<>();
        mapping(ordering, "options").entries().forEach((name, entry) -> OrderingOption.named(name)
                .filter(option -> option.type() == type && entry.value() instanceof YamlScalar)
                .ifPresent(option -> option.read((YamlScalar) entry.value())
                        .filter(value -> !value.equals(option.modelDefault()))
                        .ifPresent(value -> options.put(name, value))));
        return remember(
                new Ordering(
                        type,
                        names,
                        consenters,
                        new Batch(
                                duration(batch, "timeout").orElse(Defaults.BATCH_TIMEOUT),
                                whole(batch, "maxMessages", Defaults.BATCH_MESSAGES),
                                bytes(batch, "preferredMaxBytes").orElse(Defaults.BATCH_PREFERRED_BYTES),
                                bytes(batch, "absoluteMaxBytes").orElse(Defaults.BATCH_ABSOLUTE_BYTES)),
                        options),
                channel.get("ordering").orElse(channel));
    }

    private static NodeRef nodeRef(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? new NodeRef(text, "") : new NodeRef(text.substring(0, slash), text.substring(slash + 1));
    }

    private Optional<Member> member(YamlNode node, List<Organization> organizations) {
        Optional<String> name = node instanceof YamlMapping mapping ? text(mapping, "organization") : scalarText(node);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        YamlMapping member = asMapping(node);
        List<String> peers = texts(member, "peers").orElseGet(() -> organizations.stream()
                .filter(o -> o.name().equals(name.orElseThrow()))
                .limit(1)
                .flatMap(o -> o.peers().stream().map(Peer::name))
                .toList());
        List<String> anchors = texts(member, "anchorPeers")
                .orElseGet(() -> peers.stream().limit(1).toList());
        return Optional.of(remember(new Member(name.orElseThrow(), peers, anchors), node));
    }

    private Optional<Chaincode> chaincode(YamlNode node, List<Member> members) {
        if (!(node instanceof YamlMapping chaincode)) {
            return Optional.empty();
        }
        List<String> organizations = texts(chaincode, "organizations").orElseGet(() -> members.stream()
                .filter(m -> !m.peers().isEmpty())
                .map(Member::organization)
                .distinct()
                .toList());
        Optional<Chaincode.Init> init = chaincode
                .get("init")
                .filter(YamlMapping.class::isInstance)
                .map(YamlMapping.class::cast)
                .map(m -> new Chaincode.Init(
                        text(m, "function").orElse(""), texts(m, "arguments").orElse(List.of())));
        return Optional.of(remember(
                new Chaincode(
                        text(chaincode, "name").orElse(""),
                        text(chaincode, "version").orElse(""),
                        text(chaincode, "image").orElse(""),
                        text(chaincode, "endorsement"),
                        list(chaincode, "collections", this::collection),
                        init,
                        truth(chaincode, "tls"),
                        organizations,
                        whole(chaincode, "port", Defaults.CHAINCODE_PORT),
                        texts(chaincode, "environment", Map.of()),
                        new Workload(
                                "0",
                                Optional.empty(),
                                resources(mapping(chaincode, "resources"), Defaults.CHAINCODE_REQUESTS),
                                List.of(),
                                data(mapping(chaincode, "values"))),
                        local(mapping(chaincode, "local"))),
                chaincode));
    }

    private Optional<Collection> collection(YamlNode node) {
        if (!(node instanceof YamlMapping collection)) {
            return Optional.empty();
        }
        return Optional.of(remember(
                new Collection(
                        text(collection, "name").orElse(""),
                        text(collection, "policy").orElse(""),
                        whole(collection, "requiredPeerCount", 0),
                        whole(collection, "maxPeerCount", 1),
                        collection
                                .get("blockToLive")
                                .filter(YamlScalar.class::isInstance)
                                .flatMap(scalar -> whole((YamlScalar) scalar))
                                .orElse(0L),
                        truth(collection, "memberOnlyRead"),
                        truth(collection, "memberOnlyWrite"),
                        text(collection, "endorsement")),
                collection));
    }

    private <T> T remember(T part, YamlNode source) {
        sources.put(part, source);
        return part;
    }

    private static <T> List<T> list(YamlMapping mapping, String key, Function<YamlNode, Optional<T>> make) {
        if (!(mapping.get(key).orElse(null) instanceof YamlSequence sequence)) {
            return List.of();
        }
        return sequence.items().stream()
                .limit(MAX_ITEMS)
                .map(make)
                .flatMap(Optional::stream)
                .toList();
    }

    private static YamlMapping asMapping(YamlNode node) {
        return node instanceof YamlMapping mapping ? mapping : new YamlMapping(null, null, 0, 0);
    }

    private static YamlMapping mapping(YamlMapping parent, String key) {
        return asMapping(parent.get(key).orElse(null));
    }

    private static Optional<String> text(YamlMapping mapping, String key) {
        return mapping.get(key).flatMap(SpecReader::scalarText);
    }

    private static Optional<String> scalarText(YamlNode node) {
        return node instanceof YamlScalar scalar && scalar.kind() == YamlScalar.Kind.TEXT
                ? Optional.of(scalar.text())
                : Optional.empty();
    }

    /** The texts of a list; numbers and truth values as they are written. */
    private static Optional<List<String>> texts(YamlMapping mapping, String key) {
        if (!(mapping.get(key).orElse(null) instanceof YamlSequence sequence)) {
            return Optional.empty();
        }
        return Optional.of(sequence.items().stream()
                .filter(YamlScalar.class::isInstance)
                .map(item -> ((YamlScalar) item).text())
                .toList());
    }

    /** The texts of a mapping, laid over others. */
    private static Map<String, String> texts(YamlMapping mapping, String key, Map<String, String> beneath) {
        Map<String, String> result = new LinkedHashMap<>(beneath);
        mapping(mapping, key).entries().forEach((name, entry) -> {
            if (entry.value() instanceof YamlScalar scalar && scalar.kind() != YamlScalar.Kind.NULL) {
                result.put(name, scalar.text());
            }
        });
        return result;
    }

    private static Optional<Duration> duration(YamlMapping mapping, String key) {
        return text(mapping, key).flatMap(Durations::parse);
    }

    private static Optional<Long> whole(YamlScalar scalar) {
        return scalar.isNumber() && scalar.isWhole() && scalar.number() >= 0 && scalar.number() <= 1L << 53
                ? Optional.of((long) scalar.number())
                : Optional.empty();
    }

    private static int whole(YamlMapping mapping, String key, int fallback) {
        return mapping.get(key)
                .filter(YamlScalar.class::isInstance)
                .flatMap(node -> whole((YamlScalar) node))
                .filter(number -> number <= Integer.MAX_VALUE)
                .orElse((long) fallback)
                .intValue();
    }

    private static boolean truth(YamlMapping mapping, String key) {
        return mapping.get(key).orElse(null) instanceof YamlScalar scalar && Boolean.TRUE.equals(scalar.value());
    }

    private static Optional<Integer> bytes(YamlMapping mapping, String key) {
        return mapping.get(key).filter(YamlScalar.class::isInstance).flatMap(node -> bytes((YamlScalar) node));
    }

    /** A number of bytes, with or without a unit; empty if it does not fit. */
    static Optional<Integer> bytes(YamlScalar scalar) {
        Optional<BigDecimal> amount = scalar.isNumber() && scalar.isWhole()
                ? Optional.of(BigDecimal.valueOf(scalar.number()))
                : Quantity.parse(scalar.text());
        return amount.filter(a -> a.signum() > 0 && a.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0)
                .map(BigDecimal::intValue);
    }

    private static Map<String, Object> data(YamlMapping mapping) {
        Map<String, Object> result = new LinkedHashMap<>();
        for (Map.Entry<String, Entry> entry : mapping.entries().entrySet()) {
            result.put(entry.getKey(), plain(entry.getValue().value()));
        }
        return Collections.unmodifiableMap(result);
    }

    private static Object plain(YamlNode node) {
        if (node instanceof YamlMapping mapping) {
            return data(mapping);
        }
        if (node instanceof YamlSequence sequence) {
            List<Object> result = new ArrayList<>();
            sequence.items().forEach(item -> result.add(plain(item)));
            return Collections.unmodifiableList(result);
        }
        return ((YamlScalar) node).value();
    }
}
