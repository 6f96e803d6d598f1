package io.weft.kubernetes;

import static io.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.testing.ApiServer;
import io.weft.testing.Eventually;
import io.weft.testing.FreshName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClusterApiIT {
    private static final Map<String, String> LABELS = Map.of("weft.io/network-id", "it");
    private static ApiServer server;
    private static Cluster cluster;
    private static String namespace;

    @BeforeAll
    static void connect() throws Exception {
        server = ApiServer.startOrSkip();
        cluster = Cluster.connect(server.kubeConfig());
        namespace = FreshName.of("kt");
        assertThat(cluster.namespaces().ensure(namespace, LABELS, Map.of(), Duration.ofSeconds(30)))
                .isTrue();
    }

    @AfterAll
    static void disconnect() throws Exception {
        if (cluster != null) {
            cluster.namespaces().find(namespace).ifPresent(found -> cluster.namespaces()
                    .delete(found));
            cluster.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static Secret secret(String name, String value) {
        return new Secret(
                Metadata.of(namespace, name, LABELS, Map.of("note", "n")),
                "Opaque",
                Map.of("key", value.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void creating_a_secret_twice_keeps_the_first() {
        var first = cluster.secrets().createIfAbsent(secret("twice", "one"));
        var second = cluster.secrets().createIfAbsent(secret("twice", "two"));
        assertThat(first.created()).isTrue();
        assertThat(second.created()).isFalse();
        assertThat(second.value()).isEqualTo(first.value());
        assertThat(second.value().data().get("key")).asString().isEqualTo("one");
        assertThat(second.value().metadata().labels()).isEqualTo(LABELS);
    }

    @Test
    void ten_writers_of_one_config_map_lose_no_update() {
        cluster.configMaps()
                .createIfAbsent(new ConfigMap(
                        Metadata.of(namespace, "counter", LABELS, Map.of()),
                        Map.of("count", "0"),
                        Map.of("block", new byte[] {0, 1, (byte) 0xff})));
        IntStream.range(0, 10)
                .mapToObj(i ->
                        CompletableFuture.runAsync(() -> cluster.configMaps().update(namespace, "counter", map -> {
                            int count = Integer.parseInt(map.data().get("count")) + 1;
                            return new ConfigMap(
                                    map.metadata(), Map.of("count", Integer.toString(count)), map.binaryData());
                        })))
                .toList()
                .forEach(CompletableFuture::join);
        ConfigMap result = cluster.configMaps().find(namespace, "counter").orElseThrow();
        assertThat(result.data()).containsEntry("count", "10");
        assertThat(result.binaryData().get("block")).containsExactly(0, 1, 0xff);
    }

    @Test
    void an_update_that_changes_nothing_writes_nothing() {
        Secret before = cluster.secrets().createIfAbsent(secret("same", "x")).value();
        Secret after = cluster.secrets().update(namespace, "same", s -> secretLike(s, "x"));
        assertThat(after.metadata().resourceVersion())
                .isEqualTo(before.metadata().resourceVersion());
    }

    private static Secret secretLike(Secret secret, String value) {
        return new Secret(secret.metadata(), secret.type(), Map.of("key", value.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void deleting_with_the_uid_of_an_earlier_object_is_refused() {
        Secret first = cluster.secrets().createIfAbsent(secret("replaced", "1")).value();
        assertThat(cluster.secrets()
                        .delete(namespace, "replaced", first.metadata().uid()))
                .isTrue();
        cluster.secrets().createIfAbsent(secret("replaced", "2"));
        assertThatThrownBy(() -> cluster.secrets()
                        .delete(namespace, "replaced", first.metadata().uid()))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("no longer the object");
        assertThat(cluster.secrets().find(namespace, "replaced")).isPresent();
    }

    @Test
    void the_inventory_lists_by_label_without_content_and_awaits_that_all_is_gone() {
        Map<String, String> labels = Map.of("weft.io/network-id", "inventory");
        cluster.secrets()
                .createIfAbsent(new Secret(
                        Metadata.of(namespace, "inv-secret", labels, Map.of()), "Opaque", Map.of("k", new byte[1])));
        cluster.configMaps()
                .createIfAbsent(new ConfigMap(Metadata.of(namespace, "inv-map", labels, Map.of()), Map.of(), Map.of()));
        List<KubeObject> found = cluster.objects().inventory(namespace, labels);
        assertThat(found).extracting(KubeObject::name).containsExactlyInAnyOrder("inv-secret", "inv-map");
        assertThat(found).allSatisfy(o -> assertThat(o.content()).doesNotContainKey("data"));
        found.forEach(cluster.objects()::delete);
        cluster.objects().awaitGone(found, Eventually.PATIENCE);
        assertThat(cluster.objects().inventory(namespace, labels)).isEmpty();
    }

    @Test
    void waiting_for_an_object_that_stays_times_out_naming_its_finalizers() {
        cluster.configMaps()
                .createIfAbsent(new ConfigMap(Metadata.of(namespace, "held", LABELS, Map.of()), Map.of(), Map.of()));
        KubeObject held =
                cluster.objects().find(Kind.CONFIG_MAP, namespace, "held").orElseThrow();
        assertThatThrownBy(() -> cluster.objects().awaitGone(List.of(held), Duration.ofMillis(300)))
                .isInstanceOf(TimedOutException.class)
                .hasMessageContaining("ConfigMap `" + namespace + "/held`")
                .hasMessageContaining("not being deleted");
    }

    @Test
    void a_live_list_sees_creation_change_and_deletion() {
        Api api = new Api(server.kubeConfig(), RetryPolicy.standard());
        Map<String, String> labels = Map.of("live", "yes");
        try (LiveList live = LiveList.open(api, Kind.CONFIG_MAP, namespace, labels, false)) {
            assertThat(live.objects()).isEmpty();
            cluster.configMaps()
                    .createIfAbsent(
                            new ConfigMap(Metadata.of(namespace, "live", labels, Map.of()), Map.of(), Map.of()));
            assertThat(live.await(Eventually.PATIENCE, () -> live.objects().stream()
                            .filter(o -> o.name().equals("live"))
                            .findFirst()))
                    .isPresent();
            cluster.configMaps()
                    .update(namespace, "live", map -> new ConfigMap(map.metadata(), Map.of("a", "b"), Map.of()));
            assertThat(live.await(Eventually.PATIENCE, () -> live.objects().stream()
                            .filter(o -> Json.text(o.content(), "data", "a").equals("b"))
                            .findFirst()))
                    .isPresent();
            KubeObject object = live.objects().get(0);
            cluster.objects().delete(object);
            assertThat(live.await(
                            Eventually.PATIENCE,
                            () -> live.objects().isEmpty() ? java.util.Optional.of(true) : java.util.Optional.empty()))
                    .isPresent();
        } finally {
            api.close();
        }
    }

    @Test
    void a_second_run_is_kept_out_and_told_who_holds_the_lease() {
        Metadata lease = Metadata.of(namespace, "lock-held", LABELS, Map.of());
        Lock.Holder holder = Lock.Holder.thisProcess("ann", "laptop");
        Lock.Holder other = new Lock.Holder("bob", "ci", 1, Instant.EPOCH);
        try (Lock lock = cluster.lock(lease, holder, Duration.ofSeconds(15), Duration.ZERO)) {
            lock.requireHeld();
            assertThatThrownBy(() -> cluster.lock(lease, other, Duration.ofSeconds(15), Duration.ofMillis(400)))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("ann@laptop pid " + holder.pid())
                    .hasMessageContaining("last renewed at 20");
        }
        cluster.lock(lease, other, Duration.ofSeconds(15), Duration.ZERO).close();
    }

    @Test
    void a_lease_is_renewed_and_can_be_lost_to_another_run() throws Exception {
        Metadata lease = Metadata.of(namespace, "lock-renewed", LABELS, Map.of());
        Lock.Holder holder = Lock.Holder.thisProcess("ann", "laptop");
        try (Lock lock = cluster.lock(lease, holder, Duration.ofSeconds(6), Duration.ZERO)) {
            String before = renewTime("lock-renewed");
            eventually(() -> renewTime("lock-renewed"), renewed -> !renewed.equals(before));
            lock.requireHeld();
            KubeObject object = cluster.objects()
                    .find(Kind.LEASE, namespace, "lock-renewed")
                    .orElseThrow();
            cluster.objects().delete(object);
            cluster.lock(lease, new Lock.Holder("bob", "ci", 1, Instant.EPOCH), Duration.ofSeconds(60), Duration.ZERO);
            eventually("The loss of the lease to bob", () -> {
                try {
                    lock.requireHeld();
                    return false;
                } catch (ConflictException e) {
                    return e.getMessage().contains("bob@ci");
                }
            });
        }
        assertThat(cluster.objects().find(Kind.LEASE, namespace, "lock-renewed"))
                .isPresent();
    }

    @Test
    void a_stale_lease_is_taken_over_and_that_of_a_dead_process_at_once() {
        Metadata stale = Metadata.of(namespace, "lock-stale", LABELS, Map.of());
        Lock.Holder gone = new Lock.Holder("bob", "elsewhere", 1, Instant.EPOCH);
        Lock.Holder me = Lock.Holder.thisProcess("ann", "laptop");
        Instant start = Instant.now();
        Lock abandoned = cluster.lock(stale, gone, Duration.ofSeconds(1), Duration.ZERO);
        abandon(abandoned);
        cluster.lock(stale, me, Duration.ofSeconds(15), Eventually.PATIENCE).close();
        assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(500));

        Metadata dead = Metadata.of(namespace, "lock-dead", LABELS, Map.of());
        abandon(cluster.lock(
                dead,
                new Lock.Holder("ann", "laptop", 999_999_999L, Instant.EPOCH),
                Duration.ofHours(1),
                Duration.ZERO));
        cluster.lock(dead, me, Duration.ofSeconds(15), Duration.ZERO).close();
    }

    private static void abandon(Lock lock) {
        lock.stopRenewing();
    }

    private static String renewTime(String name) {
        return Json.text(
                cluster.objects()
                        .find(Kind.LEASE, namespace, name)
                        .orElseThrow()
                        .content(),
                "spec",
                "renewTime");
    }

    @Test
    void somebody_without_rights_is_told_all_that_is_missing_in_one_go() throws Exception {
        try (Cluster user = Cluster.connect(server.withoutRights())) {
            List<AccessRules.Rule> missing = user.accessRules().missing(namespace);
            assertThat(missing).isEqualTo(AccessRules.NEEDED);
            assertThatThrownBy(() -> user.accessRules().require(List.of(namespace)))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("get, create on pods/portforward")
                    .hasMessageContaining("docs/role.yaml");
            assertThatThrownBy(() -> user.secrets().find(namespace, "x"))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("403 Forbidden")
                    .hasMessageContaining("cannot get resource \"secrets\"");
        }
    }

    @Test
    void the_administrator_lacks_nothing() {
        assertThat(cluster.accessRules().missing(namespace)).isEmpty();
    }

    @Test
    void the_version_is_that_of_the_server() {
        assertThat(cluster.version()).startsWith("v1.");
        assertThat(cluster.clockOffset()).isZero();
    }

    @Test
    void many_requests_at_once_share_the_connection() {
        AtomicInteger found = new AtomicInteger();
        IntStream.range(0, 100)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    cluster.secrets().list(namespace, LABELS);
                    found.incrementAndGet();
                }))
                .toList()
                .forEach(CompletableFuture::join);
        assertThat(found).hasValue(100);
    }
}
