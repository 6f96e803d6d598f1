package io.weft.embedded.orderer;

import static io.weft.embedded.orderer.OrderingNetwork.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.embedded.orderer.OrderingNetwork.Stream;
import io.weft.model.ConsensusType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.DeliverResponse;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.orderer.SeekInfo.SeekContentType;
import org.hyperledger.fabric.protos.orderer.SeekPosition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deliver of an ordering node whose channel has the blocks 0 to 4. */
class DeliverTest {
    private OrderingNetwork network;
    private Stream<DeliverResponse> stream;

    @BeforeEach
    void start(@TempDir Path folder) {
        network = OrderingNetwork.joined(ConsensusType.RAFT, 1, folder);
        order(4);
        stream = network.deliver(0);
    }

    @AfterEach
    void stop() {
        stream.close();
        network.close();
    }

    private void order(int blocks) {
        for (int i = 0; i < 10 * blocks; i++) {
            assertThat(network.node(0)
                            .broadcast(network.envelope(network.client(), 50))
                            .getStatus())
                    .isEqualTo(Status.SUCCESS);
        }
    }

    private void ask(SeekInfo seek) {
        stream.send(network.seek(network.client(), seek));
    }

    /** The numbers of the blocks that come before a status, and then the status. */
    private List<Object> answers() {
        List<Object> result = new ArrayList<>();
        while (true) {
            DeliverResponse answer = stream.next();
            if (!answer.hasBlock()) {
                result.add(answer.getStatus());
                return result;
            }
            result.add(answer.getBlock().getHeader().getNumber());
        }
    }

    @Test
    void from_the_oldest_to_the_newest() {
        ask(Seeks.waiting(Seeks.OLDEST, Seeks.NEWEST));
        assertThat(answers()).containsExactly(0L, 1L, 2L, 3L, 4L, Status.SUCCESS);
    }

    @Test
    void from_the_oldest_to_the_oldest() {
        ask(Seeks.waiting(Seeks.OLDEST, Seeks.OLDEST));
        assertThat(answers()).containsExactly(0L, Status.SUCCESS);
    }

    @Test
    void a_range_by_numbers() {
        ask(Seeks.impatient(Seeks.at(2), Seeks.at(3)));
        assertThat(answers()).containsExactly(2L, 3L, Status.SUCCESS);
    }

    @Test
    void several_requests_on_one_stream() {
        ask(Seeks.waiting(Seeks.at(1), Seeks.at(1)));
        ask(Seeks.waiting(Seeks.NEWEST, Seeks.NEWEST));
        assertThat(answers()).containsExactly(1L, Status.SUCCESS);
        assertThat(answers()).containsExactly(4L, Status.SUCCESS);
        stream.finish();
        assertThat(stream.hasEnded()).isTrue();
    }

    @Test
    void a_client_that_has_said_all_still_gets_all() {
        ask(Seeks.waiting(Seeks.OLDEST, Seeks.at(5)));
        stream.finish();
        for (long number = 0; number < 5; number++) {
            assertThat(stream.next().getBlock().getHeader().getNumber()).isEqualTo(number);
        }
        order(1);
        assertThat(answers()).containsExactly(5L, Status.SUCCESS);
        assertThat(stream.hasEnded()).isTrue();
    }

    @Test
    void what_does_not_exist_yet_is_waited_for() {
        ask(Seeks.waiting(Seeks.at(5), Seeks.at(6)));
        assertThat(stream.isQuiet(Duration.ofMillis(100))).isTrue();
        order(2);
        assertThat(answers()).containsExactly(5L, 6L, Status.SUCCESS);
    }

    @Test
    void who_does_not_want_to_wait_is_told_that_there_is_no_more() {
        ask(Seeks.impatient(Seeks.at(3), Seeks.at(9)));
        assertThat(answers()).containsExactly(3L, 4L, Status.NOT_FOUND);
        assertThat(stream.hasEnded()).isTrue();
    }

    @Test
    void a_start_beyond_the_next_block_is_not_found() {
        ask(Seeks.waiting(Seeks.at(6), Seeks.at(7)));
        assertThat(answers()).containsExactly(Status.NOT_FOUND);
    }

    @Test
    void a_stop_before_the_start_is_a_bad_request() {
        ask(Seeks.waiting(Seeks.at(3), Seeks.at(2)));
        assertThat(answers()).containsExactly(Status.BAD_REQUEST);
    }

    @Test
    void without_start_or_stop_it_is_a_bad_request() {
        ask(SeekInfo.newBuilder().setStart(Seeks.OLDEST).build());
        assertThat(answers()).containsExactly(Status.BAD_REQUEST);
    }

    @Test
    void an_empty_start_is_not_found() {
        ask(Seeks.waiting(SeekPosition.getDefaultInstance(), Seeks.NEWEST));
        assertThat(answers()).containsExactly(Status.NOT_FOUND);
    }

    @Test
    void the_next_commit_is_the_block_after_the_newest() {
        ask(Seeks.waiting(Seeks.NEXT_COMMIT, Seeks.END));
        // The node may take the request up after a block has come, and then begins with the one after that.
        long newest = 4;
        do {
            order(1);
            newest++;
        } while (stream.isQuiet(Duration.ofMillis(100)));
        long first = stream.next().getBlock().getHeader().getNumber();
        assertThat(first).isBetween(5L, newest);
        order(1);
        assertThat(stream.next().getBlock().getHeader().getNumber()).isEqualTo(first + 1);
    }

    @Test
    void headers_and_signatures_alone_but_configurations_whole() {
        ask(Seeks.waiting(Seeks.OLDEST, Seeks.at(1)).toBuilder()
                .setContentType(SeekContentType.HEADER_WITH_SIG)
                .build());
        Block genesis = stream.next().getBlock();
        Block first = stream.next().getBlock();
        assertThat(genesis.getData().getDataCount()).isEqualTo(1);
        assertThat(first.hasData()).isFalse();
        assertThat(first.getMetadata().getMetadata(0)).isNotEmpty();
    }

    @Test
    void another_channel_is_not_found() {
        stream.send(OrderingNetwork.envelope(
                network.client(),
                HeaderType.DELIVER_SEEK_INFO,
                "other",
                Seeks.waiting(Seeks.OLDEST, Seeks.NEWEST).toByteString(),
                Instant.now()));
        assertThat(answers()).containsExactly(Status.NOT_FOUND);
    }

    @Test
    void a_request_of_another_time_is_bad() {
        for (Duration off : List.of(Duration.ofMinutes(16), Duration.ofMinutes(-16))) {
            try (Stream<DeliverResponse> other = network.deliver(0)) {
                other.send(OrderingNetwork.envelope(
                        network.client(),
                        HeaderType.DELIVER_SEEK_INFO,
                        CHANNEL,
                        Seeks.waiting(Seeks.OLDEST, Seeks.NEWEST).toByteString(),
                        Instant.now().plus(off)));
                assertThat(other.next().getStatus()).isEqualTo(Status.BAD_REQUEST);
            }
        }
    }

    @Test
    void a_request_that_is_none_is_bad() {
        stream.send(OrderingNetwork.envelope(
                network.client(),
                HeaderType.DELIVER_SEEK_INFO,
                CHANNEL,
                ByteString.copyFromUtf8("nonsense"),
                Instant.now()));
        assertThat(answers()).containsExactly(Status.BAD_REQUEST);
    }

    @Test
    void a_wrong_signature_is_forbidden() {
        Envelope right = network.seek(network.client(), Seeks.waiting(Seeks.OLDEST, Seeks.NEWEST));
        stream.send(right.toBuilder()
                .setSignature(network.envelope(network.client(), 1).getSignature())
                .build());
        assertThat(answers()).containsExactly(Status.FORBIDDEN);
    }

    @Test
    void a_channel_that_is_removed_ends_the_streams_of_those_who_wait() {
        ask(Seeks.waiting(Seeks.NEWEST, Seeks.END));
        stream.next();
        network.participation(0).remove(CHANNEL, OrderingNetwork.TIMEOUT);
        assertThat(answers()).containsExactly(Status.SERVICE_UNAVAILABLE);
    }

    @Test
    void a_long_chain_arrives_whole_whatever_the_clients_speed() {
        for (int i = 0; i < 20; i++) {
            network.node(0).broadcast(network.envelope(network.client(), 600 * 1024));
        }
        ask(Seeks.waiting(Seeks.at(5), Seeks.at(24)));
        assertThat(answers()).hasSize(21).endsWith(Status.SUCCESS);
    }
}
