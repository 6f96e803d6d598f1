package io.weft.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.helm.HelmReleases.Outcome;
import io.weft.helm.InstalledRelease.Status;
import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.ConfigMap;
import io.weft.kubernetes.Json;
import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import io.weft.kubernetes.Metadata;
import io.weft.kubernetes.Secret;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.testing.ApiServer;
import io.weft.testing.FreshName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelmReleasesApiIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Path CACHE = Path.of(System.getProperty("java.io.tmpdir"), "weft-test-cache");
    private static ApiServer server;
    private static Cluster cluster;
    private static HelmReleases releases;
    private static String namespace;

    @BeforeAll
    static void connect() throws Exception {
        server = ApiServer.startOrSkip();
        cluster = Cluster.connect(server.kubeConfig());
        namespace = FreshName.of("kt");
        cluster.namespaces().ensure(namespace, Map.of(), Map.of(), Duration.ofSeconds(30));
        releases = new HelmReleases(cluster, new Charts(HelmReleasesApiIT.class.getClassLoader(), CACHE), CACHE);
    }

    @AfterAll
    static void disconnect() throws Exception {
        if (releases != null) {
            releases.close();
            try (Stream<Path> left = Files.list(CACHE.resolve("run"))) {
                assertThat(left.filter(p -> p.getFileName()
                                .toString()
                                .startsWith("run-" + ProcessHandle.current().pid() + "-")))
                        .isEmpty();
            }
            cluster.namespaces().find(namespace).ifPresent(found -> cluster.namespaces()
                    .delete(found));
            cluster.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static ReleaseRequest request(String name, Map<String, Object> values) {
        return new ReleaseRequest(namespace, name, "tiny", values);
    }

    private static InstalledRelease latest(String name) {
        return releases.latest(namespace).get(name);
    }

    private static String text(String name) {
        return cluster.configMaps().find(namespace, name).orElseThrow().data().get("text");
    }

    @Test
    void a_release_is_installed_once_and_then_found_satisfied_without_helm() {
        ReleaseRequest request = request("once", Map.of("text", "y", "port", 7052));
        assertThat(releases.apply(request, LONG)).isEqualTo(Outcome.INSTALLED);
        InstalledRelease release = latest("once");
        Chart chart = releases.charts().get("tiny");
        assertThat(release.satisfies(request, chart)).isTrue();
        assertThat(release.satisfies(request("once", Map.of("text", "n")), chart))
                .isFalse();
        assertThat(release.revision()).isEqualTo(1);
        assertThat(release.status()).isEqualTo(Status.DEPLOYED);
        assertThat(release.chartVersion()).isEqualTo("1.2.3");
        assertThat(release.values()).containsEntry("text", "y");
        assertThat(text("once")).isEqualTo("y");
        assertThat(releases.drift(List.of(release))).isEmpty();
    }

    @Test
    void objects_changed_or_deleted_by_hand_are_found_and_mended() {
        ReleaseRequest request = request("drift", Map.of("cpu", "0.5"));
        releases.apply(request, LONG);
        cluster.configMaps()
                .update(namespace, "drift", map -> new ConfigMap(map.metadata(), Map.of("text", "mine"), Map.of()));
        cluster.objects()
                .delete(cluster.objects().find(Kind.SERVICE, namespace, "drift").orElseThrow());
        InstalledRelease release = latest("drift");
        assertThat(releases.drift(List.of(release)).get(release))
                .extracting(Difference::toString)
                .containsExactlyInAnyOrder(
                        "ConfigMap `" + namespace + "/drift`: `data.text` should be `default`, is `mine`",
                        "Service `" + namespace + "/drift` is missing");
        assertThat(releases.apply(request, LONG)).isEqualTo(Outcome.UPGRADED);
        assertThat(releases.drift(List.of(latest("drift")))).isEmpty();
        assertThat(text("drift")).isEqualTo("default");
    }

    @Test
    void upgrades_leave_a_bounded_history() {
        for (int i = 1; i <= 6; i++) {
            releases.apply(request("many", Map.of("text", "v" + i)), LONG);
        }
        assertThat(releases.history(namespace, "many"))
                .extracting(InstalledRelease::revision)
                .containsExactly(6, 5, 4);
        assertThat(text("many")).isEqualTo("v6");
    }

    @ParameterizedTest
    @CsvSource({
        "pending-install, false, INSTALLED",
        "failed, false, UPGRADED",
        "uninstalling, false, INSTALLED",
        "uninstalled, false, INSTALLED",
        "superseded, false, UPGRADED",
        "pending-upgrade, true, UPGRADED",
        "pending-rollback, true, UPGRADED",
        "failed, true, UPGRADED"
    })
    void a_release_that_was_left_in_another_state_is_recovered(String status, boolean earlier, Outcome outcome)
            throws Exception {
        String name = "stuck-" + status + (earlier ? "-2" : "-1");
        releases.apply(request(name, Map.of("text", "one")), LONG);
        if (earlier) {
            releases.apply(request(name, Map.of("text", "two")), LONG);
            mark(name, 1, status.startsWith("pending") ? "deployed" : "superseded");
        }
        mark(name, earlier ? 2 : 1, status);
        assertThat(releases.apply(request(name, Map.of("text", "three")), LONG)).isEqualTo(outcome);
        assertThat(latest(name).status()).isEqualTo(Status.DEPLOYED);
        assertThat(text(name)).isEqualTo("three");
        assertThat(releases.drift(List.of(latest(name)))).isEmpty();
    }

    /** Rewrites Helm's record, as an interrupted command leaves it. */
    private static void mark(String name, int revision, String status) throws Exception {
        cluster.secrets().update(namespace, "sh.helm.release.v1." + name + ".v" + revision, secret -> {
            try {
                byte[] data = Base64.getDecoder().decode(secret.data().get("release"));
                Map<String, Object> json =
                        Json.parseObject(new GZIPInputStream(new ByteArrayInputStream(data)).readAllBytes());
                Json.map(json, "info").put("status", status);
                ByteArrayOutputStream zipped = new ByteArrayOutputStream();
                try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
                    out.write(Json.write(json).getBytes(StandardCharsets.UTF_8));
                }
                return new Secret(
                        secret.metadata().with(Map.of("status", status), Map.of()),
                        secret.type(),
                        Map.of("release", Base64.getEncoder().encode(zipped.toByteArray())));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @Test
    void a_release_whose_record_was_deleted_takes_its_objects_back() {
        releases.apply(request("forgotten", Map.of()), LONG);
        Secret record = latest("forgotten").record();
        cluster.secrets()
                .delete(namespace, record.metadata().name(), record.metadata().uid());
        assertThat(releases.apply(request("forgotten", Map.of("text", "again")), LONG))
                .isEqualTo(Outcome.INSTALLED);
        assertThat(text("forgotten")).isEqualTo("again");
    }

    @Test
    void an_object_of_somebody_else_is_not_taken_over() {
        cluster.configMaps()
                .createIfAbsent(new ConfigMap(
                        Metadata.of(namespace, "foreign", Map.of(), Map.of()), Map.of("text", "theirs"), Map.of()));
        assertThatThrownBy(() -> releases.apply(request("foreign", Map.of()), LONG))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("install release `" + namespace + "/foreign`")
                .hasMessageContaining("invalid ownership metadata")
                .hasMessageContaining("It was not touched");
        assertThat(text("foreign")).isEqualTo("theirs");
    }

    @Test
    void what_kubernetes_refuses_is_said_in_its_words() {
        assertThatThrownBy(() -> releases.apply(request("broken", Map.of("broken", true)), LONG))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("Helm could not install release `" + namespace + "/broken`")
                .hasMessageContaining("StatefulSet in version \"v1\" cannot be handled as a StatefulSet");
    }

    @Test
    void uninstalling_removes_everything_and_may_be_repeated() {
        releases.apply(request("gone", Map.of()), LONG);
        List<KubeObject> objects = cluster.objects().inventory(namespace, Map.of("app.kubernetes.io/instance", "gone"));
        assertThat(objects).hasSize(3);
        releases.uninstall(namespace, "gone", LONG);
        releases.uninstall(namespace, "gone", LONG);
        cluster.objects().awaitGone(objects, LONG);
        assertThat(releases.history(namespace, "gone")).isEmpty();
    }

    @Test
    void eight_releases_are_installed_side_by_side() {
        releases.template(request("load-the-library", Map.of()), LONG);
        ExecutorService executor = Executors.newFixedThreadPool(8);
        for (int round = 0; round < 3; round++) {
            String prefix = "par" + round + "-";
            long start = System.nanoTime();
            List<CompletableFuture<Outcome>> all = IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> releases.apply(request(prefix + i, Map.of("text", "t" + i)), LONG), executor))
                    .toList();
            assertThat(all).allSatisfy(one -> assertThat(one.join()).isEqualTo(Outcome.INSTALLED));
            System.err.printf("8 releases: %d ms%n", (System.nanoTime() - start) / 1_000_000);
            for (int i = 0; i < 8; i++) {
                assertThat(text(prefix + i)).isEqualTo("t" + i);
            }
        }
        executor.shutdown();
        long start = System.nanoTime();
        Map<String, InstalledRelease> latest = releases.latest(namespace);
        long read = System.nanoTime();
        releases.drift(
                latest.values().stream().filter(r -> r.name().startsWith("par")).toList());
        System.err.printf(
                "%d releases read in %d ms, drift of 24 in %d ms%n",
                latest.size(), (read - start) / 1_000_000, (System.nanoTime() - read) / 1_000_000);
    }
}
