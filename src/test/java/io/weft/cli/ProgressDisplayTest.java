package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.apply.Outcome;
import io.weft.pki.GoldenFile;
import io.weft.plan.Plan;
import io.weft.plan.Step;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
    private static final Output PLAIN = new Output(new PrintWriter(new StringWriter()), false);

    private final Plan plan = Plans.onePeerMissing();
    private final Step identity = Plans.step(plan, "identity org2/peer1");
    private final Step release = Plans.step(plan, "release org2/peer1");
    private final Step ready = Plans.step(plan, "ready org2/peer1");
    private final Step join = Plans.step(plan, "join trading org2/peer1");
    private final Step install = Plans.step(plan, "install trading/asset org2/peer1");

    private static Terminal terminal(int lines, int columns) {
        return new Terminal(true, true, false, lines, columns);
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    private String run(Terminal terminal) {
        ProgressPicture picture = new ProgressPicture();
        StringBuilder film = new StringBuilder();
        picture.planned(plan);
        shoot(film, picture, 0, terminal);
        picture.started(identity, millis(0));
        shoot(film, picture, 100, terminal);
        picture.finished(new Outcome.Changed(identity, Plans.timing(0, 200)), millis(200));
        shoot(film, picture, 200, terminal);
        picture.started(release, millis(200));
        picture.finished(new Outcome.Changed(release, Plans.timing(200, 500)), millis(500));
        picture.started(ready, millis(500));
        picture.started(join, millis(600));
        picture.noted(join, "waiting for pod trade/org2-peer1-0 to be scheduled");
        shoot(film, picture, 3_700, terminal);
        picture.finished(
                new Outcome.Failed(join, Plans.timing(600, 4_000), new RejectedException("No.")), millis(4_000));
        picture.finished(new Outcome.Skipped(install, "It needs the join."), millis(4_000));
        picture.finished(new Outcome.Changed(ready, Plans.timing(500, 5_000)), millis(5_000));
        shoot(film, picture, 5_000, terminal);
        return film.toString();
    }

    private static void shoot(StringBuilder film, ProgressPicture picture, long millis, Terminal terminal) {
        film.append("--- after ").append(millis).append(" ms\n");
        List<String> lines = picture.lines(millis(millis), PLAIN, terminal);
        assertThat(lines).hasSizeLessThan(terminal.lines()).allSatisfy(line -> assertThat(line.length())
                .isLessThanOrEqualTo(terminal.columns()));
        lines.forEach(line -> film.append(line).append('\n'));
    }

    @Test
    void a_terminal_shows_a_line_for_each_subject() throws IOException {
        GoldenFile.assertMatches("cli/progress/wide.txt", run(terminal(24, 120)));
    }

    @Test
    void lines_are_cut_to_the_width_so_that_they_can_be_drawn_over() throws IOException {
        GoldenFile.assertMatches("cli/progress/narrow.txt", run(terminal(24, 40)));
    }

    @Test
    void a_terminal_with_too_few_lines_shows_what_goes_on_and_counts_the_rest() {
        ProgressPicture picture = new ProgressPicture();
        Plan all = Plans.nothingThere();
        picture.planned(all);
        picture.started(Plans.step(all, "release org1/peer0"), millis(100));
        picture.started(Plans.step(all, "namespace trade"), millis(100));
        picture.finished(new Outcome.Changed(Plans.step(all, "namespace trade"), Plans.timing(100, 200)), millis(200));
        assertThat(picture.lines(millis(300), PLAIN, terminal(6, 60)))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("● org1/peer0").endsWith("release  0.2 s"),
                        line -> assertThat(line).matches("  1 of \\d+ done"));
    }

    @Test
    void a_picture_is_drawn_over_the_one_before() {
        Screens screens = new Screens(terminal(24, 80));
        try (ProgressDisplay display = new ProgressDisplay(screens.console(), new AtomicLong()::get)) {
            display.planned(plan);
            display.started(identity);
            display.finished(new Outcome.Changed(identity, Plans.timing(0, 0)));
        }
        assertThat(screens.out()).isEmpty();
        String last = screens.err().substring(screens.err().lastIndexOf("\u001b[J") + 1);
        assertThat(last).contains("org2/peer1");
        long drawings = screens.err().chars().filter(c -> c == '\u001b').count();
        assertThat(drawings).as("each but the first begins with up and clear").isEven();
    }

    @Test
    void elsewhere_each_step_that_did_something_is_a_plain_line() throws IOException {
        Screens screens = new Screens();
        AtomicLong nanos = new AtomicLong(5_000_000_000L);
        try (ProgressDisplay display = new ProgressDisplay(screens.console(), nanos::get)) {
            display.planned(plan);
            for (Step step : List.of(identity, release, install)) {
                nanos.addAndGet(1_234_000_000L);
                display.started(step);
                display.noted(step, "working");
                display.finished(new Outcome.Changed(step, Plans.timing(0, 1)));
            }
            nanos.addAndGet(20_000_000_000L);
            display.finished(new Outcome.AlreadySatisfied(ready, Plans.timing(0, 1)));
            display.finished(new Outcome.Failed(join, Plans.timing(0, 1), new RejectedException("No.")));
            display.finished(new Outcome.Skipped(install, "It needs the join."));
        }
        assertThat(screens.out()).isEmpty();
        assertThat(screens.err()).doesNotContain("\u001b");
        GoldenFile.assertMatches("cli/progress/plain.txt", screens.err());
    }
}
