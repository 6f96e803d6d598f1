package io.weft.kubernetes;

import static io.weft.kubernetes.FakeApi.brokenConnection;
import static io.weft.kubernetes.FakeApi.events;
import static io.weft.kubernetes.FakeApi.failure;
import static io.weft.kubernetes.FakeApi.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.problem.UnreachableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {
    private static final Map<String, Object> FOUND = Map.of(
            "kind", "Secret",
            "metadata", Map.of("namespace", "ns", "name", "s", "uid", "u1", "resourceVersion", "7"),
            "data", Map.of("key", "dmFsdWU="));

    @TempDir
    Path folder;

    private FakeApi api;
    private Cluster cluster;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi(folder);
        cluster = api.cluster();
    }

    @AfterEach
    void stop() {
        cluster.close();
        api.close();
    }

    private static Secret wanted(String value) {
        return new Secret(
                Metadata.of("ns", "s", Map.of(), Map.of()), "", Map.of("key", value.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void a_busy_or_failing_server_is_asked_again(int status) {
        api.answering(failure(status, "Busy", "later"), failure(status, "Busy", "later"), json(200, FOUND));
        Secret secret = cluster.secrets().find("ns", "s").orElseThrow();
        assertThat(secret.data().get("key")).asString().isEqualTo("value");
        assertThat(api.requests()).hasSize(3);
    }

    @Test
    void a_connection_that_breaks_off_is_opened_again() {
        api.answering(brokenConnection(), brokenConnection(), json(200, FOUND));
        assertThat(cluster.secrets().find("ns", "s")).isPresent();
        assertThat(api.requests()).hasSize(3);
    }

    @Test
    void retry_after_is_honoured() {
        api.answering(json(429, Map.of(), Map.of("Retry-After", "1")), json(200, FOUND));
        Instant start = Instant.now();
        cluster.secrets().find("ns", "s");
        assertThat(Duration.between(start, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(990));
        assertThat(api.requests()).hasSize(2);
    }

    @Test
    void a_wait_that_the_server_asks_for_but_that_passes_the_deadline_is_not_begun() {
        api.answering(json(429, Map.of("message", "too many"), Map.of("Retry-After", "600")));
        assertThatThrownBy(() -> cluster.secrets().find("ns", "s"))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("too busy")
                .hasMessageContaining("read Secret `ns/s` (429): too many");
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void a_server_that_stays_busy_is_given_up_at_the_deadline() throws IOException {
        try (Cluster hasty = Cluster.connect(api.kubeConfig(), FakeApi.policy(Duration.ofSeconds(2)))) {
            api.answering(failure(503, "ServiceUnavailable", "etcd has no leader"));
            assertThatThrownBy(() -> hasty.secrets().find("ns", "s"))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("etcd has no leader");
            // The pauses are at least 2, 4, 8 and then 10 ms.
            assertThat(api.requests()).hasSizeBetween(3, 203);
        }
    }

    /** The last pause may end within the deadline's last millisecond, or after it. */
    @RepeatedTest(40)
    void a_deadline_that_comes_during_a_pause_hides_nothing() throws IOException {
        try (Cluster hasty = Cluster.connect(api.kubeConfig(), FakeApi.policy(Duration.ofMillis(60)))) {
            api.answering(failure(503, "ServiceUnavailable", "etcd has no leader"));
            assertThatThrownBy(() -> hasty.secrets().find("ns", "s"))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("etcd has no leader");
        }
    }

    @Test
    void an_internal_error_that_stays_is_reported_with_the_servers_text() {
        api.answering(failure(500, "InternalError", "failed calling webhook \"x\": context deadline exceeded"));
        assertThatThrownBy(() -> cluster.secrets().createIfAbsent(wanted("v")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("failed calling webhook \"x\": context deadline exceeded");
        assertThat(api.requests()).hasSize(RetryPolicy.MAX_INTERNAL_ERRORS);
    }

    @Test
    void a_creation_whose_reply_was_lost_finds_its_own_object() {
        api.answering(brokenConnection(), failure(409, "AlreadyExists", "exists"), json(200, FOUND));
        assertThat(cluster.secrets()
                        .createIfAbsent(wanted("value"))
                        .value()
                        .metadata()
                        .uid())
                .isEqualTo("u1");
        assertThat(api.requests())
                .containsExactly(
                        "POST /api/v1/namespaces/ns/secrets",
                        "POST /api/v1/namespaces/ns/secrets",
                        "GET /api/v1/namespaces/ns/secrets/s");
    }

    @Test
    void a_deletion_whose_reply_was_lost_counts_as_done() {
        api.answering(brokenConnection(), failure(404, "NotFound", "gone"));
        assertThat(cluster.secrets().delete("ns", "s", "u1")).isFalse();
    }

    @Test
    void an_update_that_meets_another_starts_again_from_what_is_there() {
        api.answering(json(200, FOUND), failure(409, "Conflict", "modified"), json(200, FOUND), json(200, FOUND));
        cluster.secrets()
                .update(
                        "ns",
                        "s",
                        s -> new Secret(s.metadata(), s.type(), wanted("new").data()));
        assertThat(api.requests()).extracting(r -> r.substring(0, 3)).containsExactly("GET", "PUT", "GET", "PUT");
    }

    @Test
    void a_refusal_is_not_repeated_and_keeps_the_servers_words() {
        api.answering(failure(422, "Invalid", "Secret \"s\" is invalid: data[key!]: Invalid value"));
        assertThatThrownBy(() -> cluster.secrets().createIfAbsent(wanted("v")))
                .isInstanceOf(RejectedException.class)
                .hasMessage("Kubernetes refused to create Secret `ns/s` (422): Secret \"s\" is invalid: data[key!]:"
                        + " Invalid value");
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void an_object_of_the_same_name_made_since_is_not_deleted() {
        api.answering(failure(409, "Conflict", "the UID in the precondition (u1) does not match (u2)"));
        assertThatThrownBy(() -> cluster.secrets().delete("ns", "s", "u1"))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("does not match");
    }

    @Test
    void an_expired_token_is_named_with_its_context_and_never_shown() {
        api.answering(failure(401, "Unauthorized", "Unauthorized"));
        assertThatThrownBy(() -> cluster.secrets().find("ns", "s"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("401")
                .hasMessageContaining("context `fake`")
                .hasMessageContaining("Log in again")
                .hasMessageNotContaining("secret-token");
        assertThat(api.authorizations()).containsOnly("Bearer secret-token");
    }

    @Test
    void a_server_that_is_not_there_is_given_up_soon() throws IOException {
        KubeConfig config = api.kubeConfig();
        api.close();
        Duration deadline = Duration.ofMinutes(5);
        try (Cluster nowhere = Cluster.connect(config, FakeApi.policy(Duration.ofMillis(300), deadline))) {
            Instant start = Instant.now();
            assertThatThrownBy(nowhere::version)
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("refuses connections. Is the cluster running?")
                    .hasMessageContaining(config.server().toString());
            assertThat(Duration.between(start, Instant.now()))
                    .as("time until it was given up")
                    .isLessThan(deadline);
        }
    }

    private static Map<String, Object> list(String version, Object... items) {
        return Map.of("metadata", Map.of("resourceVersion", version), "items", List.of(items));
    }

    private static Map<String, Object> object(String uid, String version) {
        return Map.of("metadata", Map.of("name", uid, "uid", uid, "resourceVersion", version));
    }

    @Test
    void a_watch_goes_on_after_it_ended_and_reads_the_list_again_when_its_version_is_too_old() throws Exception {
        Api client = new Api(api.kubeConfig(), FakeApi.policy(Duration.ofSeconds(60)));
        api.answering(
                json(200, list("1", object("a", "1"))),
                events(Map.of("type", "ADDED", "object", object("b", "2"))),
                events(Map.of("type", "ERROR", "object", Map.of("code", 410, "message", "too old"))),
                json(200, list("9", object("c", "9"))),
                exchange -> exchange.sendResponseHeaders(200, 0));
        try (LiveList live = LiveList.open(client, Kind.CONFIG_MAP, "ns", Map.of(), false)) {
            assertThat(live.await(
                            Duration.ofSeconds(60),
                            () -> live.objects().stream().anyMatch(o -> o.name().equals("c"))
                                    ? Optional.of(live.objects())
                                    : Optional.empty()))
                    .hasValueSatisfying(objects ->
                            assertThat(objects).extracting(KubeObject::name).containsExactly("c"));
        } finally {
            client.close();
        }
        assertThat(api.requests().get(1)).contains("resourceVersion=1");
        assertThat(api.requests().get(2)).contains("resourceVersion=2");
        assertThat(api.requests().get(3)).doesNotContain("watch=");
    }

    @Test
    void a_watch_that_breaks_within_an_event_reads_the_list_again() throws Exception {
        Api client = new Api(api.kubeConfig(), FakeApi.policy(Duration.ofSeconds(60)));
        api.answering(
                json(200, list("1")),
                brokenConnection(),
                json(200, list("3", object("late", "3"))),
                exchange -> exchange.sendResponseHeaders(200, 0));
        try (LiveList live = LiveList.open(client, Kind.CONFIG_MAP, "ns", Map.of(), false)) {
            assertThat(live.await(Duration.ofSeconds(60), () -> live.objects().stream()
                            .findFirst()))
                    .isPresent();
        } finally {
            client.close();
        }
    }

    @Test
    void pauses_grow_to_their_cap_and_are_spread() {
        RetryPolicy policy = new RetryPolicy(
                Duration.ZERO, Duration.ZERO, Duration.ofMillis(100), Duration.ofSeconds(5), new Random(1));
        List<Duration> pauses = IntStream.rangeClosed(1, 40)
                .mapToObj(attempt -> policy.delay(attempt, Duration.ZERO))
                .toList();
        assertThat(pauses.get(0)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(pauses.get(3)).isBetween(Duration.ofMillis(400), Duration.ofMillis(800));
        assertThat(pauses.subList(10, 40))
                .allSatisfy(p -> assertThat(p).isBetween(Duration.ofMillis(2500), Duration.ofSeconds(5)))
                .doesNotHaveDuplicates();
        assertThat(policy.delay(1, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
    }
}
