package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.weft.chaincode.Approver;
import io.weft.chaincode.ChaincodeDefinition;
import io.weft.chaincode.ChaincodePackage;
import io.weft.chaincode.ChaincodeServer;
import io.weft.chaincode.ChannelLifecycle;
import io.weft.chaincode.PeerPackages;
import io.weft.channel.ChannelParticipation;
import io.weft.channel.GenesisBlock;
import io.weft.channel.PeerChannels;
import io.weft.embedded.chaincode.ChaincodeRuntimes;
import io.weft.embedded.chaincode.ChaincodeSource;
import io.weft.embedded.orderer.OrderingNode;
import io.weft.embedded.orderer.OrderingService;
import io.weft.gateway.TransactionClient;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.pki.Certificate;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.protocol.Dialer;
import io.weft.protocol.OrdererConnection;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import io.weft.protocol.Submitter;
import io.weft.testing.Eventually;
import io.weft.testing.Identities;
import io.weft.testing.TestNetworks;
import io.weft.testing.TestNodes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.Hash;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigSignature;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.Policy;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;

/** A network in this process, used with weft's own clients: ordering nodes, and two peers in each of two organizations. */
final class EmbeddedNetwork implements AutoCloseable {
    static final String CHANNEL = TestNetworks.CHANNEL;
    static final Duration TIMEOUT = Eventually.PATIENCE;
    static final List<String> ORGANIZATIONS = List.of("org1", "org2");

    private final Network network;
    private final Identities identities;
    private final Path folder;
    private final OrderingService ordering = new OrderingService(Clock.systemUTC());
    private final ChaincodeRuntimes chaincodes = new ChaincodeRuntimes();
    private final Neighbourhood neighbourhood = new Neighbourhood(ordering, chaincodes);
    private final Map<NodeRef, OrderingNode> orderingNodes = new TreeMap<>(EmbeddedNetwork::compare);
    private final Map<NodeRef, PeerNode> peers = new TreeMap<>(EmbeddedNetwork::compare);
    private final Dialer dialer = new Dialer();
    private final Credential client;
    private final GenesisBlock genesis;

    private static int compare(NodeRef one, NodeRef other) {
        return one.toString().compareTo(other.toString());
    }

    private EmbeddedNetwork(ConsensusType type, int orderers, Path folder) {
        this.network = TestNetworks.network(FabricVersion.parse("3.1.5"), type, orderers, 2);
        this.identities = new Identities(network);
        this.folder = folder;
        this.client = CertificateAuthority.create(
                        DistinguishedName.of("nobody"), Duration.ofDays(1), Clock.systemUTC(), new SecureRandom())
                .issue(DistinguishedName.of("client"), new Profile.TlsClient(), Duration.ofDays(1));
        this.genesis = TestNodes.genesis(
                network, network.channels().get(0), identities, node -> new HostPort(Identities.hostOf(node), 7050));
    }

    /** Nodes that run and have joined nothing. */
    static EmbeddedNetwork start(ConsensusType type, int orderers, Path folder) {
        EmbeddedNetwork result = new EmbeddedNetwork(type, orderers, folder);
        for (int i = 0; i < orderers; i++) {
            result.startOrderer(i);
        }
        for (String organization : ORGANIZATIONS) {
            for (int i = 0; i < 2; i++) {
                result.startPeer(peer(organization, i));
            }
        }
        return result;
    }

    /** Nodes that have joined the channel. */
    static EmbeddedNetwork joined(ConsensusType type, int orderers, Path folder) {
        EmbeddedNetwork result = start(type, orderers, folder);
        result.orderingNodes.keySet().forEach(node -> result.participation(node).join(result.genesis, TIMEOUT));
        result.peers.keySet().forEach(result::join);
        return result;
    }

    static NodeRef peer(String organization, int index) {
        return new NodeRef(organization, "peer" + index);
    }

    static NodeRef orderer(int index) {
        return new NodeRef("orderer", "orderer" + index);
    }

    void startOrderer(int index) {
        NodeRef ref = orderer(index);
        orderingNodes.put(ref, OrderingNode.start(TestNodes.orderingNode(identities, ref, 0, 0, folder), ordering));
    }

    void startPeer(NodeRef ref) {
        peers.put(
                ref,
                PeerNode.start(
                        TestNodes.peer(identities, ref, 0, new HostPort(Identities.hostOf(ref), 7051), folder),
                        neighbourhood));
    }

    void stop(NodeRef ref) {
        if (peers.containsKey(ref)) {
            peers.remove(ref).close();
        } else {
            orderingNodes.remove(ref).close();
        }
    }

    GenesisBlock genesis() {
        return genesis;
    }

    Identities identities() {
        return identities;
    }

    PeerNode node(NodeRef ref) {
        return peers.get(ref);
    }

    boolean join(NodeRef ref) {
        return new PeerChannels(connection(ref), admin(ref.organization())).join(genesis, TIMEOUT);
    }

    private ChannelParticipation participation(NodeRef ref) {
        return new ChannelParticipation(dialer.https(TestNodes.endpoint(
                identities,
                ref,
                orderingNodes.get(ref).adminAddress(),
                Optional.of(identities.adminTls(ref.organization())))));
    }

    PeerConnection connection(NodeRef ref) {
        return dialer.peer(TestNodes.endpoint(identities, ref, peers.get(ref).address(), Optional.of(client)));
    }

    List<OrdererConnection> orderers() {
        return orderingNodes.entrySet().stream()
                .map(entry -> dialer.orderer(TestNodes.endpoint(
                        identities, entry.getKey(), entry.getValue().address(), Optional.empty())))
                .toList();
    }

    Signer admin(String organization) {
        return identities.admin(organization);
    }

    Signer client(String organization) {
        return identities.client(organization);
    }

    TransactionClient gateway(String organization) {
        return new TransactionClient(connection(peer(organization, 0)), client(organization));
    }

    /** Fabric's own client, at the first peer of an organization. */
    Gateway sdk(String organization) {
        return sdk(connection(peer(organization, 0)), client(organization));
    }

    static Gateway sdk(PeerConnection gateway, Signer signer) {
        return Gateway.newInstance()
                .connection(gateway.channel())
                .identity(new X509Identity(signer.mspId().value(), certificate(signer)))
                .signer(signer::signDigest)
                .hash(Hash.SHA256)
                .evaluateOptions(options -> options.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .endorseOptions(options -> options.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .submitOptions(options -> options.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .commitStatusOptions(options -> options.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .connect();
    }

    private static X509Certificate certificate(Signer signer) {
        return Certificate.parse(signer.certificate()).x509();
    }

    Submitter submitter() {
        return new Submitter(network.channels().get(0).ordering().type(), orderers());
    }

    ChannelLifecycle lifecycle() {
        return new ChannelLifecycle(CHANNEL, submitter());
    }

    List<PeerConnection> firstPeers() {
        return ORGANIZATIONS.stream()
                .map(organization -> connection(peer(organization, 0)))
                .toList();
    }

    /** The update after which only members of one organization may write. */
    ConfigUpdate onlyWriters(String mspId) {
        ConfigPolicy writers = ConfigPolicy.newBuilder()
                .setVersion(1)
                .setModPolicy("Admins")
                .setPolicy(Policy.newBuilder()
                        .setType(Policy.PolicyType.SIGNATURE_VALUE)
                        .setValue(CollectionRules.anyMember(new MspId(mspId)).toByteString()))
                .build();
        return ConfigUpdate.newBuilder()
                .setChannelId(CHANNEL)
                .setReadSet(ConfigGroup.newBuilder().putGroups("Application", ConfigGroup.getDefaultInstance()))
                .setWriteSet(ConfigGroup.newBuilder()
                        .putGroups(
                                "Application",
                                ConfigGroup.newBuilder()
                                        .putPolicies("Writers", writers)
                                        .build()))
                .build();
    }

    /** Has the admins of both organizations sign an update, and orders it. */
    void update(ConfigUpdate update) {
        ByteString bytes = update.toByteString();
        ConfigUpdateEnvelope.Builder signed = ConfigUpdateEnvelope.newBuilder().setConfigUpdate(bytes);
        for (String organization : ORGANIZATIONS) {
            ByteString header = signatureHeader(admin(organization));
            signed.addSignatures(ConfigSignature.newBuilder()
                    .setSignatureHeader(header)
                    .setSignature(admin(organization).sign(header.concat(bytes))));
        }
        Instant now = Instant.now();
        ByteString payload = Payload.newBuilder()
                .setHeader(Header.newBuilder()
                        .setChannelHeader(ChannelHeader.newBuilder()
                                .setType(HeaderType.CONFIG_UPDATE_VALUE)
                                .setChannelId(CHANNEL)
                                .setTimestamp(Timestamp.newBuilder().setSeconds(now.getEpochSecond()))
                                .build()
                                .toByteString())
                        .setSignatureHeader(signatureHeader(admin("org1"))))
                .setData(signed.build().toByteString())
                .build()
                .toByteString();
        BroadcastResponse answer = ordering.broadcast(Envelope.newBuilder()
                .setPayload(payload)
                .setSignature(admin("org1").sign(payload))
                .build());
        if (answer.getStatus() != Status.SUCCESS) {
            throw new AssertionError(answer);
        }
    }

    private static ByteString signatureHeader(Signer signer) {
        byte[] nonce = new byte[24];
        new SecureRandom().nextBytes(nonce);
        return SignatureHeader.newBuilder()
                .setCreator(signer.creator())
                .setNonce(ByteString.copyFrom(nonce))
                .build()
                .toByteString();
    }

    /** A package whose code is the class. */
    ChaincodePackage chaincodePackage(String label, Class<?> contract) {
        ChaincodePackage result = ChaincodePackage.of(
                label, new ChaincodeServer(new HostPort("not-dialed.example", 9999), Optional.empty()));
        chaincodes.register(result.id().toString(), ChaincodeSource.InProcess.of(contract));
        return result;
    }

    void install(ChaincodePackage chaincode) {
        peers.keySet().forEach(ref -> new PeerPackages(connection(ref), admin(ref.organization()))
                .install(chaincode, TIMEOUT));
    }

    /** Installs on all peers, approves for both organizations, commits, and waits until all peers have the definition. */
    void deploy(ChaincodePackage chaincode, ChaincodeDefinition definition) {
        install(chaincode);
        ChannelLifecycle lifecycle = lifecycle();
        List<PeerConnection> all = peers.keySet().stream().map(this::connection).toList();
        for (String organization : ORGANIZATIONS) {
            lifecycle.approve(
                    new Approver(admin(organization), connection(peer(organization, 0))),
                    definition,
                    Optional.of(chaincode.id()),
                    all,
                    TIMEOUT);
        }
        lifecycle.commit(admin("org1"), definition, firstPeers(), all, TIMEOUT);
    }

    @Override
    public void close() {
        dialer.close();
        peers.values().forEach(PeerNode::close);
        neighbourhood.close();
        orderingNodes.values().forEach(OrderingNode::close);
        ordering.close();
        chaincodes.close();
    }
}
