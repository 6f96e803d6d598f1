package io.weft.cli;

import io.weft.plan.Finding.Kind;
import io.weft.plan.Plan;
import io.weft.plan.PlannedStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A plan for people: what would be done, grouped by node, channel and chaincode. */
final class PlanText {
    private PlanText() {}

    static void print(Console console, String target, Plan plan) {
        Output out = console.out();
        out.println("Network `" + plan.network().name() + "` on " + target);
        if (plan.isEmpty()) {
            out.println("Nothing to do.");
        } else {
            steps(out, plan);
        }
        leftovers(console, plan);
    }

    private static void steps(Output out, Plan plan) {
        Map<String, List<PlannedStep>> rows = plan.needed().stream()
                .collect(Collectors.groupingBy(
                        step -> StepText.of(step.step()).subject(), LinkedHashMap::new, Collectors.toList()));
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        rows.forEach((subject, steps) -> {
            String actions = steps.stream()
                    .map(step -> StepText.of(step.step()).action())
                    .collect(Collectors.joining(", "));
            out.println(mark(out, steps) + subject + " ".repeat(width - subject.length() + 2) + actions);
            steps.stream()
                    .filter(step -> is(step, Kind.DIFFERENT) || is(step, Kind.FIXED))
                    .flatMap(step -> step.finding().details().stream())
                    .forEach(detail -> out.println("    " + detail));
        });
        long done = plan.steps().size() - (long) plan.needed().size();
        int needed = plan.needed().size();
        out.println(needed + (needed == 1 ? " step" : " steps") + " to do, " + done + " done.");
        if (!plan.impossible().isEmpty()) {
            out.println(out.red("`up` would refuse:") + " what is marked with ✗ cannot be changed.");
        }
    }

    private static String mark(Output out, List<PlannedStep> steps) {
        if (steps.stream().anyMatch(step -> is(step, Kind.FIXED))) {
            return out.red("✗ ");
        }
        return steps.stream().anyMatch(step -> is(step, Kind.DIFFERENT)) ? out.yellow("~ ") : out.green("+ ");
    }

    private static boolean is(PlannedStep step, Kind kind) {
        return step.finding().kind() == kind;
    }

    /** Warns of what the network still has and its spec no longer names. */
    static void leftovers(Console console, Plan plan) {
        List<String> leftovers = plan.state().leftovers();
        if (!leftovers.isEmpty()) {
            Output err = console.err();
            err.println(err.yellow("warning:") + " exists, but is no longer in the spec; it was left as it is:");
            leftovers.forEach(leftover -> err.println("  " + leftover));
            err.println("  weft does not remove single parts. `weft down` removes the whole network, these included.");
        }
    }
}
