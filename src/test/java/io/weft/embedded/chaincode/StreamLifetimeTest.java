package io.weft.embedded.chaincode;

import static io.weft.embedded.chaincode.Peers.ORG1;
import static io.weft.embedded.chaincode.Peers.ORG2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a peer's stream to a chaincode lasts, and what becomes of calls when it ends. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamLifetimeTest {
    private static final String TERMINATED =
            "failed to execute transaction tx\\d+: error sending: chaincode stream terminated";

    @TempDir
    Path folder;

    private Peers peers;
    private AnsweringService service;

    @BeforeEach
    void deploy() throws IOException {
        peers = new Peers(folder);
        service = new AnsweringService(Peers.packageId("cc"));
        peers.deploy("cc", service.source());
    }

    @AfterEach
    void close() {
        peers.close();
        service.close();
    }

    private String call(String function) {
        return peers.evaluate("cc", function).text();
    }

    private static void assertTerminated(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ChaincodeFailure.class).hasMessageMatching(TERMINATED);
    }

    @Test
    void a_peer_has_one_stream_for_all_calls() {
        assertThat(call("first")).isEqualTo("stream 1");
        assertThat(call("second")).isEqualTo("stream 1");
        assertThat(peers.call(ORG2, "cc", Peers.input(false, "other"), Map.of(), false)
                        .text())
                .isEqualTo("stream 2");
        assertThat(call("third")).isEqualTo("stream 1");
        assertThat(service.streams()).isEqualTo(2);
    }

    /** In a peer the first call is one of gRPC's, and gRPC cancels what was begun for a call when the call is over. */
    @Test
    void a_stream_outlives_the_call_that_opened_it() {
        for (int i = 0; i < 3; i++) {
            Context.CancellableContext ofTheCall = Context.current().withCancellation();
            ofTheCall.run(() -> assertThat(call("first")).isEqualTo("stream 1"));
            ofTheCall.cancel(null);
        }

        assertThat(call("second")).isEqualTo("stream 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"end", "break"})
    void a_call_under_way_fails_when_the_service_ends_the_stream_and_the_next_opens_another(String how)
            throws Exception {
        CompletableFuture<String> hanging = CompletableFuture.supplyAsync(() -> call("hang"));
        assertThat(service.hanging.take()).isNotNull();

        assertTerminated(() -> call(how));
        assertThatThrownBy(hanging::join).cause().hasMessageMatching(TERMINATED);
        assertThat(call("again")).isEqualTo("stream 2");
    }

    @Test
    void a_call_under_way_fails_when_the_peers_connections_are_closed() throws Exception {
        CompletableFuture<String> hanging = CompletableFuture.supplyAsync(() -> call("hang"));
        assertThat(service.hanging.take()).isNotNull();

        peers.executor(ORG1).close();

        assertThatThrownBy(hanging::join).cause().hasMessageMatching(TERMINATED);
    }

    @Test
    void a_call_under_way_fails_when_another_service_takes_over() throws Exception {
        CompletableFuture<String> hanging = CompletableFuture.supplyAsync(() -> call("hang"));
        assertThat(service.hanging.take()).isNotNull();

        try (AnsweringService other = new AnsweringService(Peers.packageId("cc"))) {
            peers.runtimes.register(Peers.packageId("cc"), other.source());

            assertThatThrownBy(hanging::join).cause().hasMessageMatching(TERMINATED);
            assertThat(call("again")).isEqualTo("stream 1");
            assertThat(other.streams()).isEqualTo(1);
        }
    }
}
