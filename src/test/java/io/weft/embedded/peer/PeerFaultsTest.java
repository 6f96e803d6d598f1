package io.weft.embedded.peer;

import static io.weft.embedded.peer.EmbeddedNetwork.CHANNEL;
import static io.weft.embedded.peer.EmbeddedNetwork.TIMEOUT;
import static io.weft.embedded.peer.EmbeddedNetwork.orderer;
import static io.weft.embedded.peer.EmbeddedNetwork.peer;
import static io.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.weft.chaincode.ChaincodeDefinition;
import io.weft.channel.PeerChannels;
import io.weft.embedded.ledger.BlockSource;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult;
import io.weft.gateway.TransactionClient;
import io.weft.model.ConsensusType;
import io.weft.model.NodeRef;
import io.weft.protocol.Answer;
import io.weft.protocol.Invocation;
import io.weft.testing.TestNetworks;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.SubmitException;
import org.hyperledger.fabric.client.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a network when nodes stop and come back. */
class PeerFaultsTest {
    private static final String KV = "kv";

    private static EmbeddedNetwork network(ConsensusType type, int orderers, Path folder) {
        EmbeddedNetwork result = EmbeddedNetwork.joined(type, orderers, folder);
        result.deploy(
                result.chaincodePackage("kv_1.0", KeyValueContract.class),
                ChaincodeDefinition.of(TestNetworks.chaincode(KV, "1.0"), 1));
        return result;
    }

    private static void put(EmbeddedNetwork network, String key, String value) {
        try (TransactionClient client = network.gateway("org1")) {
            assertThat(client.submit(Call.of(CHANNEL, KV, "put", key, value), TIMEOUT))
                    .isInstanceOfSatisfying(CallResult.Committed.class, one -> assertThat(one.isValid())
                            .isTrue());
        }
    }

    private static void awaitHeight(EmbeddedNetwork network, NodeRef peer, long height) {
        eventually(() -> network.node(peer).height(CHANNEL).orElseThrow(), seen -> seen >= height);
    }

    @Test
    void a_peer_that_was_stopped_has_its_channels_again_and_catches_up(@TempDir Path folder) {
        try (EmbeddedNetwork network = network(ConsensusType.RAFT, 1, folder)) {
            NodeRef stopped = peer("org2", 1);
            network.stop(stopped);
            put(network, "while", "away");
            long height = network.node(peer("org1", 0)).height(CHANNEL).orElseThrow();

            network.startPeer(stopped);

            assertThat(network.node(stopped).channels()).containsExactly(CHANNEL);
            awaitHeight(network, stopped, height);
            assertThat(get(network, stopped, "while")).isEqualTo("away");
        }
    }

    private static String get(EmbeddedNetwork network, NodeRef peer, String key) {
        return network.connection(peer)
                .query(network.client(peer.organization()), Invocation.of(CHANNEL, KV, "get", key), TIMEOUT)
                .toStringUtf8();
    }

    /** Has a peer stand still from its next block on, until that ends: that block the peer has, and no other. */
    private static final class Standstill implements AutoCloseable {
        private final CountDownLatch over = new CountDownLatch(1);

        Standstill(EmbeddedNetwork network, NodeRef peer) {
            BlockSource.Registration unused = network.node(peer)
                    .channel(CHANNEL)
                    .orElseThrow()
                    .ledger()
                    .onHeight(height -> {
                        try {
                            over.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
        }

        void end() {
            over.countDown();
        }

        @Override
        public void close() {
            end();
        }
    }

    @Test
    void a_peer_that_is_behind_answers_when_it_has_what_others_have(@TempDir Path folder) throws Exception {
        NodeRef behind = peer("org2", 0);
        try (EmbeddedNetwork network = network(ConsensusType.RAFT, 1, folder);
                Standstill standstill = new Standstill(network, behind)) {
            put(network, "a", "1");
            assertThat(get(network, behind, "a")).isEqualTo("1");
            network.stop(peer("org2", 1));
            put(network, "a", "2");

            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> get(network, behind, "a"));

            assertThatThrownBy(() -> answer.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            standstill.end();
            assertThat(answer.get()).isEqualTo("2");
        }
    }

    @Test
    void a_peer_that_cannot_come_further_answers_with_what_it_has(@TempDir Path folder) {
        NodeRef behind = peer("org2", 0);
        try (EmbeddedNetwork network = network(ConsensusType.RAFT, 1, folder);
                Standstill standstill = new Standstill(network, behind)) {
            put(network, "a", "1");
            assertThat(get(network, behind, "a")).isEqualTo("1");
            put(network, "a", "2");
            network.stop(orderer(0));

            assertThat(get(network, behind, "a")).isEqualTo("1");
            standstill.end();
        }
    }

    @Test
    void a_configuration_takes_effect_with_its_block(@TempDir Path folder) {
        try (EmbeddedNetwork network = EmbeddedNetwork.joined(ConsensusType.RAFT, 1, folder)) {
            assertThat(refusal(network)).contains("has been successfully defined");

            network.update(network.onlyWriters("Org1MSP"));

            EmbeddedNetwork.ORGANIZATIONS.forEach(organization -> awaitHeight(network, peer(organization, 0), 2));
            assertThat(refusal(network))
                    .isEqualTo("Failed evaluating policy on signed data during check policy on channel [" + CHANNEL
                            + "] with policy [/Channel/Application/Writers]: [signature set did not satisfy policy]");
            assertThat(new PeerChannels(network.connection(peer("org2", 0)), network.admin("org2"))
                            .configBlock(CHANNEL, TIMEOUT)
                            .getHeader()
                            .getNumber())
                    .isEqualTo(1);
        }
    }

    private static String refusal(EmbeddedNetwork network) {
        Answer answer = network.connection(peer("org2", 0))
                .propose(network.client("org2"), Invocation.of(CHANNEL, "nothing", "get", "a"), TIMEOUT);
        return ((Answer.Refused) answer).message();
    }

    @Test
    void the_gateway_asks_another_peer_of_an_organization_when_one_has_stopped(@TempDir Path folder) {
        try (EmbeddedNetwork network = network(ConsensusType.RAFT, 1, folder)) {
            network.stop(peer("org2", 0));

            put(network, "still", "works");
        }
    }

    /** What the gateway says of a transaction that is endorsed and cannot be ordered. */
    private static SubmitException failureToOrder(Gateway gateway, String key, String value) throws EndorseException {
        Transaction transaction = gateway.getNetwork(CHANNEL)
                .getContract(KV)
                .newProposal("put")
                .addArguments(key, value)
                .build()
                .endorse();
        return catchThrowableOfType(SubmitException.class, transaction::submitAsync);
    }

    @Test
    void a_minority_of_ordering_nodes_may_stop_and_a_majority_may_not(@TempDir Path folder) throws Exception {
        try (EmbeddedNetwork network = network(ConsensusType.RAFT, 3, folder);
                Gateway gateway = network.sdk("org1")) {
            network.stop(orderer(0));
            put(network, "two", "of three");
            network.stop(orderer(1));

            SubmitException failed = failureToOrder(gateway, "one", "of three");

            assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failed.getStatus().getDescription())
                    .isEqualTo("no orderers could successfully process transaction");
            network.startOrderer(1);
            put(network, "two", "again");
        }
    }

    @Test
    void bft_needs_a_quorum_of_ordering_nodes_to_accept(@TempDir Path folder) throws Exception {
        try (EmbeddedNetwork network = network(ConsensusType.BFT, 4, folder);
                Gateway gateway = network.sdk("org1")) {
            network.stop(orderer(0));
            put(network, "three", "of four");
            network.stop(orderer(1));

            SubmitException failed = failureToOrder(gateway, "two", "of four");

            assertThat(failed.getStatus().getDescription())
                    .isEqualTo("insufficient number of orderers could successfully process transaction to satisfy"
                            + " quorum requirement");
        }
    }
}
