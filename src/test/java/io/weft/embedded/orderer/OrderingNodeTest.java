package io.weft.embedded.orderer;

import static io.weft.embedded.orderer.OrderingNetwork.CHANNEL;
import static io.weft.embedded.orderer.OrderingNetwork.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.ByteString;
import io.weft.channel.BlockHash;
import io.weft.channel.ChannelStatus;
import io.weft.channel.JoinOutcome;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.SignedData;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.orderer.OrderingNetwork.Stream;
import io.weft.model.ConsensusType;
import io.weft.protocol.Signer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.IdentifierHeader;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.Orderers;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.orderer.DeliverResponse;
import org.hyperledger.fabric.protos.orderer.SeekInfo.SeekErrorResponse;
import org.hyperledger.fabric.protos.orderer.etcdraft.BlockMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderingNodeTest {
    @TempDir
    private Path folder;

    private OrderingNetwork network;

    @AfterEach
    void stop() {
        if (network != null) {
            network.close();
        }
    }

    private void order(int node, int envelopes) {
        for (int i = 0; i < envelopes; i++) {
            assertThat(network.node(node).broadcast(network.envelope(network.client(), 100)))
                    .isEqualTo(success());
        }
    }

    private static BroadcastResponse success() {
        return BroadcastResponse.newBuilder().setStatus(Status.SUCCESS).build();
    }

    private static BroadcastResponse refusal(Status status, String info) {
        return BroadcastResponse.newBuilder().setStatus(status).setInfo(info).build();
    }

    /** Waits for a block and returns it. */
    private Block block(int node, long number) {
        try (Stream<DeliverResponse> stream = network.deliver(node)) {
            return stream.send(network.seek(network.client(), Seeks.waiting(Seeks.at(number), Seeks.at(number))))
                    .next()
                    .getBlock();
        }
    }

    private long height(int node) {
        return network.participation(node)
                .channel(CHANNEL, TIMEOUT)
                .orElseThrow()
                .height();
    }

    // Joining, with weft's own client.

    @Test
    void a_consenter_that_joins_is_active_at_once() {
        network = OrderingNetwork.start(ConsensusType.RAFT, 1, folder);
        assertThat(network.participation(0).join(network.genesis(), TIMEOUT))
                .isEqualTo(new JoinOutcome.Joined(new ChannelStatus(CHANNEL, "consenter", "active", 1)));
        assertThat(network.participation(0).channels(TIMEOUT)).containsExactly(CHANNEL);
        assertThat(network.connection(0).newestBlock(network.client(), CHANNEL, TIMEOUT))
                .isEqualTo(network.genesis().block());
    }

    @Test
    void joining_twice_finds_the_name_taken() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        assertThat(network.participation(0).join(network.genesis(), TIMEOUT)).isInstanceOf(JoinOutcome.NameTaken.class);
    }

    @Test
    void a_removed_channel_is_forgotten_and_may_be_joined_anew() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        assertThat(network.participation(0).remove(CHANNEL, TIMEOUT)).isTrue();
        assertThat(network.participation(0).remove(CHANNEL, TIMEOUT)).isFalse();
        assertThat(network.participation(0).channel(CHANNEL, TIMEOUT)).isEmpty();
        network.participation(0)
                .join(network.genesis(network.network().channels().get(0)), TIMEOUT);
        assertThat(height(0)).isEqualTo(1);
        order(0, 10);
        assertThat(height(0)).isEqualTo(2);
    }

    @Test
    void a_node_outside_of_the_consenters_follows_and_serves_nobody() {
        network = OrderingNetwork.start(ConsensusType.RAFT, 2, folder);
        var channel = network.network().channels().get(0);
        var narrow = network.genesis(new io.weft.model.Channel(
                channel.name(),
                new io.weft.model.Ordering(
                        channel.ordering().type(),
                        channel.ordering().organizations(),
                        List.of(OrderingNetwork.ref(0)),
                        channel.ordering().batch(),
                        channel.ordering().options()),
                channel.members(),
                channel.policies(),
                channel.acls(),
                channel.capabilities(),
                channel.chaincodes()));
        network.participation(0).join(narrow, TIMEOUT);
        order(0, 10);
        assertThat(network.participation(1).join(narrow, TIMEOUT))
                .isEqualTo(new JoinOutcome.Joined(new ChannelStatus(CHANNEL, "follower", "onboarding", 0)));
        order(0, 10);
        assertThat(network.participation(1).channel(CHANNEL, TIMEOUT))
                .contains(new ChannelStatus(CHANNEL, "follower", "active", 3));
        assertThat(network.node(1).broadcast(network.envelope(network.client(), 100)))
                .isEqualTo(refusal(Status.BAD_REQUEST, "channel does not exist"));
        try (Stream<DeliverResponse> stream = network.deliver(1)) {
            stream.send(network.seek(network.client(), Seeks.waiting(Seeks.OLDEST, Seeks.END)));
            assertThat(stream.next().getStatus()).isEqualTo(Status.NOT_FOUND);
        }
        network.stop(1);
        order(0, 10);
        network.start(1);
        assertThat(network.participation(1).channel(CHANNEL, TIMEOUT))
                .contains(new ChannelStatus(CHANNEL, "follower", "active", 4));
    }

    @Test
    void channels_and_heights_survive_a_restart_of_all_nodes() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 3, folder);
        order(0, 30);
        Block newest = block(2, 3);
        List.of(0, 1, 2).forEach(network::stop);
        List.of(2, 0, 1).forEach(network::start);
        assertThat(List.of(height(0), height(1), height(2))).containsOnly(4L);
        order(1, 10);
        assertThat(block(0, 4).getHeader().getPreviousHash()).isEqualTo(BlockHash.ofHeader(newest.getHeader()));
    }

    // Blocks.

    @Test
    void a_raft_block_is_chained_and_signed_by_the_leader() throws Exception {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 3, folder);
        Envelope envelope = network.envelope(network.client(), 100);
        try (Stream<BroadcastResponse> stream = network.broadcast(1)) {
            assertThat(stream.send(envelope).next()).isEqualTo(success());
        }
        network.endBatches();
        Block block = block(2, 1);
        assertThat(block.getData().getDataList()).containsExactly(envelope.toByteString());
        assertThat(block.getHeader().getDataHash()).isEqualTo(BlockHash.ofData(block.getData()));
        assertThat(block.getHeader().getPreviousHash())
                .isEqualTo(BlockHash.ofHeader(network.genesis().block().getHeader()));
        assertThat(block.getMetadata().getMetadataCount()).isEqualTo(5);
        Metadata last = Metadata.parseFrom(block.getMetadata().getMetadata(1));
        assertThat(LastConfig.parseFrom(last.getValue()).getIndex()).isZero();
        Metadata signed = Metadata.parseFrom(block.getMetadata().getMetadata(0));
        OrdererBlockMetadata value = OrdererBlockMetadata.parseFrom(signed.getValue());
        assertThat(value.hasLastConfig()).isTrue();
        assertThat(BlockMetadata.parseFrom(
                        Metadata.parseFrom(value.getConsenterMetadata()).getValue()))
                .isEqualTo(BlockMetadata.newBuilder()
                        .addAllConsenterIds(List.of(1L, 2L, 3L))
                        .setNextConsenterId(4)
                        .setRaftIndex(5)
                        .build());
        assertThat(signed.getSignaturesCount()).isEqualTo(1);
        MetadataSignature signature = signed.getSignatures(0);
        SignatureHeader header = SignatureHeader.parseFrom(signature.getSignatureHeader());
        ChannelView.ofBlock(network.genesis().block())
                .require(
                        "/Channel/Orderer/BlockValidation",
                        List.of(new SignedData(
                                header.getCreator(),
                                signed.getValue()
                                        .concat(signature.getSignatureHeader())
                                        .concat(BlockHash.derOfHeader(block.getHeader())),
                                signature.getSignature())));
    }

    @Test
    void a_bft_block_is_signed_by_a_quorum() throws Exception {
        network = OrderingNetwork.joined(ConsensusType.BFT, 4, folder);
        order(0, 1);
        network.endBatches();
        Block block = block(3, 1);
        Metadata signed = Metadata.parseFrom(block.getMetadata().getMetadata(0));
        assertThat(signed.getSignaturesCount()).isEqualTo(3);
        Orderers orderers = Orderers.parseFrom(network.genesis()
                .configuration()
                .getGroupsOrThrow("Orderer")
                .getValuesOrThrow("Orderers")
                .getValue());
        List<SignedData> signatures = new ArrayList<>();
        for (MetadataSignature signature : signed.getSignaturesList()) {
            assertThat(signature.getSignatureHeader()).isEmpty();
            int id = IdentifierHeader.parseFrom(signature.getIdentifierHeader()).getIdentifier();
            var consenter = orderers.getConsenterMappingList().stream()
                    .filter(each -> each.getId() == id)
                    .findFirst()
                    .orElseThrow();
            signatures.add(new SignedData(
                    SerializedIdentity.newBuilder()
                            .setMspid(consenter.getMspId())
                            .setIdBytes(consenter.getIdentity())
                            .build()
                            .toByteString(),
                    signed.getValue()
                            .concat(signature.getIdentifierHeader())
                            .concat(BlockHash.derOfHeader(block.getHeader())),
                    signature.getSignature()));
        }
        ChannelView.ofBlock(network.genesis().block()).require("/Channel/Orderer/BlockValidation", signatures);
    }

    @Test
    void a_full_batch_does_not_wait() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        order(0, 9);
        assertThat(height(0)).isEqualTo(1);
        assertThat(network.openBatches()).isEqualTo(1);
        order(0, 1);
        assertThat(block(0, 1).getData().getDataCount()).isEqualTo(10);
        assertThat(network.openBatches()).isZero();
    }

    @Test
    void a_batch_that_nobody_fills_is_cut_when_its_time_is_over() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        order(0, 3);
        assertThat(height(0)).isEqualTo(1);
        network.endBatches();
        assertThat(block(0, 1).getData().getDataCount()).isEqualTo(3);
        order(0, 10);
        assertThat(network.openBatches()).isZero();
        assertThat(network.batchTimeouts()).containsExactly(Duration.ofMillis(200), Duration.ofMillis(200));
    }

    // Who runs.

    @Test
    void a_stopped_minority_is_survived_and_catches_up() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 3, folder);
        order(0, 10);
        network.stop(0);
        order(1, 20);
        assertThat(height(2)).isEqualTo(4);
        network.start(0);
        assertThat(height(0)).isEqualTo(4);
        assertThat(block(0, 3)).isEqualTo(block(1, 3));
    }

    @Test
    void a_lost_majority_refuses_until_one_is_back() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 3, folder);
        order(0, 10);
        network.stop(0);
        network.stop(1);
        Envelope envelope = network.envelope(network.client(), 100);
        assertThat(network.node(2).broadcast(envelope))
                .isEqualTo(refusal(Status.SERVICE_UNAVAILABLE, "no Raft leader"));
        try (Stream<DeliverResponse> stream = network.deliver(2)) {
            stream.send(network.seek(network.client(), Seeks.waiting(Seeks.NEWEST, Seeks.NEWEST)));
            assertThat(stream.next().getStatus()).isEqualTo(Status.SERVICE_UNAVAILABLE);
            assertThat(stream.hasEnded()).isTrue();
        }
        assertThat(network.connection(2)
                        .newestBlock(network.client(), CHANNEL, TIMEOUT)
                        .getHeader()
                        .getNumber())
                .isEqualTo(1);
        network.start(1);
        assertThat(network.node(2).broadcast(envelope)).isEqualTo(success());
        network.endBatches();
        block(1, 2);
    }

    @Test
    void a_lost_majority_ends_the_streams_of_those_who_wait() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 3, folder);
        try (Stream<DeliverResponse> strict = network.deliver(2);
                Stream<DeliverResponse> patient = network.deliver(2)) {
            var seek = Seeks.waiting(Seeks.NEWEST, Seeks.END);
            strict.send(network.seek(network.client(), seek)).next();
            patient.send(network.seek(
                            network.client(),
                            seek.toBuilder()
                                    .setErrorResponse(SeekErrorResponse.BEST_EFFORT)
                                    .build()))
                    .next();
            network.stop(0);
            network.stop(1);
            assertThat(strict.next().getStatus()).isEqualTo(Status.SERVICE_UNAVAILABLE);
            network.start(0);
            order(0, 10);
            assertThat(patient.next().getBlock().getHeader().getNumber()).isEqualTo(1);
        }
    }

    @Test
    void bft_needs_more_than_a_majority() {
        network = OrderingNetwork.joined(ConsensusType.BFT, 4, folder);
        network.stop(0);
        order(1, 1);
        network.endBatches();
        block(2, 1);
        network.stop(1);
        assertThat(network.node(2).broadcast(network.envelope(network.client(), 100)))
                .isEqualTo(refusal(Status.SERVICE_UNAVAILABLE, "failed to submit request: no leader"));
    }

    @Test
    void before_a_majority_has_joined_there_is_no_leader() {
        network = OrderingNetwork.start(ConsensusType.RAFT, 3, folder);
        network.participation(0).join(network.genesis(), TIMEOUT);
        assertThat(network.node(0).broadcast(network.envelope(network.client(), 100)))
                .isEqualTo(refusal(Status.SERVICE_UNAVAILABLE, "no Raft leader"));
        network.participation(1).join(network.genesis(), TIMEOUT);
        order(0, 1);
    }

    @Test
    void a_late_node_gets_all_blocks() {
        network = OrderingNetwork.start(ConsensusType.RAFT, 3, folder);
        network.participation(0).join(network.genesis(), TIMEOUT);
        network.participation(1).join(network.genesis(), TIMEOUT);
        order(0, 10);
        network.participation(2).join(network.genesis(), TIMEOUT);
        assertThat(height(2)).isEqualTo(2);
    }

    @Test
    void another_block_0_of_the_same_name_is_refused() {
        network = OrderingNetwork.start(ConsensusType.RAFT, 3, folder);
        network.participation(0).join(network.genesis(), TIMEOUT);
        var other = network.genesis(network.network().channels().get(0));
        assertThatCode(() -> network.participation(1).join(other, TIMEOUT))
                .hasMessageContaining("the other ordering nodes have another block 0 of channel `trading`");
        assertThat(network.participation(1).channels(TIMEOUT)).isEmpty();
    }

    // What is refused.

    @Test
    void an_unknown_channel_does_not_exist() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        Envelope envelope = OrderingNetwork.envelope(
                network.client(), HeaderType.ENDORSER_TRANSACTION, "other", ByteString.EMPTY, Instant.now());
        try (Stream<BroadcastResponse> stream = network.broadcast(0)) {
            assertThat(stream.send(envelope).next()).isEqualTo(refusal(Status.BAD_REQUEST, "channel does not exist"));
            assertThat(stream.hasEnded()).isTrue();
        }
    }

    @Test
    void an_envelope_without_header_has_no_channel() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        assertThat(network.node(0).broadcast(Envelope.getDefaultInstance()))
                .isEqualTo(refusal(Status.BAD_REQUEST, "could not determine channel ID: header not set"));
    }

    @Test
    void a_configuration_is_not_taken_directly() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        Envelope envelope =
                OrderingNetwork.envelope(network.client(), HeaderType.CONFIG, CHANNEL, ByteString.EMPTY, Instant.now());
        assertThat(network.node(0).broadcast(envelope))
                .isEqualTo(refusal(Status.BAD_REQUEST, "message is of type that cannot be processed directly"));
    }

    @Test
    void a_message_above_the_absolute_limit_is_refused() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        Envelope envelope = network.envelope(network.client(), 10 * 1024 * 1024);
        int size = envelope.getPayload().size() + envelope.getSignature().size();
        try (Stream<BroadcastResponse> stream = network.broadcast(0)) {
            assertThat(stream.send(envelope).next())
                    .isEqualTo(refusal(
                            Status.BAD_REQUEST,
                            "message payload is " + size + " bytes and exceeds maximum allowed 10485760 bytes"));
        }
    }

    @Test
    void a_stranger_is_forbidden_to_write_and_to_read() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        Signer stranger = OrderingNetwork.start(ConsensusType.RAFT, 0, folder).client();
        assertThat(network.node(0).broadcast(network.envelope(stranger, 100)))
                .isEqualTo(refusal(
                        Status.FORBIDDEN,
                        "implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1"
                                + " of the 'Writers' sub-policies to be satisfied: permission denied"));
        try (Stream<DeliverResponse> stream = network.deliver(0)) {
            stream.send(network.seek(stranger, Seeks.waiting(Seeks.OLDEST, Seeks.NEWEST)));
            assertThat(stream.next().getStatus()).isEqualTo(Status.FORBIDDEN);
            assertThat(stream.hasEnded()).isTrue();
        }
    }

    @Test
    void a_tampered_payload_is_forbidden() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        Envelope envelope = network.envelope(network.client(), 100);
        Envelope tampered = envelope.toBuilder()
                .setSignature(network.envelope(network.client(), 100).getSignature())
                .build();
        assertThat(network.node(0).broadcast(tampered).getStatus()).isEqualTo(Status.FORBIDDEN);
    }

    @Test
    void an_expired_identity_is_told_so() {
        Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(31)), ZoneOffset.UTC);
        network = OrderingNetwork.start(ConsensusType.RAFT, 1, folder, later);
        network.joinAll();
        assertThat(network.node(0).broadcast(network.envelope(network.client(), 100)))
                .isEqualTo(refusal(Status.BAD_REQUEST, "broadcast client identity expired"));
    }

    @Test
    void messages_after_a_refusal_go_unheard() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        try (Stream<BroadcastResponse> stream = network.broadcast(0)) {
            stream.send(network.envelope(network.client(), 100));
            assertThat(stream.next()).isEqualTo(success());
            stream.send(Envelope.getDefaultInstance());
            assertThat(stream.next().getStatus()).isEqualTo(Status.BAD_REQUEST);
            assertThat(stream.hasEnded()).isTrue();
        }
    }

    // Peers of the same process.

    @Test
    void a_source_tells_of_each_new_block() throws InterruptedException {
        network = OrderingNetwork.start(ConsensusType.RAFT, 1, folder);
        BlockSource source = network.service().source(CHANNEL);
        assertThat(source.height()).isZero();
        assertThat(network.service().blocks(CHANNEL)).isEmpty();
        BlockingQueue<Long> heights = new LinkedBlockingQueue<>();
        BlockSource.Registration registration = source.onHeight(heights::add);
        try {
            network.joinAll();
            order(0, 20);
            for (long height = 1; height <= 3; height++) {
                assertThat(heights.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(height);
            }
        } finally {
            registration.close();
        }
        order(0, 10);
        assertThat(heights).isEmpty();
        assertThat(network.service().blocks(CHANNEL).orElseThrow().height()).isEqualTo(4);
        assertThat(source.block(3)).isEqualTo(block(0, 3));
        assertThat(network.service().broadcast(network.envelope(network.client(), 100)))
                .isEqualTo(success());
    }

    @Test
    void metrics_name_the_leader() {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 3, folder);
        List<String> leaders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            if (Http.get(network.node(i).operationsAddress(), "/metrics")
                    .contains("consensus_etcdraft_is_leader{channel=\"trading\"} 1\n")) {
                leaders.add("orderer" + i);
            }
        }
        assertThat(leaders).hasSize(1);
        assertThat(Http.get(network.node(0).operationsAddress(), "/healthz")).contains("\"status\":\"OK\"");
    }
}
