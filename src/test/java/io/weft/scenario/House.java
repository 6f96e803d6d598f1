package io.weft.scenario;

import static io.weft.testing.Eventually.eventually;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.weft.chaincode.Approver;
import io.weft.chaincode.ChaincodeDefinition;
import io.weft.chaincode.ChaincodePackage;
import io.weft.chaincode.ChannelLifecycle;
import io.weft.chaincode.PeerPackages;
import io.weft.channel.ChannelParticipation;
import io.weft.channel.GenesisBlock;
import io.weft.channel.PeerChannels;
import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Collection;
import io.weft.model.NodeRef;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.protocol.Dialer;
import io.weft.protocol.Endpoint;
import io.weft.protocol.OrdererConnection;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Submitter;
import io.weft.testing.TestNetworks;
import io.weft.testing.TestNodes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.peer.DeliverGrpc;
import org.hyperledger.fabric.protos.peer.FilteredTransaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** What all scenarios on a network share: connections, the installed package, one channel with chaincode. */
final class House implements AutoCloseable {
    static final String MARKET = "market";
    static final Duration TIMEOUT = Stage.TIMEOUT;
    static final List<String> ORGANIZATIONS = List.of("org1", "org2");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Target target;
    private final Dialer dialer = new Dialer();
    private final Map<NodeRef, ManagedChannel> connections = new HashMap<>();
    private final Credential tlsClient = CertificateAuthority.create(
                    DistinguishedName.of("nobody"), Duration.ofDays(1), Clock.systemUTC(), RANDOM)
            .issue(DistinguishedName.of("client"), new Profile.TlsClient(), Duration.ofDays(1));
    private final ChaincodeService service = new ChaincodeService();
    private Optional<ChaincodePackage> trial = Optional.empty();
    private boolean hasMarket;
    private int channels;

    House(Target target) {
        this.target = target;
    }

    Target target() {
        return target;
    }

    Credential tlsClient() {
        return tlsClient;
    }

    synchronized ManagedChannel dial(NodeRef node) {
        return connections.computeIfAbsent(node, ref -> connect(target.endpoint(ref, Optional.of(tlsClient))));
    }

    private static ManagedChannel connect(Endpoint endpoint) {
        try {
            SslContextBuilder tls = GrpcSslContexts.forClient()
                    .trustManager(new ByteArrayInputStream(
                            String.join("\n", endpoint.tlsRoots()).getBytes(StandardCharsets.UTF_8)));
            endpoint.client()
                    .ifPresent(client -> tls.keyManager(
                            client.key().privateKey(), client.certificate().x509()));
            return NettyChannelBuilder.forAddress(
                            endpoint.dial().host(), endpoint.dial().port())
                    .overrideAuthority(endpoint.authority().toString())
                    .sslContext(tls.build())
                    .maxInboundMessageSize(100 * 1024 * 1024)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- Channels

    Channel definition(String name) {
        Channel model = target.network().channels().get(0);
        return new Channel(
                name,
                model.ordering(),
                model.members(),
                model.policies(),
                model.acls(),
                model.capabilities(),
                List.of());
    }

    GenesisBlock genesis(Channel channel) {
        return TestNodes.genesis(target.network(), channel, target.identities(), target::address);
    }

    /** A name that no channel has yet. */
    String freeName() {
        channels++;
        return "channel" + (channels + 1000);
    }

    String newChannel() {
        String name = freeName();
        create(name);
        return name;
    }

    private void create(String name) {
        GenesisBlock genesis = genesis(definition(name));
        target.network().orderingNodes().forEach(node -> participation(node).join(genesis, TIMEOUT));
        target.network().peers().forEach(node -> channels(node).join(genesis, TIMEOUT));
    }

    ChannelParticipation participation(NodeRef orderer) {
        return new ChannelParticipation(dialer.https(
                target.admin(orderer, Optional.of(target.identities().adminTls("orderer")))));
    }

    PeerConnection peer(NodeRef node) {
        return dialer.peer(target.endpoint(node, Optional.of(tlsClient)));
    }

    private OrdererConnection orderer(NodeRef node) {
        return dialer.orderer(target.endpoint(node, Optional.empty()));
    }

    PeerChannels channels(NodeRef peer) {
        return new PeerChannels(peer(peer), target.identities().admin(peer.organization()));
    }

    synchronized String market() {
        if (!hasMarket) {
            create(MARKET);
            deploy(MARKET, ChaincodeDefinition.of(chaincode("trial", Optional.empty(), collections()), 1));
            deploy(
                    MARKET,
                    ChaincodeDefinition.of(
                            chaincode("either", Optional.of("OR('Org1MSP.member','Org2MSP.member')"), List.of()), 1));
            hasMarket = true;
        }
        return MARKET;
    }

    /** Waits until the first peer knows that all peers of the shared channel have its chaincode. */
    void awaitEndorsers() {
        PeerConnection peer = peer(Stage.PEER1);
        eventually(
                () -> peer.endorsers(target.identities().client("org1"), MARKET, "trial", TIMEOUT),
                known -> known.size() == 4);
    }

    private static List<Collection> collections() {
        return List.of(
                new Collection(
                        "shared", "OR('Org1MSP.member','Org2MSP.member')", 0, 3, 0, true, true, Optional.empty()),
                new Collection("first", "OR('Org1MSP.member')", 0, 3, 0, true, true, Optional.empty()),
                new Collection("open", "OR('Org1MSP.member')", 0, 3, 0, false, false, Optional.empty()));
    }

    static Chaincode chaincode(String name, Optional<String> endorsement, List<Collection> collections) {
        Chaincode model = TestNetworks.chaincode(name, "1.0");
        return new Chaincode(
                name,
                model.version(),
                model.image(),
                endorsement,
                collections,
                model.init(),
                model.tls(),
                model.organizations(),
                model.port(),
                model.environment(),
                model.workload(),
                model.local());
    }

    // --- Chaincode

    /** The package of {@link TrialContract}, which all peers have. */
    synchronized ChaincodePackage trial() {
        if (trial.isEmpty()) {
            ChaincodePackage made = target.chaincodePackage("trial_1.0", service);
            service.serve(made.id().toString(), new TrialContract());
            target.network().peers().forEach(node -> new PeerPackages(
                            peer(node), target.identities().admin(node.organization()))
                    .install(made, TIMEOUT));
            trial = Optional.of(made);
        }
        return trial.get();
    }

    /** Approves for both organizations, commits, and waits until all peers have the definition. */
    void deploy(String channel, ChaincodeDefinition definition) {
        ChannelLifecycle lifecycle = new ChannelLifecycle(
                channel,
                new Submitter(
                        target.network().channels().get(0).ordering().type(),
                        target.network().orderingNodes().map(this::orderer).toList()));
        for (String organization : ORGANIZATIONS) {
            approve(channel, organization, definition);
        }
        lifecycle.commit(
                target.identities().admin("org1"),
                definition,
                ORGANIZATIONS.stream()
                        .map(organization -> peer(new NodeRef(organization, "peer0")))
                        .toList(),
                peers(),
                TIMEOUT);
    }

    private List<PeerConnection> peers() {
        return target.network().peers().map(this::peer).toList();
    }

    /** Approves, and waits until all peers know: whichever endorses next reads the same as the others. */
    void approve(String channel, String organization, ChaincodeDefinition definition) {
        ChannelLifecycle lifecycle = new ChannelLifecycle(
                channel,
                new Submitter(
                        target.network().channels().get(0).ordering().type(),
                        target.network().orderingNodes().map(this::orderer).toList()));
        lifecycle.approve(
                new Approver(target.identities().admin(organization), peer(new NodeRef(organization, "peer0"))),
                definition,
                Optional.of(trial().id()),
                peers(),
                TIMEOUT);
    }

    // --- Blocks

    long height(NodeRef peer, String channel) {
        return channels(peer).chainInfo(channel, TIMEOUT).height();
    }

    /** Waits until the peer has the transaction in a block from the given one on. */
    TxValidationCode await(NodeRef peer, String channel, long from, String txId) {
        Stage.Conversation<
                        org.hyperledger.fabric.protos.common.Envelope,
                        org.hyperledger.fabric.protos.peer.DeliverResponse>
                conversation = new Stage.Conversation<>(
                        observer -> DeliverGrpc.newStub(dial(peer)).deliverFiltered(observer));
        try {
            List<TxValidationCode> found = new ArrayList<>();
            conversation.askUntil(
                    Stage.seek(
                            target.identities().client(peer.organization()),
                            channel,
                            SeekInfo.newBuilder()
                                    .setStart(Stage.at(from))
                                    .setStop(Stage.at(Long.MAX_VALUE))
                                    .setBehavior(SeekInfo.SeekBehavior.BLOCK_UNTIL_READY)
                                    .build()),
                    answer -> {
                        for (FilteredTransaction transaction :
                                answer.getFilteredBlock().getFilteredTransactionsList()) {
                            if (transaction.getTxid().equals(txId)) {
                                found.add(transaction.getTxValidationCode());
                            }
                        }
                        return answer.hasFilteredBlock() && found.isEmpty();
                    });
            if (found.isEmpty()) {
                throw new IllegalStateException("The peer ended the stream before transaction " + txId);
            }
            return found.get(0);
        } catch (StatusRuntimeException e) {
            throw new IllegalStateException("No transaction " + txId + " from block " + from + " on", e);
        }
    }

    @Override
    public void close() {
        connections.values().forEach(ManagedChannel::shutdownNow);
        dialer.close();
        service.close();
    }
}
