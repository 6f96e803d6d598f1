package io.weft.cli;

import io.weft.apply.Outcome;
import io.weft.apply.Outcome.Failed;
import io.weft.apply.Outcome.Skipped;
import io.weft.apply.Report;
import io.weft.problem.WeftException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report for people, and the exit code that it means. */
final class ReportText {
    private static final int LONGEST = 6;

    private ReportText() {}

    static int print(Console console, OutputOption output, Report report) {
        if (output.isJson()) {
            output.print(console, Json.of(report));
        } else if (report.isSuccess()) {
            whereTheTimeWent(console, report);
            console.out()
                    .println(
                            report.outcomes().isEmpty()
                                    ? "Nothing to do: the network is as the spec says."
                                    : "Network `" + report.plan().network().name() + "` is up: " + report.changes()
                                            + (report.changes() == 1 ? " change in " : " changes in ")
                                            + Console.seconds(report.elapsed()) + ".");
        }
        PlanText.leftovers(console, report.plan());
        failures(console, report);
        return report.failures().stream()
                .map(failed -> ExitCode.of(failed.cause()))
                .findFirst()
                .orElse(report.isSuccess() ? ExitCode.DONE : ExitCode.REJECTED);
    }

    private static void whereTheTimeWent(Console console, Report report) {
        List<Outcome> path = report.criticalPath();
        if (path.isEmpty()) {
            return;
        }
        console.err().println(console.err().faint("Where the time went (each step waited for the one above it):"));
        path.stream()
                .sorted((a, b) -> Report.timing(b)
                        .orElseThrow()
                        .took()
                        .compareTo(Report.timing(a).orElseThrow().took()))
                .limit(LONGEST)
                .sorted((a, b) -> Report.timing(a)
                        .orElseThrow()
                        .start()
                        .compareTo(Report.timing(b).orElseThrow().start()))
                .forEach(outcome -> {
                    Outcome.Timing timing = Report.timing(outcome).orElseThrow();
                    console.err()
                            .println(console.err()
                                    .faint(String.format(
                                            Locale.ROOT,
                                            "  %6s at %6s  %s",
                                            Console.seconds(timing.took()),
                                            Console.seconds(timing.start()),
                                            StepText.of(outcome.step()))));
                });
    }

    private static void failures(Console console, Report report) {
        Output err = console.err();
        for (List<Failed> together : byCause(report.failures())) {
            Throwable cause = together.get(0).cause();
            err.println();
            err.println(err.red("Failed: ")
                    + together.stream()
                            .map(failed -> StepText.of(failed.step()).toString())
                            .collect(Collectors.joining("; ")));
            if (cause instanceof WeftException known) {
                known.getMessage().lines().forEach(line -> err.println("  " + line));
                console.trace(known);
            } else if (Console.isInterruption(cause)) {
                err.println("  Interrupted.");
            } else {
                err.println("  This is a defect in weft. Please report it with the following lines.");
                err.printStackTrace(cause);
            }
        }
        long skipped =
                report.outcomes().stream().filter(Skipped.class::isInstance).count();
        if (!report.isSuccess()) {
            err.println();
            err.println(skipped + (skipped == 1 ? " further step was" : " further steps were")
                    + " not tried. The same command goes on where this one stopped.");
        }
    }

    /** Steps that wait for the same pod fail for the same reason, which is told once. */
    private static Collection<List<Failed>> byCause(List<Failed> failures) {
        return failures.stream()
                .collect(Collectors.groupingBy(
                        failed -> String.valueOf(failed.cause()), LinkedHashMap::new, Collectors.toList()))
                .values();
    }
}
