package io.weft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.model.ConsensusType;
import io.weft.model.Network;
import io.weft.spec.NetworkSpecs;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private static Network load(String name) {
        return NetworkSpecs.load(Path.of("network-specs", name), Optional.empty())
                .network();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"minimal.yaml", "two-orgs.yaml", "bft.yaml", "couchdb-private-data.yaml", "three-namespaces.yaml"
            })
    void every_prerequisite_is_a_step_and_nothing_waits_for_itself(String spec) {
        Plan plan = Planner.plan(load(spec), NetworkState.NOTHING);
        Set<String> ids = new HashSet<>();
        plan.steps().forEach(step -> ids.add(step.step().id()));
        Set<String> reached = new HashSet<>();
        boolean grows = true;
        while (grows) {
            grows = false;
            for (PlannedStep step : plan.steps()) {
                boolean ready = step.prerequisites().stream()
                        .allMatch(p ->
                                p.steps().stream().filter(reached::contains).count()
                                        == p.steps().size());
                grows |= ready && reached.add(step.step().id());
            }
        }
        assertThat(reached).isEqualTo(ids);
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

    @Test
    void a_majority_of_raft_consenters_and_two_thirds_of_bft_consenters_order() {
        assertThat(Planner.quorum(ConsensusType.RAFT, 1)).isEqualTo(1);
        assertThat(Planner.quorum(ConsensusType.RAFT, 3)).isEqualTo(2);
        assertThat(Planner.quorum(ConsensusType.RAFT, 4)).isEqualTo(3);
        assertThat(Planner.quorum(ConsensusType.BFT, 4)).isEqualTo(3);
        assertThat(Planner.quorum(ConsensusType.BFT, 7)).isEqualTo(5);
        assertThat(Planner.quorum(ConsensusType.BFT, 10)).isEqualTo(7);
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
