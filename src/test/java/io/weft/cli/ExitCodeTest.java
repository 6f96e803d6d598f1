package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.apply.Outcome;
import io.weft.apply.Report;
import io.weft.plan.Plan;
import io.weft.problem.ConflictException;
import io.weft.problem.InvalidSpecException;
import io.weft.problem.Location;
import io.weft.problem.Problem;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExitCodeTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new RejectedException("x"), 1),
                Arguments.of(new InvalidSpecException(List.of(Problem.error(Location.of("f"), "c", "r"))), 3),
                Arguments.of(new UnreachableException("x"), 4),
                Arguments.of(new TimedOutException("x"), 5),
                Arguments.of(new ConflictException("x"), 6),
                Arguments.of(new IllegalStateException("x"), 70),
                Arguments.of(new StackOverflowError(), 70),
                Arguments.of(new InterruptedException(), 130),
                Arguments.of(new CancellationException("Interrupted while trying to wait"), 130));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void every_kind_of_failure_has_its_code(Throwable failure, int code) {
        assertThat(ExitCode.of(failure)).isEqualTo(code);
    }

    @Test
    void no_kind_of_failure_is_forgotten() {
        List<String> tested = failures()
                .map(arguments -> arguments.get()[0].getClass().getName())
                .toList();
        assertThat(WeftException.class.getPermittedSubclasses())
                .extracting(Class::getName)
                .allSatisfy(name -> assertThat(tested).contains(name));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_failed_step_decides_the_code_of_the_run(Throwable failure, int code) {
        Plan plan = Plans.nothingThere();
        Report report = new Report(
                plan,
                List.of(
                        new Outcome.Changed(Plans.step(plan, "namespace trade"), Plans.timing(0, 1)),
                        new Outcome.Failed(Plans.step(plan, "record trade"), Plans.timing(1, 2), failure)),
                Duration.ofMillis(2));
        Screens screens = new Screens();
        assertThat(ReportText.print(screens.console(), new OutputOption(), report))
                .isEqualTo(code);
        assertThat(screens.out()).isEmpty();
        assertThat(screens.err().contains("defect in weft")).isEqualTo(code == 70);
        assertThat(screens.err().contains("\tat ")).isEqualTo(code == 70);
    }

    @Test
    void a_defect_is_reported_with_where_it_is() {
        Screens screens = new Screens();
        screens.console().report(new IllegalStateException("impossible"));
        assertThat(screens.err())
                .startsWith("weft: this is a defect in weft. Please report it")
                .contains("IllegalStateException: impossible", "\tat io.weft.cli.ExitCodeTest");
    }

    @Test
    void an_interruption_says_how_to_go_on() {
        Screens screens = new Screens();
        screens.console().report(new InterruptedException());
        assertThat(screens.err()).isEqualTo("weft: interrupted. The same command goes on where this one stopped.\n");
    }
}
