package io.weft.embedded.orderer;

import static io.weft.embedded.orderer.OrderingNetwork.CHANNEL;
import static io.weft.embedded.orderer.OrderingNetwork.TIMEOUT;
import static io.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.weft.channel.ChannelParticipation;
import io.weft.channel.ChannelStatus;
import io.weft.channel.GenesisBlock;
import io.weft.embedded.config.ChannelView;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.HostPort;
import io.weft.model.Network;
import io.weft.problem.RejectedException;
import io.weft.protocol.Dialer;
import io.weft.protocol.Endpoint;
import io.weft.protocol.OrdererConnection;
import io.weft.testing.FreePorts;
import io.weft.testing.Identities;
import io.weft.testing.TestNetworks;
import io.weft.testing.TestNodes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.orderer.etcdraft.ConfigMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ordering nodes with an ordering service each, which reach each other through ports alone. */
class SeparateOrderingTest {
    private static final int COUNT = 3;

    @TempDir
    private Path folder;

    private final Map<Integer, OrderingNode> nodes = new TreeMap<>();
    private final Map<Integer, OrderingService> services = new TreeMap<>();
    private final List<Integer> ports = new ArrayList<>();
    private final Dialer dialer = new Dialer();
    private Network network;
    private Identities identities;
    private GenesisBlock genesis;

    @BeforeEach
    void freePorts() {
        for (int i = 0; i < COUNT; i++) {
            ports.add(FreePorts.next());
        }
    }

    @AfterEach
    void stop() {
        dialer.close();
        List.copyOf(nodes.keySet()).forEach(this::stop);
    }

    private void network(ConsensusType type) {
        network = TestNetworks.network(FabricVersion.parse("3.1.5"), type, COUNT, 1);
        identities = new Identities(network);
        genesis = TestNodes.genesis(
                network,
                network.channels().get(0),
                identities,
                node -> new HostPort(
                        "localhost",
                        node.organization().equals("orderer")
                                ? ports.get(Integer.parseInt(node.node().substring("orderer".length())))
                                : 7051));
    }

    private void start(int index) {
        OrderingService service = OrderingService.separate(Clock.systemUTC());
        services.put(index, service);
        nodes.put(
                index,
                OrderingNode.start(
                        TestNodes.orderingNode(identities, OrderingNetwork.ref(index), ports.get(index), 0, folder),
                        service));
    }

    private void stop(int index) {
        nodes.remove(index).close();
        services.remove(index).close();
    }

    private void startAndJoin(int... indexes) {
        for (int index : indexes) {
            start(index);
            participation(index).join(genesis, TIMEOUT);
        }
    }

    private Endpoint endpoint(int index, HostPort address) {
        return TestNodes.endpoint(
                identities, OrderingNetwork.ref(index), address, Optional.of(identities.adminTls("orderer")));
    }

    private ChannelParticipation participation(int index) {
        return new ChannelParticipation(
                dialer.https(endpoint(index, nodes.get(index).adminAddress())));
    }

    /** Joins a node with a block of any number. */
    private String join(int index, Block block) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry(
                "root", identities.tlsAuthority("orderer").certificate().x509());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {identities.adminTls("orderer").keyManager()}, trust.getTrustManagers(), null);
        ByteString form = ByteString.copyFromUtf8(
                        "--b\r\nContent-Disposition: form-data; name=\"config-block\"; filename=\"b\"\r\n\r\n")
                .concat(block.toByteString())
                .concat(ByteString.copyFromUtf8("\r\n--b--\r\n"));
        return HttpClient.newBuilder()
                .sslContext(context)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://localhost:"
                                        + nodes.get(index).adminAddress().port() + "/participation/v1/channels"))
                                .header("Content-Type", "multipart/form-data; boundary=b")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(form.toByteArray()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private OrdererConnection connection(int index) {
        return dialer.orderer(endpoint(index, nodes.get(index).address()));
    }

    private ChannelStatus status(int index) {
        return participation(index).channel(CHANNEL, TIMEOUT).orElseThrow();
    }

    private void awaitHeight(int index, long height) {
        eventually(() -> status(index), seen -> seen.height() == height && seen.isActiveConsenter());
    }

    private Block block(int index, long number) {
        return connection(index).block(identities.client("org1"), CHANNEL, number, TIMEOUT);
    }

    private Envelope message() {
        return OrderingNetwork.envelope(
                identities.client("org1"),
                HeaderType.ENDORSER_TRANSACTION,
                CHANNEL,
                OrderingNetwork.bytes(50),
                Instant.now());
    }

    private BroadcastResponse broadcast(int index, Envelope envelope) {
        return nodes.get(index).broadcast(envelope);
    }

    private Envelope update(String key, ByteString value) {
        return ConfigUpdateMessages.ofOrderer(key, value, 1, identities.admin("orderer"));
    }

    @Test
    void the_first_consenter_orders_for_whoever_was_asked() {
        network(ConsensusType.RAFT);
        startAndJoin(0, 1, 2);
        Envelope first = message();
        assertThat(broadcast(2, first).getStatus()).isEqualTo(Status.SUCCESS);
        awaitHeight(0, 2);
        awaitHeight(1, 2);
        awaitHeight(2, 2);
        assertThat(block(1, 1)).isEqualTo(block(0, 1));
        assertThat(block(2, 1).getData().getDataList()).containsExactly(first.toByteString());

        Envelope strangers = OrderingNetwork.envelope(
                new Identities(network).client("org1"),
                HeaderType.ENDORSER_TRANSACTION,
                CHANNEL,
                OrderingNetwork.bytes(50),
                Instant.now());
        assertThat(broadcast(1, strangers)).isEqualTo(broadcast(0, strangers));
        assertThat(broadcast(1, strangers).getStatus()).isEqualTo(Status.FORBIDDEN);
    }

    @Test
    void a_follower_that_was_stopped_catches_up() {
        network(ConsensusType.RAFT);
        startAndJoin(0, 1, 2);
        stop(2);
        assertThat(broadcast(1, update("BatchSize", ConfigUpdateMessages.batch(1)))
                        .getStatus())
                .isEqualTo(Status.SUCCESS);
        broadcast(1, message());
        broadcast(0, message());
        awaitHeight(1, 4);
        start(2);
        awaitHeight(2, 4);
        assertThat(block(2, 3)).isEqualTo(block(0, 3));
        assertThat(ChannelView.ofBlock(block(2, 1)).batch().maxMessages()).isEqualTo(1);
        broadcast(2, message());
        awaitHeight(2, 5);
    }

    @Test
    void nothing_is_ordered_without_the_first_consenter() {
        network(ConsensusType.RAFT);
        startAndJoin(0, 1);
        awaitHeight(1, 1);
        stop(0);
        BroadcastResponse answer = broadcast(1, message());
        assertThat(answer.getStatus()).isEqualTo(Status.SERVICE_UNAVAILABLE);
        assertThat(answer.getInfo())
                .startsWith("the first consenter `localhost:" + ports.get(0)
                        + "`, which alone orders channel `trading`, cannot be reached: ");
        start(0);
        eventually(() -> broadcast(1, message()).getStatus(), seen -> seen == Status.SUCCESS);
        awaitHeight(1, 2);
    }

    @Test
    void a_node_joins_with_a_later_block() throws Exception {
        network(ConsensusType.RAFT);
        startAndJoin(0, 1);
        broadcast(0, update("BatchSize", ConfigUpdateMessages.batch(1)));
        broadcast(0, message());
        awaitHeight(0, 3);
        start(2);
        assertThat(join(2, block(0, 1))).contains("\"consensusRelation\":\"consenter\"", "\"status\":\"onboarding\"");
        awaitHeight(2, 3);
        assertThat(block(2, 2)).isEqualTo(block(0, 2));

        // The first consenter itself has nobody to learn from.
        stop(0);
        folder = folder.resolve("empty");
        start(0);
        assertThat(join(0, block(1, 1))).contains("it can only join with block 0");
    }

    @Test
    void a_first_consenter_that_lost_its_ledger_is_not_followed() {
        network(ConsensusType.RAFT);
        startAndJoin(0, 1);
        broadcast(0, update("BatchSize", ConfigUpdateMessages.batch(1)));
        awaitHeight(1, 2);
        Block kept = block(1, 1);
        stop(0);
        folder = folder.resolve("empty");
        startAndJoin(0);
        assertThat(broadcast(0, update("BatchSize", ConfigUpdateMessages.batch(1)))
                        .getStatus())
                .isEqualTo(Status.SUCCESS);
        broadcast(0, message());
        broadcast(0, message());
        awaitHeight(0, 4);
        // The follower asks, and refuses what it is given, until the first consenter has the right blocks again.
        eventually(() -> broadcast(1, message()).getStatus(), seen -> seen == Status.SUCCESS);
        assertThat(status(1).height()).isEqualTo(2);
        assertThat(block(1, 1)).isEqualTo(kept);
        stop(0);
        folder = folder.getParent();
        start(0);
        broadcast(0, message());
        awaitHeight(1, 3);
    }

    @Test
    void the_first_consenter_stays_the_first() throws Exception {
        network(ConsensusType.RAFT);
        startAndJoin(0, 1);
        ConfigMetadata metadata = ConfigMetadata.parseFrom(consensus().getMetadata());
        ByteString without = consensus().toBuilder()
                .setMetadata(metadata.toBuilder().removeConsenters(0).build().toByteString())
                .build()
                .toByteString();
        BroadcastResponse answer = broadcast(1, update("ConsensusType", without));
        assertThat(answer.getStatus()).isEqualTo(Status.BAD_REQUEST);
        assertThat(answer.getInfo()).startsWith("the first consenter orders the channel alone");
        assertThat(status(0).height()).isEqualTo(1);
    }

    private org.hyperledger.fabric.protos.orderer.ConsensusType consensus() throws Exception {
        return org.hyperledger.fabric.protos.orderer.ConsensusType.parseFrom(ChannelView.ofBlock(block(0, 0))
                .config()
                .getChannelGroup()
                .getGroupsOrThrow("Orderer")
                .getValuesOrThrow("ConsensusType")
                .getValue());
    }

    @Test
    void bft_needs_its_nodes_in_one_process() {
        network(ConsensusType.BFT);
        start(0);
        assertThatThrownBy(() -> participation(0).join(genesis, TIMEOUT))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("cannot sign BFT blocks together");
    }
}
