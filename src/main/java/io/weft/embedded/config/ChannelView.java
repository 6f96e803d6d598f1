package io.weft.embedded.config;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.model.GoDuration;
import io.weft.model.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockDataHashingStructure;
import org.hyperledger.fabric.protos.common.Capabilities;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HashingAlgorithm;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.OrdererAddresses;
import org.hyperledger.fabric.protos.common.Orderers;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.orderer.BatchSize;
import org.hyperledger.fabric.protos.orderer.BatchTimeout;
import org.hyperledger.fabric.protos.orderer.ConsensusType;
import org.hyperledger.fabric.protos.orderer.etcdraft.ConfigMetadata;
import org.hyperledger.fabric.protos.peer.ACLs;
import org.hyperledger.fabric.protos.peer.AnchorPeers;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;

/**
 * A channel's configuration at one sequence, with everything that follows from it. A configuration of which there is a
 * view is one that Fabric's nodes would run. Immutable and thread-safe.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/common/channelconfig">Fabric's common/channelconfig</a>
 */
public final class ChannelView {
    static final String ORDERER = "Orderer";
    static final String APPLICATION = "Application";
    static final String CAPABILITIES = "Capabilities";

    private static final String ROOT = "Channel";
    private static final Set<String> CHANNEL_VALUES = Set.of(
            "HashingAlgorithm",
            "BlockDataHashingStructure",
            "OrdererAddresses",
            "Orderers",
            "Consortium",
            CAPABILITIES);
    private static final Set<String> ORDERER_VALUES = Set.of(
            "ConsensusType",
            "BatchSize",
            "BatchTimeout",
            "KafkaBrokers",
            "ChannelRestrictions",
            "Orderers",
            CAPABILITIES);
    private static final int UNLIMITED_WIDTH = -1;

    private final String channel;
    private final Config config;
    private final Map<Capability, Capabilities> capabilities = new TreeMap<>();
    private final List<String> globalAddresses;
    private final Map<String, Msp> msps = new TreeMap<>();
    private final Map<String, MSPConfig> mspConfigs = new TreeMap<>();
    private final Map<String, OrdererOrganization> ordererOrganizations = new TreeMap<>();
    private final Map<String, ApplicationOrganization> applicationOrganizations = new TreeMap<>();
    private final boolean hasOrderer;
    private final boolean hasApplication;
    private ConsensusType consensus = ConsensusType.getDefaultInstance();
    private List<Consenter> consenters = List.of();
    private Optional<Batch> batch = Optional.empty();
    private Map<String, String> acls = Map.of();
    private final PolicyTree policies;

    /** An organization of the ordering service, by the name of its group. */
    record OrdererOrganization(String mspId, List<String> endpoints) {}

    /** An organization with peers, by the name of its group. */
    record ApplicationOrganization(String mspId, List<HostPort> anchorPeers) {}

    private ChannelView(String channel, Config config) {
        this.channel = requireNonNull(channel, "channel");
        this.config = requireNonNull(config, "config");
        requireOrderOfCapabilities(config);
        ConfigGroup root = config.getChannelGroup();
        try {
            GroupValues values = new GroupValues(root, CHANNEL_VALUES);
            readCapabilities(Capability.CHANNEL, values);
            globalAddresses = values.get("OrdererAddresses", OrdererAddresses.getDefaultInstance())
                    .getAddressesList();
            checkChannelValues(values);
            for (String name : new TreeSet<>(root.getGroupsMap().keySet())) {
                readGroup(name, root.getGroupsOrThrow(name));
            }
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException("initializing channelconfig failed: " + e.getMessage(), e);
        }
        hasOrderer = root.containsGroups(ORDERER);
        hasApplication = root.containsGroups(APPLICATION);
        try {
            policies = PolicyTree.of(ROOT, root);
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException("initializing policymanager failed: " + e.getMessage(), e);
        }
        try {
            ConfigElements.requireChannelId(channel);
            ConfigElements.of(root);
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException("initializing configtx manager failed: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a configuration and checks it as a node does that starts with it.
     *
     * @throws InvalidConfigurationException with Fabric's words
     */
    public static ChannelView of(String channel, Config config) {
        ChannelView result = compile(channel, config);
        result.requireCompatible();
        return result;
    }

    /** A configuration that is well formed, whether or not nodes can run it. */
    static ChannelView compile(String channel, Config config) {
        return new ChannelView(channel, config);
    }

    /**
     * The configuration of a genesis or config block.
     *
     * @throws InvalidConfigurationException if the block is of another kind, or as {@link #of(String, Config)} does
     */
    public static ChannelView ofBlock(Block block) {
        if (block.getData().getDataCount() == 0) {
            throw new InvalidConfigurationException("block data is nil");
        }
        try {
            Payload payload = Payload.parseFrom(
                    Envelope.parseFrom(block.getData().getData(0)).getPayload());
            if (!payload.hasHeader()) {
                throw new InvalidConfigurationException("envelope header cannot be nil");
            }
            ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
            if (header.getType() != HeaderType.CONFIG_VALUE) {
                throw new InvalidConfigurationException("not a config block");
            }
            return of(
                    header.getChannelId(),
                    ConfigEnvelope.parseFrom(payload.getData()).getConfig());
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidConfigurationException("failed to unmarshal payload from envelope: " + e.getMessage(), e);
        }
    }

    private static void requireOrderOfCapabilities(Config config) {
        if (!config.hasChannelGroup()) {
            throw new InvalidConfigurationException("config must contain a channel group");
        }
        ConfigGroup root = config.getChannelGroup();
        ConfigGroup orderer = root.getGroupsOrDefault(ORDERER, null);
        if (orderer == null || orderer.containsValues(CAPABILITIES)) {
            return;
        }
        if (root.containsValues(CAPABILITIES)) {
            throw new InvalidConfigurationException("cannot enable channel capabilities without orderer support first");
        }
        if (root.getGroupsOrDefault(APPLICATION, ConfigGroup.getDefaultInstance())
                .containsValues(CAPABILITIES)) {
            throw new InvalidConfigurationException(
                    "cannot enable application capabilities without orderer support first");
        }
    }

    private void readCapabilities(Capability group, GroupValues values) {
        capabilities.put(group, values.get(CAPABILITIES, Capabilities.getDefaultInstance()));
    }

    private void checkChannelValues(GroupValues values) {
        String hash = values.get("HashingAlgorithm", HashingAlgorithm.getDefaultInstance())
                .getName();
        if (hash.equals("SHA3_256")) {
            throw new InvalidConfigurationException(
                    "The hashing algorithm `SHA3_256` is not supported by embedded nodes"
                            + "; `SHA256` was expected. Run the network's nodes with `--nodes fabric`, or on Kubernetes.");
        }
        if (!hash.equals("SHA256")) {
            throw new InvalidConfigurationException("Unknown hashing algorithm type: " + hash);
        }
        if (values.get("BlockDataHashingStructure", BlockDataHashingStructure.getDefaultInstance())
                        .getWidth()
                != UNLIMITED_WIDTH) {
            throw new InvalidConfigurationException(
                    "BlockDataHashStructure width only supported at MaxUint32 in this version");
        }
        Set<String> names =
                capabilities.get(Capability.CHANNEL).getCapabilitiesMap().keySet();
        if (!names.contains("V1_4_3") && !names.contains("V2_0") && !names.contains("V3_0")) {
            throw new InvalidConfigurationException("The channel's capabilities " + new TreeSet<>(names)
                    + " are older than embedded nodes; `V2_0` or `V3_0` was expected. Run the network's nodes with"
                    + " `--nodes fabric`, or on Kubernetes.");
        }
        if (names.contains("V3_0") && !globalAddresses.isEmpty()) {
            throw new InvalidConfigurationException("global OrdererAddresses are not allowed with V3_0 capability, use"
                    + " org specific addresses only");
        }
    }

    private void readGroup(String name, ConfigGroup group) {
        if (!name.equals(ORDERER) && !name.equals(APPLICATION)) {
            throw new InvalidConfigurationException("Disallowed channel group: " + name);
        }
        try {
            if (name.equals(ORDERER)) {
                readOrderer(group);
            } else {
                readApplication(group);
            }
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException(
                    "could not create channel " + name + " sub-group config: " + e.getMessage(), e);
        }
    }

    private void readOrderer(ConfigGroup group) {
        GroupValues values = new GroupValues(group, ORDERER_VALUES);
        readCapabilities(Capability.ORDERER, values);
        consensus = values.get("ConsensusType", ConsensusType.getDefaultInstance());
        batch = Optional.of(batch(
                values.get("BatchSize", BatchSize.getDefaultInstance()),
                values.get("BatchTimeout", BatchTimeout.getDefaultInstance())));
        consenters = consenters(consensus, values.get("Orderers", Orderers.getDefaultInstance()));
        for (String name : new TreeSet<>(group.getGroupsMap().keySet())) {
            ConfigGroup organization = group.getGroupsOrThrow(name);
            requireNoGroups("OrdererOrg", organization);
            GroupValues own = new GroupValues(organization, Set.of("MSP", "Endpoints"));
            ordererOrganizations.put(
                    name,
                    new OrdererOrganization(
                            readMsp(own),
                            own.get("Endpoints", OrdererAddresses.getDefaultInstance())
                                    .getAddressesList()));
        }
        if (hasCapability(ROOT, "V3_0")) {
            List<String> missing = organizationsWithoutEndpoints();
            if (!missing.isEmpty()) {
                throw new InvalidConfigurationException(
                        "some orderer organizations endpoints are empty: [" + String.join(" ", missing) + "]");
            }
        }
    }

    List<String> organizationsWithoutEndpoints() {
        return ordererOrganizations.entrySet().stream()
                .filter(entry -> entry.getValue().endpoints().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Batch batch(BatchSize size, BatchTimeout timeout) {
        String set = "Attempted to set the batch size ";
        if (size.getMaxMessageCount() == 0) {
            throw new InvalidConfigurationException(set + "max message count to an invalid value: 0");
        }
        if (size.getAbsoluteMaxBytes() == 0) {
            throw new InvalidConfigurationException(set + "absolute max bytes to an invalid value: 0");
        }
        if (size.getPreferredMaxBytes() == 0) {
            throw new InvalidConfigurationException(set + "preferred max bytes to an invalid value: 0");
        }
        long absolute = Integer.toUnsignedLong(size.getAbsoluteMaxBytes());
        long preferred = Integer.toUnsignedLong(size.getPreferredMaxBytes());
        if (preferred > absolute) {
            throw new InvalidConfigurationException(set + "preferred max bytes (" + preferred
                    + ") greater than the absolute max bytes (" + absolute + ").");
        }
        Duration duration;
        try {
            duration = GoDuration.parse(timeout.getTimeout());
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationException(
                    "Attempted to set the batch timeout to a invalid value: " + e.getMessage(), e);
        }
        if (duration.isZero() || duration.isNegative()) {
            throw new InvalidConfigurationException(
                    "Attempted to set the batch timeout to a non-positive value: " + timeout.getTimeout());
        }
        long messages = Integer.toUnsignedLong(size.getMaxMessageCount());
        return new Batch((int) Math.min(messages, Integer.MAX_VALUE), absolute, preferred, duration);
    }

    private static List<Consenter> consenters(ConsensusType consensus, Orderers mapping) {
        return switch (consensus.getType()) {
            case "etcdraft" -> raftConsenters(consensus);
            case "BFT" ->
                mapping.getConsenterMappingList().stream()
                        .map(each -> new Consenter(
                                each.getId(),
                                address("consenter", each.getHost(), each.getPort()),
                                each.getClientTlsCert(),
                                each.getServerTlsCert(),
                                each.getMspId(),
                                each.getIdentity()))
                        .toList();
            default ->
                throw new InvalidConfigurationException("The consensus type `" + consensus.getType()
                        + "` is unknown to embedded nodes; `etcdraft` or `BFT` was expected.");
        };
    }

    private static List<Consenter> raftConsenters(ConsensusType consensus) {
        try {
            List<Consenter> result = new ArrayList<>();
            ConfigMetadata.parseFrom(consensus.getMetadata())
                    .getConsentersList()
                    .forEach(each -> result.add(new Consenter(
                            result.size() + 1,
                            address("consenter", each.getHost(), each.getPort()),
                            each.getClientTlsCert(),
                            each.getServerTlsCert(),
                            "",
                            ByteString.EMPTY)));
            return List.copyOf(result);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidConfigurationException(
                    "failed to unmarshal new etcdraft metadata configuration: " + e.getMessage(), e);
        }
    }

    private static HostPort address(String what, String host, int port) {
        if (port < 1 || port > 65535) {
            throw new InvalidConfigurationException("The " + what + " `" + host + ":" + Integer.toUnsignedString(port)
                    + "` has no valid port; a number from 1 to 65535 was expected.");
        }
        return new HostPort(host, port);
    }

    private void readApplication(ConfigGroup group) {
        GroupValues values = new GroupValues(group, Set.of("ACLs", CAPABILITIES));
        readCapabilities(Capability.APPLICATION, values);
        Set<String> names =
                capabilities.get(Capability.APPLICATION).getCapabilitiesMap().keySet();
        if (values.has("ACLs")
                && names.stream().noneMatch(Set.of("V1_2", "V1_3", "V1_4_2", "V2_0", "V2_5")::contains)) {
            throw new InvalidConfigurationException("ACLs may not be specified without the required capability");
        }
        Map<String, String> chosen = new TreeMap<>();
        values.get("ACLs", ACLs.getDefaultInstance()).getAclsMap().forEach((resource, acl) -> {
            if (!acl.getPolicyRef().isEmpty()) {
                chosen.put(
                        resource,
                        acl.getPolicyRef().startsWith("/")
                                ? acl.getPolicyRef()
                                : "/Channel/Application/" + acl.getPolicyRef());
            }
        });
        acls = Collections.unmodifiableMap(chosen);
        for (String name : new TreeSet<>(group.getGroupsMap().keySet())) {
            ConfigGroup organization = group.getGroupsOrThrow(name);
            requireNoGroups("ApplicationOrg", organization);
            GroupValues own = new GroupValues(organization, Set.of("MSP", "AnchorPeers"));
            List<HostPort> anchors =
                    own.get("AnchorPeers", AnchorPeers.getDefaultInstance()).getAnchorPeersList().stream()
                            .map(anchor -> address("anchor peer", anchor.getHost(), anchor.getPort()))
                            .toList();
            applicationOrganizations.put(name, new ApplicationOrganization(readMsp(own), anchors));
        }
    }

    private static void requireNoGroups(String kind, ConfigGroup organization) {
        if (organization.getGroupsCount() > 0) {
            throw new InvalidConfigurationException(kind + " config does not allow sub-groups");
        }
    }

    private String readMsp(GroupValues values) {
        MSPConfig own = values.get("MSP", MSPConfig.getDefaultInstance());
        Msp msp = Msp.of(own);
        String id = msp.id().value();
        MSPConfig other = mspConfigs.putIfAbsent(id, own);
        if (other != null && !other.equals(own)) {
            throw new InvalidConfigurationException("Attempted to define two different versions of MSP: " + id);
        }
        msps.putIfAbsent(id, msp);
        return id;
    }

    /**
     * @throws InvalidConfigurationException if a node could not run the configuration
     */
    void requireCompatible() {
        if (!hasOrderer) {
            throw new InvalidConfigurationException("config does not contain orderer config");
        }
        requireKnown(Capability.ORDERER, "config requires unsupported orderer capabilities: ");
        requireKnown(Capability.CHANNEL, "config requires unsupported channel capabilities: ");
        requireKnown(Capability.APPLICATION, "config requires unsupported application capabilities: ");
    }

    private void requireKnown(Capability group, String refusal) {
        try {
            group.requireKnown(capabilities.getOrDefault(group, Capabilities.getDefaultInstance()));
        } catch (InvalidConfigurationException e) {
            // Fabric adds the reason twice.
            throw new InvalidConfigurationException(refusal + e.getMessage() + ": " + e.getMessage(), e);
        }
    }

    /** The channel ID. */
    public String channel() {
        return channel;
    }

    /** How many updates there have been since the first block. */
    public long sequence() {
        return config.getSequence();
    }

    public Config config() {
        return config;
    }

    /**
     * Reads an identity and checks it: chain, revocation, Node OUs. Not its expiry, which Fabric's MSP does not check
     * either; see {@link Identity#isExpired}.
     *
     * @param serializedIdentity a {@code msp.SerializedIdentity}
     * @throws IdentityException if it is not valid on the channel
     */
    public Identity identify(ByteString serializedIdentity) {
        Identity result = deserialize(serializedIdentity);
        result.invalidity().ifPresent(reason -> {
            throw new IdentityException(reason);
        });
        return result;
    }

    /**
     * Reads an identity that an MSP of the channel has certified, be it valid or not: revoked, or without a role. Fabric
     * refuses the ones at another point than the others, and with another text.
     *
     * @throws IdentityException if no MSP of the channel has certified it
     */
    public Identity deserialize(ByteString serializedIdentity) {
        SerializedIdentity transmitted;
        try {
            transmitted = SerializedIdentity.parseFrom(serializedIdentity);
        } catch (InvalidProtocolBufferException e) {
            throw new IdentityException("could not deserialize a SerializedIdentity: " + e.getMessage(), e);
        }
        Msp msp = msps.get(transmitted.getMspid());
        if (msp == null) {
            throw new IdentityException("MSP " + transmitted.getMspid() + " is not defined on channel");
        }
        return msp.deserialize(transmitted, serializedIdentity);
    }

    /** Whether there is a policy of the path, for example {@code /Channel/Application/Writers}. */
    public boolean hasPolicy(String path) {
        return policies.find(path).isPresent();
    }

    /**
     * Asks a policy of the channel. Signatures of unknown identities and wrong signatures do not count, several of one
     * identity count once.
     *
     * @param policyPath for example {@code /Channel/Application/Writers}
     * @throws PolicyException unless the signatures satisfy the policy, or if there is none of the path
     */
    public void require(String policyPath, List<SignedData> signed) {
        require(policies.findOrReject(policyPath), signed);
    }

    /**
     * As {@link #require(String, List)}, of a policy that is not part of the configuration.
     *
     * @throws PolicyException unless the signatures satisfy the policy, or if it cannot be evaluated
     */
    public void require(SignaturePolicyEnvelope policy, List<SignedData> signed) {
        PolicyRule rule;
        try {
            rule = new PolicyRule.Signature(policy);
        } catch (InvalidConfigurationException e) {
            throw new PolicyException(e.getMessage(), e);
        }
        require(rule, signed);
    }

    private void require(PolicyRule rule, List<SignedData> signed) {
        rule.refusal(signers(signed)).ifPresent(reason -> {
            throw new PolicyException(reason);
        });
    }

    /** Those whose signatures are good, each once, in the order of their first good signature. */
    List<Identity> signers(List<SignedData> signed) {
        List<Identity> result = new ArrayList<>();
        for (SignedData each : signed) {
            try {
                Identity identity = deserialize(each.identity());
                if (result.stream().noneMatch(identity::isSameAs)) {
                    identity.verify(each.data().toByteArray(), each.signature().toByteArray());
                    result.add(identity);
                }
            } catch (IdentityException e) {
                // The signature does not count; whether the others suffice is for the policy to say.
            }
        }
        return List.copyOf(result);
    }

    /**
     * Asks the endorsement policy of a chaincode or collection: a signature policy, or a policy of the channel by its
     * path.
     *
     * @throws PolicyException unless the signatures satisfy the policy, or if it cannot be evaluated
     */
    public void requireApplicationPolicy(ApplicationPolicy policy, List<SignedData> signed) {
        switch (policy.getTypeCase()) {
            case SIGNATURE_POLICY -> {
                PolicyRule rule;
                try {
                    rule = new PolicyRule.Signature(policy.getSignaturePolicy());
                } catch (InvalidConfigurationException e) {
                    throw new PolicyException("could not create evaluator for signature policy: " + e.getMessage(), e);
                }
                require(rule, signed);
            }
            case CHANNEL_CONFIG_POLICY_REFERENCE -> {
                String path = policy.getChannelConfigPolicyReference();
                PolicyRule rule = policies.find(path)
                        .orElseThrow(
                                () -> new PolicyException("could not create evaluator for channel reference policy:"
                                        + " failed to retrieve policy for reference " + path));
                require(rule, signed);
            }
            case TYPE_NOT_SET -> throw new PolicyException("unsupported policy type <nil>");
        }
    }

    /** Whether the identity satisfies any principal of the policy: membership in a collection. */
    public boolean isMember(SignaturePolicyEnvelope policy, ByteString identity) {
        try {
            Identity member = deserialize(identity);
            return policy.getIdentitiesList().stream().anyMatch(member::satisfies);
        } catch (IdentityException e) {
            return false;
        }
    }

    /**
     * The policy that guards a resource: the channel's own choice, else Fabric's default.
     *
     * @param resource for example {@code peer/Propose}
     * @return an absolute path; whether there is such a policy is another question
     * @throws PolicyException if the channel guards no such resource
     */
    public String aclPolicy(String resource) {
        String chosen = acls.get(resource);
        return chosen != null && !AccessControl.isOfPeer(resource)
                ? chosen
                : AccessControl.defaultPolicy(resource).orElseThrow(() -> unmapped(resource));
    }

    /**
     * Looks for the policy that guards a resource on channels that choose none themselves.
     *
     * @throws PolicyException if there is none
     */
    public static void requireMapped(String resource) {
        if (AccessControl.defaultPolicy(resource).isEmpty()) {
            throw unmapped(resource);
        }
    }

    private static PolicyException unmapped(String resource) {
        return new PolicyException("Unmapped policy for " + resource);
    }

    /**
     * Asks the policy that guards a resource.
     *
     * @throws PolicyException unless the signatures satisfy it, in the words of Fabric's {@code core/aclmgmt}
     */
    public void requireAccess(String resource, List<SignedData> signed) {
        String path = aclPolicy(resource);
        boolean chosen = path.equals(acls.get(resource));
        String when = "during check policy ";
        String refusal = chosen
                ? "failed evaluating policy on signed data " + when + "[" + path + "]: ["
                : "Failed evaluating policy on signed data " + when + "on channel [" + channel + "] with policy ["
                        + path + "]: [";
        if (chosen && !hasPolicy(path)) {
            throw new PolicyException(refusal + "policy " + path + " not found]");
        }
        try {
            require(path, signed);
        } catch (PolicyException e) {
            throw new PolicyException(refusal + e.getMessage() + "]", e);
        }
    }

    /** When an ordering node cuts a block. */
    public Batch batch() {
        return batch.orElseThrow(() -> new InvalidConfigurationException("config does not contain orderer config"));
    }

    /** MSP IDs of the organizations with peers, sorted. */
    public List<String> applicationOrganizations() {
        return applicationOrganizations.values().stream()
                .map(ApplicationOrganization::mspId)
                .distinct()
                .sorted()
                .toList();
    }

    /** MSP IDs of the organizations with ordering nodes, sorted. */
    public List<String> ordererOrganizations() {
        return ordererOrganizations.values().stream()
                .map(OrdererOrganization::mspId)
                .distinct()
                .sorted()
                .toList();
    }

    /** The MSPs of all organizations, by MSP ID, sorted. */
    public Map<String, FabricMSPConfig> msps() {
        Map<String, FabricMSPConfig> result = new TreeMap<>();
        mspConfigs.forEach((id, msp) -> {
            try {
                result.put(id, FabricMSPConfig.parseFrom(msp.getConfig()));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("The MSP `" + id + "` was read before", e);
            }
        });
        return Collections.unmodifiableMap(result);
    }

    /**
     * Whether the configuration demands a capability by name; one that a later capability implies does not count.
     *
     * @param group {@code Channel}, {@code Orderer} or {@code Application}
     * @param name for example {@code V2_5}
     */
    public boolean hasCapability(String group, String name) {
        return capabilities.entrySet().stream()
                .anyMatch(entry ->
                        entry.getKey().group().equals(group) && entry.getValue().containsCapabilities(name));
    }

    /** {@code etcdraft} or {@code BFT}. */
    public String consensusType() {
        return consensus.getType();
    }

    /** The options of the consensus type, and with etcdraft the consenters. */
    public ByteString consensusMetadata() {
        return consensus.getMetadata();
    }

    /** Whether the channel is being moved to another consensus type: ordering nodes take no transactions then. */
    public boolean isInMaintenance() {
        return consensus.getState() == ConsensusType.State.STATE_MAINTENANCE;
    }

    /** In the order of the configuration. */
    public List<Consenter> consenters() {
        return consenters;
    }

    /**
     * Where ordering nodes are: those of the organizations, or the channel's global list if no organization names any.
     *
     * @return {@code host:port} each
     */
    public List<String> ordererAddresses() {
        List<String> own = ordererOrganizations.values().stream()
                .flatMap(organization -> organization.endpoints().stream())
                .toList();
        return own.isEmpty() ? globalAddresses : own;
    }

    /** Where the ordering nodes of one organization are, {@code host:port} each; empty if it names none. */
    public List<String> ordererAddresses(String mspId) {
        return ordererOrganizations.values().stream()
                .filter(organization -> organization.mspId().equals(mspId))
                .flatMap(organization -> organization.endpoints().stream())
                .toList();
    }

    /** Anchor peers of one organization; empty if it has none. */
    public List<HostPort> anchorPeers(String mspId) {
        return applicationOrganizations.values().stream()
                .filter(organization -> organization.mspId().equals(mspId))
                .flatMap(organization -> organization.anchorPeers().stream())
                .toList();
    }

    boolean hasApplication() {
        return hasApplication;
    }

    Map<String, OrdererOrganization> ordererGroups() {
        return Collections.unmodifiableMap(ordererOrganizations);
    }

    Map<String, ApplicationOrganization> applicationGroups() {
        return Collections.unmodifiableMap(applicationOrganizations);
    }

    /** The MSPs of the organizations with ordering nodes. */
    List<Msp> ordererMsps() {
        return ordererOrganizations().stream().map(msps::get).toList();
    }

    PolicyTree policies() {
        return policies;
    }

    @Override
    public String toString() {
        return "ChannelView[" + channel + ", sequence " + Long.toUnsignedString(sequence()) + "]";
    }
}
