package io.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.kubernetes.PodProgress.Stage;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.testing.ApiServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PodWatchIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final Patience IMPATIENT =
            new Patience(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), 1);
    private static final String NOWHERE = "127.0.0.1:1/no:1";
    private static Cluster cluster;
    private static TestPods pods;
    private static PodWatch watch;
    private static final List<PodProgress> PROGRESS = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        cluster = Cluster.connect(ApiServer.clusterOrSkip());
        pods = new TestPods(cluster);
        watch = cluster.watchPods(pods.namespace(), Map.of(), IMPATIENT, PROGRESS::add);
    }

    @AfterAll
    static void stop() {
        if (pods != null) {
            watch.close();
            pods.close();
            cluster.close();
        }
    }

    private static Map<String, Object> withImage(Map<String, Object> spec, String image) {
        TestPods.container(spec).put("image", image);
        return spec;
    }

    private static Map<String, Object> withFailingProbe(Map<String, Object> spec) {
        TestPods.container(spec)
                .put("readinessProbe", TestPods.yaml("{exec: {command: [\"false\"]}, periodSeconds: 1}"));
        return spec;
    }

    @Test
    void several_releases_are_awaited_at_once_and_their_progress_is_told_in_order() {
        List<String> releases = List.of("good0", "good1", "good2");
        for (String release : releases) {
            pods.create(Kind.STATEFUL_SET, pods.statefulSet(release, UnaryOperator.identity(), "sleep", "600"));
        }
        List<CompletableFuture<String>> ready = releases.stream()
                .map(release -> CompletableFuture.supplyAsync(() -> watch.await(release, Stage.READY, LONG)))
                .toList();
        assertThat(ready).allSatisfy(pod -> assertThat(pod.join()).endsWith("-0"));
        for (String release : releases) {
            List<Stage> stages = PROGRESS.stream()
                    .filter(p -> p.release().equals(release))
                    .map(PodProgress::stage)
                    .toList();
            assertThat(stages).isSorted().doesNotHaveDuplicates().endsWith(Stage.READY);
        }
    }

    @Test
    void an_image_that_cannot_be_pulled_is_reported_with_the_registrys_text() {
        pods.create(
                Kind.STATEFUL_SET,
                pods.statefulSet("noimage", spec -> withImage(spec, "127.0.0.1:1/nobody/nothing:1.2.3"), "sleep", "1"));
        assertThatThrownBy(() -> watch.await("noimage", Stage.READY, LONG))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("container `main` of pod `noimage-0` is waiting")
                .hasMessageContaining("127.0.0.1:1/nobody/nothing:1.2.3")
                .hasMessageContaining("Next: `kubectl -n " + pods.namespace() + " describe pod noimage-0`");
    }

    @Test
    void a_container_that_crashes_is_reported_with_its_last_words() {
        pods.create(
                Kind.STATEFUL_SET,
                pods.statefulSet(
                        "crash",
                        // Without a probe it would be ready for the moment until it ends.
                        PodWatchIT::withFailingProbe,
                        "sh",
                        "-c",
                        "for i in $(seq 40); do echo line $i; done; echo 'x509: certificate has expired'; exit 3"));
        assertThatThrownBy(() -> watch.await("crash", Stage.READY, LONG))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("has crashed 2 times: exit code 3")
                .hasMessageContaining("    line 40\n    x509: certificate has expired")
                .hasMessageContaining("    line 12\n")
                .hasMessageNotContaining("    line 11\n")
                .hasMessageContaining("Cause: A certificate has expired.");
    }

    @Test
    void a_missing_secret_key_is_reported() {
        cluster.secrets()
                .createIfAbsent(new Secret(
                        Metadata.of(pods.namespace(), "half", Map.of(), Map.of()), "Opaque", Map.of("one", new byte[] {1
                        })));
        pods.create(
                Kind.STATEFUL_SET,
                pods.statefulSet(
                        "config",
                        spec -> {
                            TestPods.container(spec)
                                    .put(
                                            "env",
                                            List.of(Map.of(
                                                    "name",
                                                    "X",
                                                    "valueFrom",
                                                    Map.of("secretKeyRef", Map.of("name", "half", "key", "two")))));
                            return spec;
                        },
                        "sleep",
                        "1"));
        assertThatThrownBy(() -> watch.await("config", Stage.READY, LONG))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("CreateContainerConfigError")
                .hasMessageContaining("couldn't find key two in Secret")
                .hasMessageContaining("Cause: A Secret or ConfigMap");
    }

    @Test
    void a_missing_secret_of_a_volume_is_reported() {
        pods.create(
                Kind.STATEFUL_SET,
                pods.statefulSet(
                        "mount",
                        spec -> {
                            spec.put("volumes", List.of(Map.of("name", "s", "secret", Map.of("secretName", "none"))));
                            TestPods.container(spec)
                                    .put("volumeMounts", List.of(Map.of("name", "s", "mountPath", "/s")));
                            return spec;
                        },
                        "sleep",
                        "1"));
        assertThatThrownBy(() -> watch.await("mount", Stage.READY, LONG))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("secret \"none\" not found");
    }

    @Test
    void a_pod_that_no_node_takes_is_reported_with_the_schedulers_reason() {
        pods.create(
                Kind.STATEFUL_SET,
                pods.statefulSet(
                        "big",
                        spec -> {
                            TestPods.container(spec).put("resources", Map.of("requests", Map.of("cpu", "1000")));
                            return spec;
                        },
                        "sleep",
                        "1"));
        assertThatThrownBy(() -> watch.await("big", Stage.READY, LONG))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("no node takes pod `big-0`")
                .hasMessageContaining("Insufficient cpu")
                .hasMessageContaining("Lower `resources` in the spec");
    }

    @Test
    void a_claim_of_an_unknown_storage_class_is_reported() {
        Map<String, Object> set = pods.statefulSet("storage", UnaryOperator.identity(), "sleep", "1");
        Json.map(set, "spec").put("volumeClaimTemplates", List.of(TestPods.yaml("""
                                        metadata: {name: data}
                                        spec:
                                          accessModes: [ReadWriteOnce]
                                          storageClassName: none-such
                                          resources: {requests: {storage: 1Gi}}
                                        """)));
        pods.create(Kind.STATEFUL_SET, set);
        assertThatThrownBy(() -> watch.await("storage", Stage.READY, LONG))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("unbound immediate PersistentVolumeClaims")
                .hasMessageContaining("Check that the cluster has a default StorageClass");
    }

    @Test
    void a_pod_that_may_not_be_created_is_reported_from_the_events_of_its_owner() {
        try (TestPods restricted = new TestPods(cluster);
                PodWatch own = cluster.watchPods(restricted.namespace(), Map.of(), IMPATIENT, p -> {})) {
            KubeObject namespace = cluster.objects()
                    .find(Kind.NAMESPACE, "", restricted.namespace())
                    .orElseThrow();
            Json.map(namespace.content(), "metadata", "labels").put("pod-security.kubernetes.io/enforce", "restricted");
            restricted.replace(namespace);
            restricted.create(Kind.STATEFUL_SET, restricted.statefulSet("psa", UnaryOperator.identity(), "sleep", "1"));
            assertThatThrownBy(() -> own.await("psa", Stage.READY, LONG))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("StatefulSet `psa` may not create its pod")
                    .hasMessageContaining("violates PodSecurity \"restricted")
                    .hasMessageContaining("The namespace's Pod Security level forbids such pods.");
        }
    }

    @Test
    void a_readiness_probe_that_never_succeeds_ends_in_a_message_with_the_probe_and_the_log() {
        pods.create(
                Kind.STATEFUL_SET,
                pods.statefulSet(
                        "unready", PodWatchIT::withFailingProbe, "sh", "-c", "echo waiting for the world; sleep 600"));
        watch.await("unready", Stage.RUNNING, LONG);
        assertThatThrownBy(() -> watch.await("unready", Stage.READY, Duration.ofSeconds(3)))
                .isInstanceOf(TimedOutException.class)
                .hasMessageContaining("was not ready within 3 s")
                .hasMessageContaining("readiness probe does not succeed yet")
                .hasMessageContaining("waiting for the world");
    }

    /** Without any patience: the controllers need a moment to see the change, and the old pod's trouble is of before it. */
    @Test
    void a_rollout_replaces_a_broken_pod_and_ends_with_the_new_one() {
        Patience none = new Patience(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(60), Duration.ofSeconds(60), 1);
        rollsOut(
                Kind.STATEFUL_SET, pods.statefulSet("rollout", spec -> withImage(spec, NOWHERE), "sleep", "600"), none);
    }

    @Test
    void a_rollout_of_a_deployment_is_not_judged_by_the_broken_pod_that_it_replaces() {
        Patience little = new Patience(
                Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60), 1);
        rollsOut(
                Kind.DEPLOYMENT, pods.deployment("redeploy", spec -> withImage(spec, NOWHERE), "sleep", "600"), little);
    }

    private static void rollsOut(Kind kind, Map<String, Object> broken, Patience patience) {
        String release = Json.text(broken, "metadata", "name");
        pods.create(kind, broken);
        try (PodWatch own = cluster.watchPods(pods.namespace(), Map.of(), patience, progress -> {})) {
            assertThatThrownBy(() -> own.await(release, Stage.READY, LONG)).isInstanceOf(RejectedException.class);
            KubeObject workload =
                    cluster.objects().find(kind, pods.namespace(), release).orElseThrow();
            Map<String, Object> good = pods.podSpec("sleep", "600");
            Json.map(workload.content(), "spec", "template").put("spec", good);
            pods.replace(workload);
            own.awaitRollout(release, LONG);
            assertThat(cluster.objects().list(Kind.POD, pods.namespace(), Map.of(PodView.RELEASE, release)))
                    .filteredOn(pod -> !pod.terminating())
                    .singleElement()
                    .satisfies(pod -> assertThat(TestPods.container(Json.map(pod.content(), "spec"))
                                    .get("image"))
                            .isEqualTo(TestPods.container(good).get("image")));
        }
    }
}
