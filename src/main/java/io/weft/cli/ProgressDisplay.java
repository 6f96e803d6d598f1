package io.weft.cli;

import io.weft.apply.Outcome;
import io.weft.apply.Outcome.AlreadySatisfied;
import io.weft.apply.Outcome.Changed;
import io.weft.apply.Outcome.Failed;
import io.weft.apply.Outcome.Skipped;
import io.weft.apply.Progress;
import io.weft.plan.Plan;
import io.weft.plan.Step;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shows a run as it goes: on a terminal one line for each node, channel and chaincode, drawn over in place; elsewhere
 * one plain line for each step that ends. Writes to the error output.
 */
final class ProgressDisplay implements Progress, AutoCloseable {
    private static final int DRAWINGS_PER_SECOND = 8;
    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

    private final Console console;
    private final PrintWriter err;
    private final long start = System.nanoTime();
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private ScheduledExecutorService painter;
    private Future<?> drawing;
    private int drawn;

    /** What is known of one node, channel or chaincode. */
    private static final class Row {
        private final Map<String, String> running = new LinkedHashMap<>();
        private int left;
        private String last = "";
        private String failure = "";
        private Duration ended = Duration.ZERO;
    }

    ProgressDisplay(Console console) {
        this.console = console;
        this.err = console.err();
    }

    @Override
    public synchronized void planned(Plan plan) {
        plan.needed().forEach(p -> rows.computeIfAbsent(StepText.of(p.step()).subject(), s -> new Row()).left++);
        if (console.isTerminal()) {
            painter = Executors.newSingleThreadScheduledExecutor(runnable -> {
                Thread thread = new Thread(runnable, "weft-progress");
                thread.setDaemon(true);
                return thread;
            });
            drawing = painter.scheduleAtFixedRate(
                    this::draw, 0, 1000 / DRAWINGS_PER_SECOND, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized void started(Step step) {
        StepText text = StepText.of(step);
        row(text).running.put(text.action(), text.action());
    }

    @Override
    public synchronized void noted(Step step, String text) {
        StepText words = StepText.of(step);
        row(words).running.put(words.action(), words.action() + " (" + text + ")");
    }

    @Override
    public synchronized void finished(Outcome outcome) {
        StepText text = StepText.of(outcome.step());
        Row row = row(text);
        row.running.remove(text.action());
        row.left--;
        row.last = text.action();
        row.ended = elapsed();
        if (outcome instanceof Failed) {
            row.failure = text.action() + " failed";
        } else if (outcome instanceof Skipped && row.failure.isEmpty()) {
            row.failure = text.action() + " skipped";
        }
        if (painter == null && !(outcome instanceof AlreadySatisfied)) {
            err.println(String.format(Locale.ROOT, "%7s  %s%s", Console.seconds(elapsed()), text, ending(outcome)));
            err.flush();
        }
    }

    private static String ending(Outcome outcome) {
        if (outcome instanceof Changed) {
            return "";
        }
        return outcome instanceof Failed ? " FAILED" : " skipped";
    }

    private Row row(StepText text) {
        return rows.computeIfAbsent(text.subject(), subject -> new Row());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private synchronized void draw() {
        StringBuilder picture = new StringBuilder();
        if (drawn > 0) {
            picture.append(String.format(Locale.ROOT, UP_AND_CLEAR, drawn));
        }
        drawn = 0;
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        for (Map.Entry<String, Row> entry : rows.entrySet()) {
            Row row = entry.getValue();
            String name = String.format(Locale.ROOT, "%-" + width + "s", entry.getKey());
            picture.append(line(name, row)).append('\n');
            drawn++;
        }
        err.print(picture);
        err.flush();
    }

    private String line(String name, Row row) {
        String current = String.join(", ", row.running.values());
        if (!row.failure.isEmpty()) {
            return console.red("✗ " + name) + "  " + row.failure;
        }
        if (row.left == 0) {
            return console.green("✓ ") + name + "  " + console.faint(Console.seconds(row.ended));
        }
        if (row.running.isEmpty()) {
            return console.faint("· " + name + "  " + row.last);
        }
        return console.yellow("● ") + name + "  " + current + "  " + console.faint(Console.seconds(elapsed()));
    }

    /** Draws a last time and stops. */
    @Override
    public void close() {
        if (painter != null) {
            drawing.cancel(false);
            painter.shutdown();
            draw();
        }
    }
}
