package io.weft.embedded.orderer;

import static io.weft.embedded.orderer.OrderingNetwork.CHANNEL;
import static io.weft.embedded.orderer.OrderingNetwork.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.orderer.OrderingNetwork.Stream;
import io.weft.model.ConsensusType;
import io.weft.protocol.Signer;
import java.nio.file.Path;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.orderer.ConsensusType.State;
import org.hyperledger.fabric.protos.orderer.DeliverResponse;
import org.hyperledger.fabric.protos.orderer.etcdraft.ConfigMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigUpdateTest {
    @TempDir
    private Path folder;

    private OrderingNetwork network;

    @AfterEach
    void stop() {
        network.close();
    }

    /** An update of one value of the Orderer group, signed by the ordering organization's admin. */
    private Envelope update(String key, ByteString value, long version) {
        return update(key, value, version, network.identities().admin("orderer"));
    }

    private static Envelope update(String key, ByteString value, long version, Signer admin) {
        return ConfigUpdateMessages.ofOrderer(key, value, version, admin);
    }

    private static ByteString batch(int messages) {
        return ConfigUpdateMessages.batch(messages);
    }

    private BroadcastResponse broadcast(int node, Envelope envelope) {
        try (Stream<BroadcastResponse> stream = network.broadcast(node)) {
            return stream.send(envelope).next();
        }
    }

    private Block block(int node, long number) {
        try (Stream<DeliverResponse> stream = network.deliver(node)) {
            return stream.send(network.seek(network.client(), Seeks.waiting(Seeks.at(number), Seeks.at(number))))
                    .next()
                    .getBlock();
        }
    }

    @Test
    void an_update_becomes_a_config_block_and_is_in_force_at_once() throws Exception {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 3, folder);
        network.node(0).broadcast(network.envelope(network.client(), 50));
        assertThat(broadcast(1, update("BatchSize", batch(2), 1)).getStatus()).isEqualTo(Status.SUCCESS);
        assertThat(block(0, 1).getData().getDataCount()).isEqualTo(1);
        Block config = block(2, 2);
        Payload payload = Payload.parseFrom(
                Envelope.parseFrom(config.getData().getData(0)).getPayload());
        assertThat(ConfigEnvelope.parseFrom(payload.getData()).getConfig().getSequence())
                .isEqualTo(1);
        assertThat(SignatureHeader.parseFrom(payload.getHeader().getSignatureHeader())
                        .getCreator())
                .isEqualTo(network.node(1).msp().serializedIdentity().toByteString());
        assertThat(BlockWriter.lastConfig(config)).isEqualTo(2);
        assertThat(LastConfig.parseFrom(Metadata.parseFrom(config.getMetadata().getMetadata(1))
                                .getValue())
                        .getIndex())
                .isEqualTo(2);
        assertThat(ChannelView.ofBlock(config).batch().maxMessages()).isEqualTo(2);

        network.node(0).broadcast(network.envelope(network.client(), 50));
        network.node(0).broadcast(network.envelope(network.client(), 50));
        Block next = block(0, 3);
        assertThat(next.getData().getDataCount()).isEqualTo(2);
        assertThat(BlockWriter.lastConfig(next)).isEqualTo(2);
        assertThat(network.connection(0).configBlock(network.client(), CHANNEL, TIMEOUT))
                .isEqualTo(config);
    }

    @Test
    void the_configuration_is_in_force_after_a_restart() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        broadcast(0, update("BatchSize", batch(1), 1));
        network.stop(0);
        network.start(0);
        network.node(0).broadcast(network.envelope(network.client(), 50));
        assertThat(BlockWriter.lastConfig(block(0, 2))).isEqualTo(1);
        assertThat(broadcast(0, update("BatchSize", batch(2), 1)).getInfo())
                .startsWith("error applying config update to existing channel 'trading': ");
    }

    @Test
    void an_update_of_a_stranger_to_the_policy_is_not_applied() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        BroadcastResponse answer = broadcast(
                0, update("BatchSize", batch(2), 1, network.identities().admin("org1")));
        assertThat(answer.getStatus()).isEqualTo(Status.BAD_REQUEST);
        assertThat(answer.getInfo())
                .startsWith("error applying config update to existing channel 'trading': error authorizing update: ")
                .contains("policy for [Value]  /Channel/Orderer/BatchSize not satisfied");
    }

    @Test
    void a_submitter_who_may_not_write_is_forbidden() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        Signer stranger = OrderingNetwork.start(ConsensusType.RAFT, 0, folder)
                .identities()
                .admin("orderer");
        BroadcastResponse answer = broadcast(0, update("BatchSize", batch(2), 1, stranger));
        assertThat(answer.getStatus()).isEqualTo(Status.FORBIDDEN);
        assertThat(answer.getInfo())
                .startsWith("config update for existing channel did not pass initial checks: ")
                .endsWith(": permission denied");
    }

    private ByteString consensus(
            java.util.function.UnaryOperator<org.hyperledger.fabric.protos.orderer.ConsensusType.Builder> change)
            throws Exception {
        return change.apply(org.hyperledger.fabric.protos.orderer.ConsensusType.parseFrom(network.genesis()
                                .configuration()
                                .getGroupsOrThrow("Orderer")
                                .getValuesOrThrow("ConsensusType")
                                .getValue())
                        .toBuilder())
                .build()
                .toByteString();
    }

    @Test
    void in_maintenance_ordinary_messages_are_refused_and_application_clients_may_not_read() throws Exception {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        assertThat(broadcast(0, update("ConsensusType", consensus(type -> type.setState(State.STATE_MAINTENANCE)), 1)))
                .isEqualTo(
                        BroadcastResponse.newBuilder().setStatus(Status.SUCCESS).build());
        assertThat(network.node(0).broadcast(network.envelope(network.client(), 50)))
                .isEqualTo(BroadcastResponse.newBuilder()
                        .setStatus(Status.SERVICE_UNAVAILABLE)
                        .setInfo("normal transactions are rejected: maintenance mode")
                        .build());
        try (Stream<DeliverResponse> stream = network.deliver(0)) {
            stream.send(network.seek(network.client(), Seeks.waiting(Seeks.OLDEST, Seeks.NEWEST)));
            assertThat(stream.next().getStatus()).isEqualTo(Status.FORBIDDEN);
        }
        assertThat(broadcast(0, update("ConsensusType", consensus(type -> type), 2))
                        .getStatus())
                .isEqualTo(Status.SUCCESS);
        assertThat(network.node(0)
                        .broadcast(network.envelope(network.client(), 50))
                        .getStatus())
                .isEqualTo(Status.SUCCESS);
    }

    private ByteString withoutConsenters(int... indices) throws Exception {
        return consensus(type -> {
            try {
                ConfigMetadata.Builder metadata = ConfigMetadata.parseFrom(type.getMetadata()).toBuilder();
                for (int index : indices) {
                    metadata.removeConsenters(index);
                }
                return type.setMetadata(metadata.build().toByteString());
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void one_consenter_at_a_time() throws Exception {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 3, folder);
        BroadcastResponse answer = broadcast(0, update("ConsensusType", withoutConsenters(2, 1), 1));
        assertThat(answer.getStatus()).isEqualTo(Status.BAD_REQUEST);
        assertThat(answer.getInfo())
                .isEqualTo("error applying config update to existing channel 'trading': consensus metadata update for"
                        + " channel config update is invalid: update of more than one consenter at a time is not"
                        + " supported, requested changes: add 0 node(s), remove 2 node(s)");
    }

    @Test
    void a_removed_consenter_follows_and_the_others_go_on() throws Exception {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 3, folder);
        assertThat(broadcast(0, update("ConsensusType", withoutConsenters(0), 1))
                        .getStatus())
                .isEqualTo(Status.SUCCESS);
        assertThat(network.participation(0)
                        .channel(CHANNEL, TIMEOUT)
                        .orElseThrow()
                        .relation())
                .isEqualTo("follower");
        assertThat(network.node(1)
                        .broadcast(network.envelope(network.client(), 50))
                        .getStatus())
                .isEqualTo(Status.SUCCESS);
        network.endBatches();
        Block block = block(2, 2);
        Metadata consenterMetadata =
                Metadata.parseFrom(BlockWriter.metadata(block).getConsenterMetadata());
        assertThat(org.hyperledger.fabric.protos.orderer.etcdraft.BlockMetadata.parseFrom(consenterMetadata.getValue())
                        .getConsenterIdsList())
                .containsExactly(2L, 3L);
        assertThat(network.participation(0)
                        .channel(CHANNEL, TIMEOUT)
                        .orElseThrow()
                        .height())
                .isEqualTo(3);
    }

    @Test
    void a_removal_that_would_stop_the_channel_is_refused() throws Exception {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 3, folder);
        network.stop(0);
        assertThat(broadcast(1, update("ConsensusType", withoutConsenters(1), 1))
                        .getInfo())
                .endsWith(": 2 out of 3 nodes are alive, configuration will result in quorum loss");
    }
}
