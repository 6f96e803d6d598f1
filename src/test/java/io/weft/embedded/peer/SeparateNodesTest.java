package io.weft.embedded.peer;

import static io.weft.embedded.peer.SeparateNetwork.CHANNEL;
import static io.weft.embedded.peer.SeparateNetwork.TIMEOUT;
import static io.weft.embedded.peer.SeparateNetwork.orderer;
import static io.weft.embedded.peer.SeparateNetwork.peer;
import static io.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.chaincode.ChaincodeDefinition;
import io.weft.chaincode.ChaincodePackage;
import io.weft.channel.ChannelStatus;
import io.weft.channel.GenesisBlock;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult;
import io.weft.gateway.TransactionClient;
import io.weft.model.Chaincode;
import io.weft.model.Collection;
import io.weft.model.ConsensusType;
import io.weft.model.NodeRef;
import io.weft.protocol.DiscoveredPeer;
import io.weft.scenario.ChaincodeService;
import io.weft.testing.TestNetworks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.ChaincodeEvent;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.SubmitException;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embedded nodes whose neighbours are in other processes, as weft's clients and the Fabric Gateway SDK see them. */
class SeparateNodesTest {
    private static final String KV = "kv";
    private static final NodeRef PEER1 = peer("org1", 0);
    private static final NodeRef SIBLING1 = peer("org1", 1);
    private static final NodeRef PEER2 = peer("org2", 0);

    @TempDir
    Path folder;

    private static void awaitHeight(SeparateNetwork network, NodeRef peer, long height) {
        eventually(() -> network.node(peer).height(CHANNEL).orElse(0L), seen -> seen >= height);
    }

    private static Call call(String function, String... arguments) {
        return Call.of(CHANNEL, KV, function, arguments);
    }

    private static CallResult submit(SeparateNetwork network, NodeRef gateway, Call call) {
        try (TransactionClient client = network.gateway(gateway)) {
            return client.submitWhenReady(call, TIMEOUT);
        }
    }

    private static String evaluate(SeparateNetwork network, NodeRef gateway, String function, String... arguments) {
        try (TransactionClient client = network.gateway(gateway)) {
            return new String(
                    ((CallResult.Evaluated) client.evaluate(call(function, arguments), TIMEOUT))
                            .payload()
                            .bytes(),
                    StandardCharsets.UTF_8);
        }
    }

    private static CallResult.Committed committed(CallResult result) {
        assertThat(result).isInstanceOf(CallResult.Committed.class);
        assertThat(((CallResult.Committed) result).isValid()).isTrue();
        return (CallResult.Committed) result;
    }

    private static ChaincodePackage served(ChaincodeService service) {
        ChaincodePackage result = ChaincodePackage.of("kv_1.0", service.server());
        service.serve(result.id().toString(), new KeyValueContract());
        return result;
    }

    private static List<String> endorsers(SeparateNetwork network, NodeRef asked) {
        return network.connection(asked).endorsers(network.client(asked.organization()), CHANNEL, KV, TIMEOUT).stream()
                .map(DiscoveredPeer::toString)
                .toList();
    }

    @Test
    void two_organizations_transact_through_ports_alone() throws Exception {
        try (SeparateNetwork network = new SeparateNetwork(ConsensusType.RAFT, 1, folder);
                ChaincodeService service = new ChaincodeService()) {
            network.startOrderer(0);
            network.startPeer(PEER1);
            network.startPeer(SIBLING1, PEER1);
            network.startPeer(PEER2);
            GenesisBlock genesis = network.genesis();
            network.participation(0).join(genesis, TIMEOUT);
            for (NodeRef ref : List.of(PEER1, SIBLING1, PEER2)) {
                network.join(ref, genesis);
            }
            network.deploy(
                    served(service), ChaincodeDefinition.of(withCollection(TestNetworks.chaincode(KV, "1.0")), 1), 0);

            // Discovery sees the chaincode on all peers, whichever is asked: approvals have reached the sibling too.
            for (NodeRef ref : List.of(PEER1, SIBLING1, PEER2)) {
                eventually(() -> endorsers(network, ref), seen -> seen.size() == 3);
            }

            try (Gateway gateway = network.sdk(PEER1);
                    CloseableIterator<ChaincodeEvent> events = gateway.getNetwork(CHANNEL)
                            .getChaincodeEvents(
                                    KV, options -> options.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS))) {
                // The stream begins with the next commit after the peer has taken the request up, whenever that is.
                CompletableFuture<ChaincodeEvent> next = CompletableFuture.supplyAsync(events::next);
                while (!next.isDone()) {
                    committed(submit(network, PEER1, call("announce", "news", "1")));
                }
                assertThat(next.join().getEventName()).isEqualTo("news");
            }
            // The channel's default policy is the majority of two organizations: both have endorsed.
            long height =
                    committed(submit(network, PEER2, call("put", "a", "1"))).block() + 1;
            for (NodeRef ref : List.of(PEER1, SIBLING1, PEER2)) {
                awaitHeight(network, ref, height);
                assertThat(evaluate(network, ref, "get", "a")).isEqualTo("1");
            }

            // Private data reach the sibling and not the other organization.
            for (String collection : List.of("pulled", "pushed")) {
                height = committed(submit(network, PEER1, putPrivate(collection, "hidden")))
                                .block()
                        + 1;
                awaitHeight(network, SIBLING1, height);
                assertThat(evaluate(network, SIBLING1, "getPrivate", collection, "k"))
                        .isEqualTo("hidden");
                awaitHeight(network, PEER2, height);
                assertThat(network.node(PEER2)
                                .channel(CHANNEL)
                                .orElseThrow()
                                .ledger()
                                .privateData(height - 1))
                        .isEmpty();
            }

            // A peer that was stopped catches up from its folder, private data that it missed included.
            network.stop(SIBLING1);
            committed(submit(network, PEER1, putPrivate("pulled", "later")));
            height = committed(submit(network, PEER1, call("put", "a", "2"))).block() + 1;
            network.startPeer(SIBLING1, PEER1);
            awaitHeight(network, SIBLING1, height);
            assertThat(evaluate(network, SIBLING1, "get", "a")).isEqualTo("2");
            assertThat(evaluate(network, SIBLING1, "getPrivate", "pulled", "k")).isEqualTo("later");

            // Without its ordering node the gateway cannot submit; with it back, all goes on.
            network.stop(orderer(0));
            try (Gateway gateway = network.sdk(PEER1)) {
                assertThatThrownBy(() ->
                                gateway.getNetwork(CHANNEL).getContract(KV).submitTransaction("put", "a", "3"))
                        .isInstanceOfSatisfying(SubmitException.class, e -> assertThat(e.getDetails())
                                .extracting(ErrorDetail::getAddress)
                                .containsExactly(network.address(orderer(0)).toString()));
            }
            network.startOrderer(0);
            height = committed(submit(network, PEER1, call("put", "a", "4"))).block() + 1;
            awaitHeight(network, PEER2, height);
            assertThat(evaluate(network, PEER2, "get", "a")).isEqualTo("4");
        }
    }

    /** @param copies how many other peers have to have the data when the transaction is endorsed */
    private static Collection ofOrg1(String name, int copies) {
        return new Collection(
                name, "OR('Org1MSP.member')", copies, copies, 0, true, true, Optional.of("OR('Org1MSP.peer')"));
    }

    private static Call putPrivate(String collection, String value) {
        return new Call(
                CHANNEL,
                KV,
                "putPrivate",
                List.of(collection, "k"),
                Map.of("value", value.getBytes(StandardCharsets.UTF_8)),
                List.of());
    }

    /** With private data of org1. */
    private static Chaincode withCollection(Chaincode chaincode) {
        return new Chaincode(
                chaincode.name(),
                chaincode.version(),
                chaincode.image(),
                chaincode.endorsement(),
                List.of(ofOrg1("pulled", 0), ofOrg1("pushed", 1)),
                chaincode.init(),
                chaincode.tls(),
                chaincode.organizations(),
                chaincode.port(),
                chaincode.environment(),
                chaincode.workload());
    }

    @Test
    void one_of_several_ordering_nodes_orders_for_all() {
        try (SeparateNetwork network = new SeparateNetwork(ConsensusType.RAFT, 3, folder);
                ChaincodeService service = new ChaincodeService()) {
            GenesisBlock genesis = network.genesis();
            for (int i = 0; i < 3; i++) {
                network.startOrderer(i);
                network.participation(i).join(genesis, TIMEOUT);
            }
            for (NodeRef ref : List.of(PEER1, PEER2)) {
                network.startPeer(ref);
                network.join(ref, genesis);
            }
            network.stop(orderer(2));
            network.deploy(served(service), ChaincodeDefinition.of(TestNetworks.chaincode(KV, "1.0"), 1), 1);
            long height =
                    committed(submit(network, PEER1, call("put", "a", "1"))).block() + 1;
            network.startOrderer(2);
            ChannelStatus caughtUp = eventually(
                    () -> network.participation(2).channel(CHANNEL, TIMEOUT).orElseThrow(),
                    seen -> seen.height() >= height);
            assertThat(caughtUp.isActiveConsenter()).isTrue();
        }
    }
}
