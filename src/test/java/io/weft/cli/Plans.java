package io.weft.cli;

import io.weft.apply.Outcome;
import io.weft.apply.Outcome.Timing;
import io.weft.apply.Report;
import io.weft.model.Network;
import io.weft.plan.Finding;
import io.weft.plan.NetworkState;
import io.weft.plan.Plan;
import io.weft.plan.Planner;
import io.weft.plan.Step;
import io.weft.problem.TimedOutException;
import io.weft.spec.NetworkSpecs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans and reports of the network in {@code two-orgs.yaml}. */
final class Plans {
    static final Network TWO_ORGS = NetworkSpecs.load(Path.of("network-specs/two-orgs.yaml"), Optional.empty())
            .network();

    private Plans() {}

    static Plan nothingThere() {
        return Planner.plan(TWO_ORGS, NetworkState.NOTHING);
    }

    /** Everything is there but for what the findings say. */
    static Plan allBut(Map<String, Finding> findings, String... leftovers) {
        Map<String, Finding> all = new HashMap<>();
        nothingThere().steps().forEach(step -> all.put(step.step().id(), Finding.DONE));
        findings.forEach((id, finding) -> {
            if (all.put(id, finding) == null) {
                throw new IllegalArgumentException("No such step: " + id);
            }
        });
        return Planner.plan(TWO_ORGS, new NetworkState(Optional.of("4f9c2e81aa"), all, List.of(leftovers)));
    }

    static Plan onePeerMissing() {
        Map<String, Finding> findings = new HashMap<>();
        for (String id : List.of(
                "identity org2/peer1",
                "release org2/peer1",
                "ready org2/peer1",
                "join trading org2/peer1",
                "install trading/asset org2/peer1")) {
            findings.put(id, Finding.ABSENT);
        }
        return allBut(findings);
    }

    static Plan changedChaincode() {
        return allBut(Map.of(
                "commit trading/asset", Finding.different(List.of("`version` should be `2.0`, is `1.0`.")),
                "approve trading/asset org1", Finding.ABSENT,
                "approve trading/asset org2", Finding.ABSENT));
    }

    static Plan impossible() {
        return allBut(Map.of(
                "release org1/peer0",
                        Finding.fixed(
                                List.of("`persistence.size` is `1Gi` and shall be `5Gi`, which Kubernetes refuses.")),
                "release org1/peer1", Finding.different(List.of("Its values or its chart have changed."))));
    }

    static Step step(Plan plan, String id) {
        return plan.steps().stream()
                .map(planned -> planned.step())
                .filter(step -> step.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    static Timing timing(long startMillis, long endMillis) {
        return new Timing(Duration.ofMillis(startMillis), Duration.ofMillis(endMillis));
    }

    /** One missing peer was made. */
    static Report success() {
        Plan plan = onePeerMissing();
        return new Report(
                plan,
                List.of(
                        new Outcome.Changed(step(plan, "identity org2/peer1"), timing(0, 40)),
                        new Outcome.Changed(step(plan, "release org2/peer1"), timing(40, 350)),
                        new Outcome.Changed(step(plan, "join trading org2/peer1"), timing(350, 2350)),
                        new Outcome.AlreadySatisfied(step(plan, "install trading/asset org2/peer1"), timing(350, 900)),
                        new Outcome.Changed(step(plan, "ready org2/peer1"), timing(350, 2600))),
                Duration.ofMillis(2600));
    }

    /** The missing peer does not start. */
    static Report failure() {
        Plan plan = onePeerMissing();
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(new Outcome.Changed(step(plan, "identity org2/peer1"), timing(0, 40)));
        outcomes.add(new Outcome.Changed(step(plan, "release org2/peer1"), timing(40, 350)));
        outcomes.add(new Outcome.Failed(
                step(plan, "ready org2/peer1"),
                timing(350, 60_350),
                new TimedOutException("Pod `trade/org2-peer1-0` is not ready after 60 s.\nLast seen: ErrImagePull.")));
        outcomes.add(new Outcome.Skipped(
                step(plan, "join trading org2/peer1"), "It needs `release org2/peer1`, which did not succeed."));
        return new Report(plan, outcomes, Duration.ofMillis(60_400));
    }
}
