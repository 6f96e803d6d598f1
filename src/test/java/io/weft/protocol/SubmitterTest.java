package io.weft.protocol;

import static io.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.stub.StreamObserver;
import io.weft.model.ConsensusType;
import io.weft.model.HostPort;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.testing.Eventually;
import io.weft.testing.FakeNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.AtomicBroadcastGrpc;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SubmitterTest {
    private static final Envelope ENVELOPE = Envelope.getDefaultInstance();

    private final Dialer dialer = new Dialer();
    private final List<FakeNode> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        dialer.close();
        nodes.forEach(FakeNode::close);
    }

    /** An ordering node that gives these answers one after the other, and the last one from then on; silent without any. */
    private final class Script {
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger cancelled = new AtomicInteger();
        private final OrdererConnection connection;

        Script(String name, BroadcastResponse... answers) {
            FakeNode node = new FakeNode(name, new AtomicBroadcastGrpc.AtomicBroadcastImplBase() {
                @Override
                public StreamObserver<Envelope> broadcast(StreamObserver<BroadcastResponse> client) {
                    return new StreamObserver<>() {
                        @Override
                        public void onNext(Envelope envelope) {
                            int turn = Math.min(asked.getAndIncrement(), answers.length - 1);
                            if (turn >= 0) {
                                client.onNext(answers[turn]);
                            }
                        }

                        @Override
                        public void onError(Throwable cause) {
                            cancelled.incrementAndGet();
                        }

                        @Override
                        public void onCompleted() {}
                    };
                }
            });
            nodes.add(node);
            connection = dialer.orderer(node.endpoint());
        }
    }

    private static BroadcastResponse answer(Status status, String info) {
        return BroadcastResponse.newBuilder().setStatus(status).setInfo(info).build();
    }

    private static void broadcast(ConsensusType type, Duration timeout, Script... scripts) {
        List<OrdererConnection> orderers = new ArrayList<>();
        for (Script script : scripts) {
            orderers.add(script.connection);
        }
        new Submitter(type, orderers).broadcast(ENVELOPE, "a test", Deadline.after(timeout));
    }

    @Test
    void one_node_of_raft_is_enough() {
        Script first = new Script("o0", answer(Status.SUCCESS, ""));
        Script second = new Script("o1", answer(Status.SUCCESS, ""));

        broadcast(ConsensusType.RAFT, Eventually.PATIENCE, first, second);

        assertThat(first.asked).hasValue(1);
        assertThat(second.asked).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(ConsensusType.class)
    void a_node_that_does_not_come_to_be_connected_is_passed_over(ConsensusType type) throws IOException {
        Script answering = new Script("o1", answer(Status.SUCCESS, ""));
        Endpoint endpoint = answering.connection.endpoint();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            OrdererConnection hanging = dialer.orderer(new Endpoint(
                    "test/o0",
                    new HostPort("127.0.0.1", silent.getLocalPort()),
                    endpoint.authority(),
                    endpoint.tlsRoots(),
                    endpoint.client()));

            new Submitter(type, List.of(hanging, answering.connection))
                    .broadcast(ENVELOPE, "a test", Deadline.after(Eventually.PATIENCE));

            assertThat(eventually(answering.asked::get, asked -> asked > 0)).isPositive();
            assertThat(hanging.isConnected()).isFalse();
        }
    }

    /** As a follower that is not connected to the leader: it is silent for 7 s, and refuses then. */
    @Test
    void while_a_node_is_silent_the_next_one_is_asked() {
        Script silent = new Script("o0");
        Script answering =
                new Script("o1", answer(Status.SERVICE_UNAVAILABLE, "no Raft leader"), answer(Status.SUCCESS, ""));

        broadcast(ConsensusType.RAFT, Eventually.PATIENCE, silent, answering);

        assertThat(silent.asked)
                .as("it is not asked again before it has answered")
                .hasValue(1);
        assertThat(answering.asked).hasValue(2);
        eventually("the offer is withdrawn", () -> silent.cancelled.get() == 1);
    }

    @Test
    void the_node_that_took_the_last_transaction_is_asked_first() {
        Script silent = new Script("o0");
        Script taker = new Script("o1", answer(Status.SUCCESS, ""));
        Submitter submitter = new Submitter(ConsensusType.RAFT, List.of(silent.connection, taker.connection));

        submitter.broadcast(ENVELOPE, "a test", Deadline.after(Eventually.PATIENCE));
        submitter.broadcast(ENVELOPE, "another", Deadline.after(Eventually.PATIENCE));

        assertThat(silent.asked).hasValue(1);
        assertThat(taker.asked).hasValue(2);
    }

    @Test
    void all_nodes_of_bft_are_told() {
        Script first = new Script("o0", answer(Status.SUCCESS, ""));
        Script second = new Script("o1", answer(Status.SUCCESS, ""));

        broadcast(ConsensusType.BFT, Eventually.PATIENCE, first, second);

        assertThat(eventually(second.asked::get, asked -> asked > 0)).isEqualTo(1);
    }

    @Test
    void a_channel_without_a_leader_is_asked_again() {
        Script node = new Script(
                "o0",
                answer(Status.SERVICE_UNAVAILABLE, "no Raft leader"),
                answer(Status.SERVICE_UNAVAILABLE, "no Raft leader"),
                answer(Status.SUCCESS, ""));

        broadcast(ConsensusType.RAFT, Eventually.PATIENCE, node);

        assertThat(node.asked).hasValue(3);
    }

    @Test
    void a_node_that_has_not_joined_is_passed_over() {
        for (String text : List.of(
                "channel does not exist",
                "channel creation request not allowed because the orderer system channel is not defined")) {
            Script stranger = new Script("o0", answer(Status.BAD_REQUEST, text));
            Script member = new Script("o1", answer(Status.SUCCESS, ""));

            broadcast(ConsensusType.RAFT, Eventually.PATIENCE, stranger, member);

            assertThat(member.asked).hasValue(1);
        }
    }

    @Test
    void a_request_that_bft_has_already_is_accepted() {
        Script node = new Script(
                "o0", answer(Status.SERVICE_UNAVAILABLE, "failed to submit request: request already exists"));

        broadcast(ConsensusType.BFT, Eventually.PATIENCE, node);

        assertThat(node.asked).hasValue(1);
    }

    @Test
    void what_every_node_would_refuse_is_not_tried_again() {
        Script node = new Script("o0", answer(Status.FORBIDDEN, "permission denied"));

        assertThatThrownBy(() -> broadcast(ConsensusType.RAFT, Eventually.PATIENCE, node))
                .isInstanceOf(RejectedException.class)
                .hasMessage("`test/o0` (o0.example:7051) refused to order a test (403): permission denied");
        assertThat(node.asked).hasValue(1);
    }

    @Test
    void without_a_leader_to_the_end_the_last_words_of_each_node_are_told() {
        Script first =
                new Script("o0", answer(Status.SUCCESS, ""), answer(Status.SERVICE_UNAVAILABLE, "no Raft leader"));
        Script second =
                new Script("o1", answer(Status.SUCCESS, ""), answer(Status.BAD_REQUEST, "channel does not exist"));
        // The time is for what the nodes say, not for connecting.
        broadcast(ConsensusType.RAFT, Eventually.PATIENCE, first);
        broadcast(ConsensusType.RAFT, Eventually.PATIENCE, second);

        assertThatThrownBy(() -> broadcast(ConsensusType.RAFT, Duration.ofSeconds(5), first, second))
                .isInstanceOf(TimedOutException.class)
                .hasMessageContaining("No ordering node took a test")
                .hasMessageContaining("`test/o0`: 503 no Raft leader")
                .hasMessageContaining("`test/o1`: 400 channel does not exist");
    }

    @Test
    void when_no_node_answers_at_all_the_service_is_unreachable() {
        Script node = new Script("o0", answer(Status.SUCCESS, ""));
        nodes.forEach(FakeNode::close);

        assertThatThrownBy(() -> broadcast(ConsensusType.RAFT, Duration.ofSeconds(2), node))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("No ordering node took a test")
                .hasMessageContaining("`test/o0`:");
    }
}
