package io.weft.e2e;

import static io.weft.e2e.TestNetwork.createAsset;
import static io.weft.e2e.TestNetwork.readAsset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.weft.NetworkDeployer;
import io.weft.apply.Outcome;
import io.weft.apply.Progress;
import io.weft.apply.Report;
import io.weft.plan.NetworkState;
import io.weft.plan.PlannedStep;
import io.weft.plan.Planner;
import io.weft.plan.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that are stopped or killed anywhere, and networks that were damaged by hand: the next {@code up} ends in the same
 * state, with every key that there was.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KilledIT {
    private static final String SPEC = "minimal.yaml";

    private TestCluster cluster;
    private TestNetwork network;
    private Path spec;
    /** What an undisturbed run leaves, by name. */
    private Set<String> whole;

    private boolean established;

    @BeforeAll
    void prepare(@TempDir Path folder) throws Exception {
        cluster = TestCluster.requireOrSkip();
        spec = Files.writeString(folder.resolve(SPEC), cluster.fitted(TestNetwork.spec(SPEC)));
        network = TestNetwork.of(cluster, TestNetwork.spec(SPEC), cluster.freshNamespace());
        cluster.requireImages(network.network());
        assumeTrue(
                TestNetwork.spec(SPEC).equals(cluster.fitted(TestNetwork.spec(SPEC)))
                        || "embedded".equals(System.getProperty("weft.images")),
                "some fifty runs one after the other are for Fabric's images, or asked for with -Dweft.images=embedded");
    }

    @AfterAll
    void clean() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** What a later run must not change. */
    private record Kept(Optional<String> id, Map<String, String> keys, Map<String, String> firstBlocks) {
        static Kept of(TestNetwork network) {
            return new Kept(network.id(), network.keys(), network.firstBlocks());
        }

        void assertIn(Kept later) {
            id.ifPresent(value -> assertThat(later.id).contains(value));
            assertThat(later.keys).containsAllEntriesOf(keys);
            assertThat(later.firstBlocks).containsAllEntriesOf(firstBlocks);
        }
    }

    /** Has a run take one step at a time, and stops it after the first that no run was stopped after yet. */
    private static final class Stop implements Progress {
        private final Set<String> used;
        private final Semaphore turn = new Semaphore(1);

        Stop(Set<String> used) {
            this.used = used;
        }

        @Override
        public void started(Step step) {
            try {
                turn.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Stopped();
            }
        }

        @Override
        public void finished(Outcome outcome) {
            if (outcome instanceof Outcome.Changed || outcome instanceof Outcome.AlreadySatisfied) {
                if (used.add(outcome.step().id())) {
                    throw new Stopped();
                }
                turn.release();
            }
        }
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static int steps(TestNetwork network) {
        return Planner.plan(network.network(), NetworkState.NOTHING).steps().size();
    }

    /** Names without what controllers append to them, and without the number of a release's revision. */
    private Set<String> names(TestNetwork of) {
        return cluster.everything(of.namespace()).keySet().stream()
                // That of a run which was killed when all was done stays: a run with nothing to do takes none.
                .filter(name -> !name.startsWith("leases/"))
                .map(name -> name.replaceFirst("^(pods/.*-cc-.*)-[a-z0-9]+-[a-z0-9]{5}$", "$1")
                        .replaceFirst("^(replicasets/.*)-[a-z0-9]+$", "$1")
                        .replaceFirst("^(controllerrevisions/.*)-[a-z0-9]+$", "$1")
                        .replaceFirst("^(endpointslices/.*)-[a-z0-9]{5}$", "$1")
                        .replaceFirst("^(secrets/sh.helm.release.v1..*)\\.v\\d+$", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void assertWhole(TestNetwork of) throws InterruptedException {
        of.assertAsWanted();
        assertThat(names(of)).isEqualTo(whole);
        assertThat(cluster.client()
                        .configMaps()
                        .inNamespace(of.namespace())
                        .list()
                        .getItems())
                .filteredOn(map -> map.getData() != null && map.getData().containsKey("networkId"))
                .hasSize(1);
        Report report = of.up();
        assertThat(report.outcomes()).isEmpty();
    }

    @Test
    @Order(1)
    void undisturbed_it_takes_one_run() throws Exception {
        TestNetwork undisturbed = TestNetwork.of(cluster, TestNetwork.spec(SPEC), cluster.freshNamespace());

        Report report = undisturbed.up();

        // The namespace is there before the plan is carried out, because the Lease is in it.
        assertThat(report.outcomes()).hasSize(steps(undisturbed) - 1);
        whole = names(undisturbed);
        assertWhole(undisturbed);
        undisturbed.remove();
        assertThat(cluster.hasNamespace(undisturbed.namespace())).isFalse();
    }

    @Test
    @Order(2)
    void stopped_after_every_single_step_up_ends_where_it_would_have() throws Exception {
        Set<String> stoppedAfter = new HashSet<>();
        Kept kept = Kept.of(network);
        boolean done = false;
        while (!done) {
            try {
                Report report = network.tryUp(new Stop(stoppedAfter));
                assertThat(report.failures()).isEmpty();
                done = true;
            } catch (Stopped e) {
                Kept now = Kept.of(network);
                kept.assertIn(now);
                kept = now;
            }
        }

        // The namespace is there before the first step; what only waits may find in the next run that all is well.
        assertThat(Planner.plan(network.network(), NetworkState.NOTHING).steps())
                .extracting(planned -> planned.step().id())
                .filteredOn(id -> !stoppedAfter.contains(id))
                .allMatch(id -> id.matches("namespace .*|ready .*|verify .*"));
        assertThat(stoppedAfter).hasSizeGreaterThan(16);
        kept.assertIn(Kept.of(network));
        assertWhole(network);
        assertThat(network.submit("org1", createAsset("a1")).isValid()).isTrue();
        established = true;
    }

    @Test
    @Order(3)
    void from_an_empty_cluster_stopped_once_anywhere_the_next_run_completes_it() throws Exception {
        for (int count : new int[] {2, 12}) {
            TestNetwork fresh = TestNetwork.of(cluster, TestNetwork.spec(SPEC), cluster.freshNamespace());
            int[] left = {count};
            try {
                fresh.tryUp(new Progress() {
                    @Override
                    public void finished(Outcome outcome) {
                        if (--left[0] == 0) {
                            throw new Stopped();
                        }
                    }
                });
                throw new AssertionError("It was not stopped after step " + count);
            } catch (Stopped e) {
                Kept kept = Kept.of(fresh);
                fresh.up();
                kept.assertIn(Kept.of(fresh));
            }
            assertWhole(fresh);
            fresh.remove();
            assertThat(cluster.hasNamespace(fresh.namespace())).isFalse();
        }
    }

    @Test
    @Order(4)
    void killed_processes_leave_what_the_next_run_completes() throws Exception {
        int[][] deaths = {{4, 0}, {9, 20}, {14, 120}, {18, 400}};
        for (int[] death : deaths) {
            TestNetwork fresh = TestNetwork.of(cluster, TestNetwork.spec(SPEC), cluster.freshNamespace());
            assertThat(KilledRun.up(spec, fresh.namespace(), death[0], death[1]))
                    .as("killed " + death[1] + " ms after step " + death[0])
                    .isEqualTo(KilledRun.KILLED);
            Kept kept = Kept.of(fresh);

            fresh.up();

            kept.assertIn(Kept.of(fresh));
            assertWhole(fresh);
            fresh.remove();
            assertThat(cluster.hasNamespace(fresh.namespace())).isFalse();
        }
    }

    @Test
    @Order(5)
    void one_killed_process_after_the_other_still_gets_there() throws Exception {
        TestNetwork fresh = TestNetwork.of(cluster, TestNetwork.spec(SPEC), cluster.freshNamespace());
        Kept kept = Kept.of(fresh);
        int runs = 0;
        while (KilledRun.up(spec, fresh.namespace(), 3, 40L * runs) == KilledRun.KILLED) {
            Kept now = Kept.of(fresh);
            kept.assertIn(now);
            kept = now;
            assertThat(++runs).as("runs").isLessThan(40);
        }

        assertThat(runs).isGreaterThan(2);
        assertWhole(fresh);
        kept.assertIn(Kept.of(fresh));
        fresh.remove();
    }

    @Test
    @Order(6)
    void down_removes_what_a_killed_up_has_left() throws Exception {
        TestNetwork fresh = TestNetwork.of(cluster, TestNetwork.spec(SPEC), cluster.freshNamespace());
        assertThat(KilledRun.up(spec, fresh.namespace(), 12, 30)).isEqualTo(KilledRun.KILLED);

        fresh.remove();

        assertThat(cluster.hasNamespace(fresh.namespace())).isFalse();
    }

    /** A network that one test after the other damages; after each it must be whole again, with the same keys. */
    @AfterEach
    void nothing_is_lost() {
        if (established && network.id().isPresent()) {
            assertThat(network.evaluate("org1", readAsset("a1"))).contains("tom");
        }
    }

    private Kept before;

    private void damaged(Runnable damage) throws InterruptedException {
        before = Kept.of(network);
        damage.run();
        List<PlannedStep> needed = network.plan().needed();
        assertThat(needed).as("steps planned after the damage").isNotEmpty();
        network.up();
        before.assertIn(Kept.of(network));
        assertThat(Kept.of(network)).isEqualTo(before);
        assertWhole(network);
    }

    private HelmRecord record(String release) {
        return new HelmRecord(cluster.client(), network.namespace(), release);
    }

    @Test
    @Order(10)
    void a_release_stuck_in_pending_upgrade_is_freed() throws Exception {
        HelmRecord peer = record("org1-peer0");

        damaged(() -> peer.addRevision("pending-upgrade"));

        assertThat(peer.revisions()).extracting(HelmRecord::status).doesNotContain("pending-upgrade");
    }

    @Test
    @Order(11)
    void a_release_that_helm_installed_halfway_is_installed_again() throws Exception {
        HelmRecord ca = record("org1-ca");

        damaged(() -> {
            ca.setStatus("pending-install");
            cluster.client()
                    .apps()
                    .statefulSets()
                    .inNamespace(network.namespace())
                    .withName("org1-ca")
                    .delete();
            cluster.client()
                    .services()
                    .inNamespace(network.namespace())
                    .withName("org1-ca")
                    .delete();
        });

        assertThat(ca.revisions())
                .extracting(HelmRecord::status)
                .contains("deployed")
                .doesNotContain("pending-install");
    }

    @Test
    @Order(12)
    void a_release_that_helm_has_forgotten_is_taken_over() throws Exception {
        HelmRecord peer = record("org1-peer0");

        damaged(peer::delete);

        assertThat(peer.revisions()).extracting(HelmRecord::status).containsExactly("deployed");
    }

    @Test
    @Order(13)
    void a_deleted_service_is_made_again() throws Exception {
        damaged(() -> cluster.client()
                .services()
                .inNamespace(network.namespace())
                .withName("org1-orderer0")
                .delete());
    }

    @Test
    @Order(14)
    void an_edited_statefulset_is_put_right() throws Exception {
        damaged(() -> statefulSet(
                "org1-peer0", set -> set.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
                        .filter(variable -> variable.getName().equals("FABRIC_LOGGING_SPEC"))
                        .findFirst()
                        .orElseThrow()
                        .setValue("debug")));
    }

    @Test
    @Order(15)
    void a_node_that_was_scaled_away_is_brought_back() throws Exception {
        damaged(() -> statefulSet("org1-orderer0", set -> set.getSpec().setReplicas(0)));
    }

    private void statefulSet(String name, java.util.function.Consumer<StatefulSet> change) {
        cluster.client()
                .apps()
                .statefulSets()
                .inNamespace(network.namespace())
                .withName(name)
                .edit(set -> {
                    change.accept(set);
                    return set;
                });
    }

    @Test
    @Order(16)
    void a_deleted_identity_is_issued_anew_and_all_others_are_kept() throws Exception {
        Kept kept = Kept.of(network);
        // Without the admin nobody can ask the nodes what they have.
        for (String client : List.of("org1-user-user1", "org1-user-admin")) {
            cluster.client()
                    .secrets()
                    .inNamespace(network.namespace())
                    .withName(client)
                    .delete();
        }

        network.up();

        Map<String, String> keys = network.keys();
        assertThat(keys.keySet()).isEqualTo(kept.keys.keySet());
        keys.forEach((entry, value) -> {
            if (entry.contains("org1-user-") && entry.endsWith("sign.key")) {
                assertThat(value).isNotEqualTo(kept.keys.get(entry));
            } else if (!entry.contains("org1-user-")) {
                assertThat(value).isEqualTo(kept.keys.get(entry));
            }
        });
        assertWhole(network);
    }

    @Test
    @Order(20)
    void a_reset_that_was_killed_is_finished_by_up() throws Exception {
        for (long millis : new long[] {0, 300}) {
            Kept kept = Kept.of(network);
            assertThat(KilledRun.reset(spec, network.namespace(), millis)).isEqualTo(KilledRun.KILLED);
            assertThat(recordData()).containsKey("wipingLedgers");

            network.up();

            assertThat(recordData()).doesNotContainKey("wipingLedgers");
            assertThat(network.id()).isEqualTo(kept.id());
            assertThat(network.keys()).isEqualTo(kept.keys());
            assertThat(network.firstBlocks()).isNotEqualTo(kept.firstBlocks());
            assertWhole(network);
            assertThat(network.submit("org1", createAsset("a1")).isValid()).isTrue();
        }
    }

    private Map<String, String> recordData() {
        ConfigMap record = cluster.client()
                .configMaps()
                .inNamespace(network.namespace())
                .withName(network.names().networkRecord())
                .get();
        return record.getData();
    }

    @Test
    @Order(30)
    void down_that_was_interrupted_is_finished_by_the_next_one() throws Exception {
        try (NetworkDeployer deployer = network.deployer()) {
            int[] notes = {0};
            try {
                deployer.remove(note -> {
                    if (++notes[0] == 2) {
                        throw new Stopped();
                    }
                });
                throw new AssertionError("It was not stopped");
            } catch (Stopped e) {
                assertThat(network.id()).as("the record goes last").isPresent();
            }
        }

        network.remove();

        assertThat(network.id()).isEmpty();
        assertThat(cluster.hasNamespace(network.namespace())).isFalse();
    }
}
