package io.weft.embedded.peer;

import static io.weft.embedded.peer.EmbeddedNetwork.CHANNEL;
import static io.weft.embedded.peer.EmbeddedNetwork.TIMEOUT;
import static io.weft.embedded.peer.EmbeddedNetwork.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.chaincode.ChaincodeDefinition;
import io.weft.channel.PeerChannels;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult;
import io.weft.gateway.TransactionClient;
import io.weft.model.ConsensusType;
import io.weft.testing.TestNetworks;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network of embedded nodes as weft's own clients see it. */
class EmbeddedPeerTest {
    private static EmbeddedNetwork network;

    @BeforeAll
    static void start(@TempDir Path folder) {
        network = EmbeddedNetwork.joined(ConsensusType.RAFT, 3, folder);
        network.deploy(
                network.chaincodePackage("kv_1.0", KeyValueContract.class),
                ChaincodeDefinition.of(TestNetworks.chaincode("kv", "1.0"), 1));
    }

    @AfterAll
    static void stop() {
        network.close();
    }

    @Test
    void a_peer_lists_its_channels_and_joins_one_only_once() {
        PeerChannels channels = new PeerChannels(network.connection(peer("org1", 0)), network.admin("org1"));

        assertThat(channels.channels(TIMEOUT)).containsExactly(CHANNEL);
        assertThat(channels.join(network.genesis(), TIMEOUT)).isFalse();
    }

    @Test
    void what_one_organization_submits_the_other_reads() {
        try (TransactionClient first = network.gateway("org1");
                TransactionClient second = network.gateway("org2")) {
            CallResult submitted = first.submit(Call.of(CHANNEL, "kv", "put", "colour", "blue"), TIMEOUT);

            assertThat(submitted)
                    .isInstanceOfSatisfying(
                            CallResult.Committed.class,
                            committed -> assertThat(committed.code()).isEqualTo("VALID"));
            assertThat(second.evaluate(Call.of(CHANNEL, "kv", "get", "colour"), TIMEOUT))
                    .isInstanceOfSatisfying(
                            CallResult.Evaluated.class,
                            evaluated -> assertThat(evaluated.payload().toString()).contains("blue"));
        }
    }
}
