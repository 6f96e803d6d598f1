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
import io.weft.problem.RejectedException;
import io.weft.spec.NetworkSpecs;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
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
    void independent_steps_run_side_by_side() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        Report report = Scheduler.run(
                plan,
                (step, note) -> {
                    if (step.id().equals("release org1/peer0") || step.id().equals("release org2/peer0")) {
                        both.countDown();
                        return both.await(10, TimeUnit.SECONDS);
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
