package io.weft.cli;

import io.weft.apply.Outcome;
import io.weft.apply.Outcome.Failed;
import io.weft.apply.Outcome.Skipped;
import io.weft.plan.Plan;
import io.weft.plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is known of a run: one row for each node, channel and chaincode. Not thread-safe. */
final class ProgressPicture {
    private static final int MARK = 2;

    private final Map<String, Row> rows = new LinkedHashMap<>();

    /** What is known of one node, channel or chaincode. */
    private static final class Row {
        private final Map<String, Action> running = new LinkedHashMap<>();
        private int left;
        private String last = "";
        private String failure = "";
        private Duration ended = Duration.ZERO;
    }

    /** Something that goes on. */
    private record Action(Duration since, String text) {}

    void planned(Plan plan) {
        plan.needed().forEach(step -> row(StepText.of(step.step())).left++);
    }

    void started(Step step, Duration now) {
        StepText text = StepText.of(step);
        row(text).running.put(text.action(), new Action(now, text.action()));
    }

    void noted(Step step, String note) {
        StepText text = StepText.of(step);
        row(text)
                .running
                .computeIfPresent(text.action(), (key, action) -> new Action(action.since(), key + " (" + note + ")"));
    }

    void finished(Outcome outcome, Duration now) {
        StepText text = StepText.of(outcome.step());
        Row row = row(text);
        row.running.remove(text.action());
        row.left--;
        row.last = text.action();
        row.ended = now;
        if (outcome instanceof Failed) {
            row.failure = text.action() + " failed";
        } else if (outcome instanceof Skipped && row.failure.isEmpty()) {
            row.failure = text.action() + " skipped";
        }
    }

    private Row row(StepText text) {
        return rows.computeIfAbsent(text.subject(), subject -> new Row());
    }

    /**
     * The rows as lines that fit the terminal. When it has too few lines, those where nothing goes on are counted only.
     */
    List<String> lines(Duration now, Output ink, Terminal terminal) {
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        int most = terminal.lines() - 1;
        boolean all = rows.size() <= most;
        List<String> result = new ArrayList<>();
        rows.forEach((name, row) -> {
            boolean matters = !row.running.isEmpty() || !row.failure.isEmpty();
            if (all || (matters && result.size() < most - 1)) {
                String padded = name + " ".repeat(width - name.length());
                result.add(line(padded, row, now, ink, terminal.columns()));
            }
        });
        if (!all) {
            long done = rows.values().stream().filter(ProgressPicture::isDone).count();
            result.add(ink.faint(cut("  " + done + " of " + rows.size() + " done", terminal.columns())));
        }
        return result;
    }

    private static boolean isDone(Row row) {
        return row.left == 0 && row.failure.isEmpty();
    }

    private static String line(String name, Row row, Duration now, Output ink, int columns) {
        if (!row.failure.isEmpty()) {
            return ink.red("✗ ") + cut(name + "  " + row.failure, columns - MARK);
        }
        if (row.left == 0) {
            return timed(ink.green("✓ "), name, row.ended, ink, columns);
        }
        if (row.running.isEmpty()) {
            return ink.faint("· " + cut((name + "  " + row.last).stripTrailing(), columns - MARK));
        }
        Duration since = row.running.values().stream()
                .map(Action::since)
                .min(Duration::compareTo)
                .orElse(now);
        String actions = String.join(
                ", ", row.running.values().stream().map(Action::text).toList());
        return timed(ink.yellow("● "), name + "  " + actions, now.minus(since), ink, columns);
    }

    private static String timed(String mark, String text, Duration time, Output ink, int columns) {
        String seconds = Console.seconds(time);
        return mark + cut(text, columns - MARK - 2 - seconds.length()) + "  " + ink.faint(seconds);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, Math.max(0, length - 1)) + "…";
    }
}
