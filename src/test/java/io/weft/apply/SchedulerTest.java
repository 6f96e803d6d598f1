package io.weft.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.apply.Outcome.AlreadySatisfied;
import io.weft.apply.Outcome.Changed;
import io.weft.apply.Outcome.Failed;
import io.weft.apply.Outcome.Skipped;
import io.weft.model.Network;
import io.weft.plan.NetworkState;
import io.weft.plan.Plan;
import io.weft.plan.PlannedStep;
import io.weft.plan.Planner;
import io.weft.plan.Prerequisite;
import io.weft.plan.RandomNetworks;
import io.weft.problem.RejectedException;
import io.weft.spec.NetworkSpecs;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class SchedulerTest {
    private final Network network = NetworkSpecs.load(Path.of("network-specs/two-orgs.yaml"), Optional.empty())
            .network();
    private final Plan plan = Planner.plan(network, NetworkState.NOTHING);

    @Test
    void no_step_starts_before_its_prerequisites_hold() throws InterruptedException {
        Set<String> done = ConcurrentHashMap.newKeySet();
        Set<String> tooEarly = ConcurrentHashMap.newKeySet();
        Scheduler.run(
                plan,
                (step, note) -> {
                    PlannedStep planned = plan.steps().stream()
                            .filter(p -> p.step().equals(step))
                            .findFirst()
                            .orElseThrow();
                    for (Prerequisite needs : planned.prerequisites()) {
                        if (needs.steps().stream().filter(done::contains).count() < needs.atLeast()) {
                            tooEarly.add(step.id());
                        }
                    }
                    done.add(step.id());
                    return true;
                },
                Progress.SILENT,
                8);
        assertThat(tooEarly).isEmpty();
        assertThat(done).hasSameSizeAs(plan.steps());
    }

    @Test
    void what_is_wanted_later_waits_for_what_is_wanted_sooner_also_when_that_fails() throws InterruptedException {
        List<Outcome> outcomes = runFailing("join trading org1/peer0", "release org2/peer1");
        List<String> ended =
                outcomes.stream().map(outcome -> outcome.step().id()).toList();
        assertThat(outcome(outcomes, "release org1/ca")).isInstanceOf(Changed.class);
        assertThat(ended.indexOf("release org1/ca"))
                .isGreaterThan(ended.indexOf("commit trading/asset"))
                .isGreaterThan(ended.indexOf("release org2/peer1"))
                .isGreaterThan(ended.indexOf("release org1/trading/asset"));
        assertThat(ended.indexOf("release org1/peer1"))
                .isGreaterThan(ended.indexOf("join trading org1/peer0"))
                .isGreaterThan(ended.indexOf("join trading orderer/orderer2"));
        assertThat(ended.indexOf("release org1/trading/asset"))
                .isGreaterThan(ended.indexOf("release org2/peer0"))
                .isGreaterThan(ended.indexOf("release orderer/orderer0"));
    }

    @Test
    void independent_steps_run_side_by_side() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        Report report = Scheduler.run(
                plan,
                (step, note) -> {
                    if (step.id().equals("release org1/peer0") || step.id().equals("release org2/peer0")) {
                        both.countDown();
                        return both.await(60, TimeUnit.SECONDS);
                    }
                    return true;
                },
                Progress.SILENT,
                8);
        assertThat(report.outcomes()).allMatch(Changed.class::isInstance);
    }

    @Test
    void a_failed_ordering_node_does_not_stop_a_channel_that_has_its_quorum() throws InterruptedException {
        List<Outcome> outcomes = runFailing("join trading orderer/orderer2");
        assertThat(outcome(outcomes, "commit trading/asset")).isInstanceOf(Changed.class);
        assertThat(outcome(outcomes, "join trading orderer/orderer2")).isInstanceOf(Failed.class);
    }

    @Test
    void without_a_quorum_what_needs_ordering_is_skipped_and_the_rest_goes_on() throws InterruptedException {
        List<Outcome> outcomes = runFailing("join trading orderer/orderer1", "join trading orderer/orderer2");
        assertThat(outcome(outcomes, "approve trading/asset org1")).isInstanceOf(Skipped.class);
        assertThat(outcome(outcomes, "verify trading/asset org1")).isInstanceOf(Skipped.class);
        assertThat(outcome(outcomes, "join trading org1/peer0")).isInstanceOf(Changed.class);
        assertThat(outcomes).hasSameSizeAs(plan.steps());
    }

    @Test
    void a_listener_that_gives_up_stops_the_run() {
        Set<String> performed = ConcurrentHashMap.newKeySet();
        Progress killer = new Progress() {
            @Override
            public void finished(Outcome outcome) {
                if (outcome.step().id().equals("genesis trading")) {
                    throw new IllegalStateException("stop here");
                }
            }
        };
        assertThatThrownBy(() -> Scheduler.run(plan, (step, note) -> performed.add(step.id()), killer, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("stop here");
        assertThat(performed).doesNotContain("join trading org1/peer0");
    }

    @Test
    void the_critical_path_goes_from_the_first_step_to_the_last() throws InterruptedException {
        Report report = Scheduler.run(plan, (step, note) -> false, Progress.SILENT, 4);
        assertThat(report.outcomes()).allMatch(AlreadySatisfied.class::isInstance);
        assertThat(report.changes()).isZero();
        assertThat(report.criticalPath().get(0).step().id()).startsWith("namespace ");
        Set<String> seen = new HashSet<>();
        report.criticalPath()
                .forEach(outcome -> assertThat(seen.add(outcome.step().id())).isTrue());
    }

    static Stream<Network> networks() {
        return RandomNetworks.first(60);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void whatever_fails_each_step_ends_once_and_only_what_needed_the_failed_ones_is_skipped(Network random)
            throws InterruptedException {
        Plan all = Planner.plan(random, NetworkState.NOTHING);
        Random dice = new Random(all.steps().size());
        Set<String> failing = all.steps().stream()
                .map(step -> step.step().id())
                .filter(id -> dice.nextInt(12) == 0)
                .collect(Collectors.toSet());
        Report report = Scheduler.run(
                all,
                (step, note) -> {
                    if (failing.contains(step.id())) {
                        throw new RejectedException("No.");
                    }
                    return true;
                },
                Progress.SILENT,
                6);
        assertThat(report.outcomes()).extracting(o -> o.step().id()).doesNotHaveDuplicates();
        assertThat(report.outcomes()).hasSameSizeAs(all.steps());
        Set<String> succeeded = report.outcomes().stream()
                .filter(Changed.class::isInstance)
                .map(o -> o.step().id())
                .collect(Collectors.toSet());
        for (PlannedStep planned : all.steps()) {
            String id = planned.step().id();
            boolean possible = planned.prerequisites().stream()
                    .allMatch(
                            p -> p.steps().stream().filter(succeeded::contains).count() >= p.atLeast());
            assertThat(outcome(report.outcomes(), id))
                    .as(id)
                    .isInstanceOf(!possible ? Skipped.class : failing.contains(id) ? Failed.class : Changed.class);
        }
    }

    @Test
    void an_interrupt_ends_the_steps_that_run_and_starts_no_other() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Set<String> interrupted = ConcurrentHashMap.newKeySet();
        Set<String> started = ConcurrentHashMap.newKeySet();
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Thread run = new Thread(() -> {
            try {
                Scheduler.run(
                        plan,
                        (step, note) -> {
                            started.add(step.id());
                            running.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                interrupted.add(step.id());
                                throw e;
                            }
                            return true;
                        },
                        Progress.SILENT,
                        4);
                ended.complete(false);
            } catch (InterruptedException e) {
                ended.complete(true);
            }
        });
        run.start();
        running.await();
        run.interrupt();
        assertThat(ended.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted).isEqualTo(started).hasSize(1);
    }

    private List<Outcome> runFailing(String... ids) throws InterruptedException {
        Set<String> failing = Set.of(ids);
        Report report = Scheduler.run(
                plan,
                (step, note) -> {
                    if (failing.contains(step.id())) {
                        throw new RejectedException("No.");
                    }
                    return true;
                },
                Progress.SILENT,
                4);
        return report.outcomes();
    }

    private static Outcome outcome(List<Outcome> outcomes, String id) {
        return outcomes.stream()
                .filter(o -> o.step().id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
