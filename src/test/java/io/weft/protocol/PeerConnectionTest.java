package io.weft.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.weft.model.HostPort;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.testing.Eventually;
import io.weft.testing.FakeNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.peer.EndorserGrpc;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.Response;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerConnectionTest {
    private static final Duration TIMEOUT = Eventually.PATIENCE;
    private static final Invocation QUERY = Invocation.of("", "cscc", "GetChannels");

    private final Dialer dialer = new Dialer();
    private final Signer signer = FakeNode.signer();
    private FakeNode node;

    @AfterEach
    void close() {
        dialer.close();
        if (node != null) {
            node.close();
        }
    }

    private PeerConnection peer(BiConsumer<SignedProposal, StreamObserver<ProposalResponse>> behaviour) {
        node = new FakeNode("peer0", service(behaviour));
        return dialer.peer(node.endpoint());
    }

    private static EndorserGrpc.EndorserImplBase service(
            BiConsumer<SignedProposal, StreamObserver<ProposalResponse>> behaviour) {
        return new EndorserGrpc.EndorserImplBase() {
            @Override
            public void processProposal(SignedProposal proposal, StreamObserver<ProposalResponse> answer) {
                behaviour.accept(proposal, answer);
            }
        };
    }

    private static BiConsumer<SignedProposal, StreamObserver<ProposalResponse>> answers(int status, String text) {
        return (proposal, answer) -> {
            answer.onNext(ProposalResponse.newBuilder()
                    .setResponse(Response.newBuilder()
                            .setStatus(status)
                            .setMessage(text)
                            .setPayload(ByteString.copyFromUtf8(text)))
                    .build());
            answer.onCompleted();
        };
    }

    private static BiConsumer<SignedProposal, StreamObserver<ProposalResponse>> fails(Status status) {
        return (proposal, answer) -> answer.onError(status.asRuntimeException());
    }

    @Test
    void a_query_returns_the_payload() {
        assertThat(peer(answers(200, "ch1")).query(signer, QUERY, TIMEOUT).toStringUtf8())
                .isEqualTo("ch1");
    }

    @Test
    void status_zero_is_success() {
        assertThat(peer(answers(0, "")).propose(signer, QUERY, TIMEOUT)).isInstanceOf(Answer.Endorsed.class);
    }

    @Test
    void a_status_of_400_or_more_is_a_refusal_with_the_chaincodes_words() {
        PeerConnection peer = peer(answers(404, "no such thing"));

        assertThat(peer.propose(signer, QUERY, TIMEOUT))
                .isEqualTo(new Answer.Refused(peer.endpoint(), 404, "no such thing"));
        assertThatThrownBy(() -> peer.query(signer, QUERY, TIMEOUT))
                .isInstanceOf(RejectedException.class)
                .hasMessage("`test/peer0` (peer0.example:7051) refused `GetChannels` of `cscc` (status 404):"
                        + " no such thing");
    }

    @Test
    void what_a_peer_refuses_before_the_chaincode_runs_is_a_refusal_too() {
        PeerConnection peer = peer(fails(Status.UNKNOWN.withDescription("access denied")));

        assertThat(peer.propose(signer, QUERY, TIMEOUT))
                .isEqualTo(new Answer.Refused(peer.endpoint(), 500, "access denied"));
    }

    @Test
    void a_node_that_is_not_there_is_unreachable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        PeerConnection peer = dialer.peer(new Endpoint(
                "org1/peer0",
                new HostPort("127.0.0.1", port),
                new HostPort("peer0.org1.example", 7051),
                List.of(),
                Optional.empty()));

        assertThatThrownBy(() -> peer.query(signer, QUERY, TIMEOUT))
                .isInstanceOf(UnreachableException.class)
                .hasMessage("`org1/peer0` (peer0.org1.example:7051) was asked to execute `GetChannels` of `cscc`, but"
                        + " did not answer at 127.0.0.1:" + port + ": Connection refused.");
    }

    @Test
    void a_node_that_is_silent_times_out() {
        PeerConnection peer = peer((proposal, answer) -> {});

        assertThatThrownBy(() -> peer.query(signer, QUERY, Duration.ofMillis(300)))
                .isInstanceOf(TimedOutException.class)
                .hasMessageContaining("`test/peer0`")
                .hasMessageContaining("gave no answer in time");
    }

    @Test
    void a_certificate_that_names_another_node_is_refused_with_the_name_expected() {
        peer(answers(200, ""));
        PeerConnection impostor = dialer.peer(node.endpointNamed("peer1.example"));

        assertThatThrownBy(() -> impostor.query(signer, QUERY, TIMEOUT))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("its TLS certificate is not the one expected")
                .hasMessageContaining("must name `peer1.example`");
    }

    @Test
    void a_certificate_of_another_authority_is_refused() {
        peer(answers(200, ""));
        Endpoint real = node.endpoint();
        PeerConnection impostor = dialer.peer(new Endpoint(
                real.node(),
                real.dial(),
                real.authority(),
                List.of(FakeNode.signer().certificate()),
                real.client()));

        assertThatThrownBy(() -> impostor.query(signer, QUERY, TIMEOUT))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("issued by the TLS CA of its organization");
    }

    @Test
    void an_overloaded_node_may_be_asked_again() {
        PeerConnection peer = peer(fails(Status.RESOURCE_EXHAUSTED.withDescription("too many requests")));

        assertThatThrownBy(() -> peer.query(signer, QUERY, TIMEOUT))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("overloaded: too many requests.");
    }

    @Test
    void what_a_gateway_says_of_other_peers_is_passed_on() {
        com.google.rpc.Status status = com.google.rpc.Status.newBuilder()
                .setCode(Code.ABORTED_VALUE)
                .setMessage("failed to endorse transaction, see attached details for more info")
                .addDetails(Any.pack(ErrorDetail.newBuilder()
                        .setAddress("peer0.org2.example:7051")
                        .setMspId("Org2MSP")
                        .setMessage("disk full")
                        .build()))
                .build();
        PeerConnection peer = peer((proposal, answer) -> answer.onError(StatusProto.toStatusRuntimeException(status)));

        assertThatThrownBy(() -> peer.query(signer, QUERY, TIMEOUT))
                .isInstanceOf(RejectedException.class)
                .hasMessageEndingWith(
                        "and refused (ABORTED): failed to endorse transaction, see attached details for more"
                                + " info.\n  `Org2MSP` at peer0.org2.example:7051: disk full");
    }

    @Test
    void a_node_that_comes_back_is_reached_at_once() {
        PeerConnection peer = peer(answers(200, "there"));
        int port = node.endpoint().dial().port();
        node.close();
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> peer.query(signer, QUERY, TIMEOUT)).isInstanceOf(UnreachableException.class);
        }
        node = new FakeNode("peer0", port, service(answers(200, "back")));

        // In its own pause after a failure, gRPC would repeat that failure for a second at least, without dialling.
        assertThat(peer.query(signer, QUERY, TIMEOUT).toStringUtf8()).isEqualTo("back");
    }
}
