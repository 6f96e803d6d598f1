package io.weft.cli;

import io.weft.plan.Finding;
import io.weft.plan.Plan;
import io.weft.plan.PlannedStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan for people: what would be done, grouped by node, channel and chaincode. */
final class PlanText {
    private PlanText() {}

    static void print(Console console, String target, Plan plan) {
        console.out().println("Network `" + plan.network().name() + "` on " + target);
        if (plan.isEmpty()) {
            console.out().println("Nothing to do.");
            return;
        }
        Map<String, StringBuilder> rows = new LinkedHashMap<>();
        for (PlannedStep planned : plan.needed()) {
            StepText text = StepText.of(planned.step());
            StringBuilder row = rows.computeIfAbsent(text.subject(), subject -> new StringBuilder());
            row.append(row.isEmpty() ? "" : ", ").append(text.action());
        }
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        rows.forEach((subject, actions) -> console.out()
                .println(console.green("+ ") + subject + " ".repeat(width - subject.length() + 2) + actions));
        for (PlannedStep planned : plan.needed()) {
            Finding finding = planned.finding();
            if (finding.kind() == Finding.Kind.DIFFERENT) {
                List<String> details = finding.details();
                console.out().println(console.yellow("~ ") + StepText.of(planned.step()));
                details.forEach(detail -> console.out().println("    " + detail));
            }
        }
        long done = plan.steps().size() - (long) plan.needed().size();
        console.out().println(plan.needed().size() + " steps to do, " + done + " done.");
    }
}
