package io.weft.cli;

import io.weft.apply.Outcome;
import io.weft.apply.Outcome.AlreadySatisfied;
import io.weft.apply.Outcome.Changed;
import io.weft.apply.Outcome.Failed;
import io.weft.apply.Progress;
import io.weft.plan.Plan;
import io.weft.plan.Step;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shows a run as it goes: on a terminal one line for each node, channel and chaincode, drawn over in place; elsewhere
 * one plain line for each step that ends. Writes to the error output.
 */
final class ProgressDisplay implements Progress, AutoCloseable {
    private static final int DRAWINGS_PER_SECOND = 8;
    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

    private final Output err;
    private final Terminal terminal;
    private final LongSupplier nanoTime;
    private final long start;
    private final ProgressPicture picture = new ProgressPicture();
    private final ScheduledExecutorService painter;
    private int drawn;

    ProgressDisplay(Console console) {
        this(console, System::nanoTime);
    }

    /**
     * @param nanoTime a clock like {@link System#nanoTime}
     */
    ProgressDisplay(Console console, LongSupplier nanoTime) {
        this.err = console.err();
        this.terminal = console.terminal();
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.painter = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "weft-progress");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public synchronized void planned(Plan plan) {
        picture.planned(plan);
        if (terminal.err()) {
            var unused = painter.scheduleAtFixedRate(this::draw, 0, 1000 / DRAWINGS_PER_SECOND, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized void started(Step step) {
        picture.started(step, elapsed());
    }

    @Override
    public synchronized void noted(Step step, String text) {
        picture.noted(step, text);
    }

    @Override
    public synchronized void finished(Outcome outcome) {
        picture.finished(outcome, elapsed());
        if (!terminal.err() && !(outcome instanceof AlreadySatisfied)) {
            err.println(String.format(
                    Locale.ROOT,
                    "%7s  %s%s",
                    Console.seconds(elapsed()),
                    StepText.of(outcome.step()),
                    ending(outcome)));
        }
    }

    private static String ending(Outcome outcome) {
        if (outcome instanceof Changed) {
            return "";
        }
        return outcome instanceof Failed ? " FAILED" : " skipped";
    }

    private Duration elapsed() {
        return Duration.ofNanos(nanoTime.getAsLong() - start);
    }

    private synchronized void draw() {
        List<String> lines = picture.lines(elapsed(), err, terminal);
        String before = drawn > 0 ? String.format(Locale.ROOT, UP_AND_CLEAR, drawn) : "";
        drawn = lines.size();
        err.print(
                before + String.join("", lines.stream().map(line -> line + "\n").toList()));
    }

    /** Draws a last time and stops. */
    @Override
    public void close() {
        painter.shutdownNow();
        if (terminal.err()) {
            draw();
        }
    }
}
