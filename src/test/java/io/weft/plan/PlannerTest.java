package io.weft.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.model.Network;
import io.weft.problem.RejectedException;
import io.weft.spec.NetworkSpecs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlannerTest {
    private static Network load(String name) {
        return NetworkSpecs.load(Path.of("network-specs", name), Optional.empty())
                .network();
    }

    static Stream<Network> networks() {
        return Stream.concat(
                Stream.of("minimal", "two-orgs", "bft", "couchdb-private-data", "three-namespaces")
                        .map(name -> load(name + ".yaml")),
                RandomNetworks.first(200));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void every_prerequisite_is_a_step_and_nothing_waits_for_itself(Network network) {
        Plan plan = Planner.plan(network, NetworkState.NOTHING);
        Set<String> ids = new HashSet<>();
        plan.steps().forEach(step -> assertThat(ids.add(step.step().id())).isTrue());
        assertThat(plan.steps().stream().flatMap(step -> step.prerequisites().stream()))
                .allSatisfy(needs -> assertThat(ids).containsAll(needs.steps()));
        assertThat(plan.steps()).allSatisfy(step -> assertThat(ids).containsAll(step.after()));
        Set<String> reached = new HashSet<>();
        boolean grows = true;
        while (grows) {
            grows = false;
            for (PlannedStep step : plan.steps()) {
                boolean ready = step.prerequisites().stream().allMatch(p -> reached.containsAll(p.steps()))
                        && reached.containsAll(step.after());
                grows |= ready && reached.add(step.step().id());
            }
        }
        assertThat(reached).isEqualTo(ids);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void what_writes_to_a_channel_waits_for_its_quorum_and_everything_else_for_all(Network network) {
        Map<String, Integer> quorums = new HashMap<>();
        network.channels()
                .forEach(channel -> quorums.put(
                        channel.name(),
                        channel.ordering()
                                .type()
                                .quorum(channel.ordering().consenters().size())));
        for (PlannedStep planned : Planner.plan(network, NetworkState.NOTHING).steps()) {
            List<Prerequisite> ordering = planned.prerequisites().stream()
                    .filter(needs -> !needs.steps().isEmpty()
                            && needs.steps().stream().allMatch(id -> id.matches("join \\S+ ord\\S+"))
                            && network.name().equals("net"))
                    .toList();
            assertThat(planned.prerequisites().stream().filter(needs -> !ordering.contains(needs)))
                    .filteredOn(needs -> network.name().equals("net"))
                    .allSatisfy(needs ->
                            assertThat(needs.atLeast()).isEqualTo(needs.steps().size()));
            assertThat(ordering).allSatisfy(needs -> {
                String channel = needs.steps().iterator().next().split(" ")[1];
                assertThat(needs.atLeast()).isEqualTo(quorums.get(channel));
            });
            boolean writes = planned.step() instanceof Step.ApproveChaincode
                    || planned.step() instanceof Step.CommitChaincode
                    || planned.step() instanceof Step.InitializeChaincode;
            if (network.name().equals("net")) {
                assertThat(!ordering.isEmpty()).as(planned.step().id()).isEqualTo(writes);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void what_is_done_is_not_done_again_whatever_else_is_missing(Network network) {
        Plan all = Planner.plan(network, NetworkState.NOTHING);
        assertThat(Planner.plan(network, everythingBut(all)).isEmpty()).isTrue();
        Random random = new Random(all.steps().size());
        String[] missing = all.steps().stream()
                .map(step -> step.step().id())
                .filter(id -> random.nextInt(4) == 0)
                .toArray(String[]::new);
        Plan plan = Planner.plan(network, everythingBut(all, missing));
        assertThat(plan.needed()).extracting(step -> step.step().id()).contains(missing);
        assertThat(plan.needed())
                .filteredOn(step -> !List.of(missing).contains(step.step().id()))
                .allMatch(
                        step -> step.step() instanceof Step.AwaitReady || step.step() instanceof Step.VerifyChaincode);
    }

    @Test
    void what_cannot_be_changed_is_refused_with_every_step_it_concerns() {
        Plan all = Planner.plan(load("two-orgs.yaml"), NetworkState.NOTHING);
        NetworkState state = everythingBut(all);
        Map<String, Finding> findings = new HashMap<>(state.findings());
        findings.put("release org1/peer0", Finding.fixed(List.of("Its storage differs.", "Take it back.")));
        findings.put("genesis trading", Finding.fixed(List.of("Its batch size differs.")));
        Plan plan = Planner.plan(all.network(), new NetworkState(state.networkId(), findings, List.of()));
        assertThatThrownBy(plan::requirePossible)
                .isInstanceOf(RejectedException.class)
                .hasMessage("The spec asks for changes that cannot be made. Nothing was changed."
                        + "\n  genesis trading:\n    Its batch size differs."
                        + "\n  release org1/peer0:\n    Its storage differs.\n    Take it back.");
        assertThatCode(all::requirePossible).doesNotThrowAnyException();
    }

    @Test
    void with_nothing_there_every_step_is_needed() {
        Plan plan = Planner.plan(load("two-orgs.yaml"), NetworkState.NOTHING);
        assertThat(plan.needed()).hasSameSizeAs(plan.steps());
        assertThat(plan.steps())
                .extracting(step -> step.step().id())
                .contains(
                        "join trading orderer/orderer0",
                        "join trading org2/peer1",
                        "approve trading/asset org1",
                        "commit trading/asset");
    }

    @Test
    void nothing_that_the_first_transaction_needs_waits_for_a_second_peer_or_a_certificate_authority() {
        Plan plan = Planner.plan(load("two-orgs.yaml"), NetworkState.NOTHING);
        Map<String, PlannedStep> steps = new HashMap<>();
        plan.steps().forEach(step -> steps.put(step.step().id(), step));
        Set<String> needed = new HashSet<>();
        List<String> open = new ArrayList<>(List.of("commit trading/asset"));
        while (!open.isEmpty()) {
            PlannedStep step = steps.get(open.remove(0));
            if (needed.add(step.step().id())) {
                step.prerequisites().forEach(needs -> open.addAll(needs.steps()));
                open.addAll(step.after());
            }
        }
        assertThat(needed)
                .contains("release org1/peer0", "release org2/peer0", "release orderer/orderer2")
                .noneMatch(id -> id.contains("peer1") || id.contains("/ca"));
        assertThat(steps.get("release org1/peer0").after())
                .contains("release orderer/orderer0")
                .doesNotContain("release org2/peer0");
        assertThat(steps.get("genesis trading").after()).contains("release orderer/orderer0", "release org1/peer0");
        assertThat(steps.get("identity user org1/admin").after())
                .contains("release orderer/orderer0", "release org1/peer0");
        assertThat(steps.get("release org1/peer1").after()).contains("join trading org2/peer0");
        assertThat(steps.get("release org1/ca").after()).contains("commit trading/asset", "release org1/peer1");
    }

    @Test
    void with_everything_there_nothing_is_needed() {
        Plan all = Planner.plan(load("two-orgs.yaml"), NetworkState.NOTHING);
        assertThat(Planner.plan(all.network(), everythingBut(all)).isEmpty()).isTrue();
    }

    @Test
    void a_changed_release_is_awaited_and_its_chaincode_asked_again_but_nothing_is_joined_again() {
        Plan all = Planner.plan(load("two-orgs.yaml"), NetworkState.NOTHING);
        Plan plan = Planner.plan(all.network(), everythingBut(all, "release org1/peer0"));
        assertThat(plan.needed())
                .extracting(step -> step.step().id())
                .containsExactlyInAnyOrder("release org1/peer0", "ready org1/peer0", "verify trading/asset org1");
    }

    private static NetworkState everythingBut(Plan plan, String... missing) {
        Map<String, Finding> findings = new HashMap<>();
        plan.steps().forEach(step -> findings.put(step.step().id(), Finding.DONE));
        for (String id : missing) {
            findings.put(id, Finding.ABSENT);
        }
        return new NetworkState(Optional.of("abc"), findings, List.of());
    }
}
