package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void the_launcher_tells_which_output_is_a_terminal_and_how_large_it_is() {
        assertThat(Terminal.of("out err 50 132", Map.of("TERM", "xterm")))
                .isEqualTo(new Terminal(true, true, true, 50, 132));
        assertThat(Terminal.of("err 50 132", Map.of())).isEqualTo(new Terminal(false, true, true, 50, 132));
        assertThat(Terminal.of("", Map.of())).satisfies(none -> {
            assertThat(none.out()).isFalse();
            assertThat(none.err()).isFalse();
        });
    }

    @Test
    void a_size_that_is_not_known_is_the_usual_one() {
        assertThat(Terminal.of("out err 0 0", Map.of())).isEqualTo(new Terminal(true, true, true, 24, 80));
        assertThat(Terminal.of("out err", Map.of())).isEqualTo(new Terminal(true, true, true, 24, 80));
    }

    @Test
    void colour_can_be_refused_and_an_empty_refusal_does_not_count() {
        assertThat(Terminal.of("out err", Map.of("NO_COLOR", "1")).colour()).isFalse();
        assertThat(Terminal.of("out err", Map.of("NO_COLOR", "")).colour()).isTrue();
    }

    @Test
    void a_dumb_terminal_is_none() {
        assertThat(Terminal.of("out err", Map.of("TERM", "dumb"))).isEqualTo(Terminal.NONE);
    }

    @Test
    void results_are_coloured_only_where_they_go_to_a_terminal() {
        Terminal piped = new Terminal(false, true, true, 24, 80);
        Screens screens = new Screens(piped);
        PlanText.print(screens.console(), "here", Plans.allBut(Map.of(), "release trade/org3-ca"));
        PlanText.print(screens.console(), "here", Plans.onePeerMissing());
        assertThat(screens.out()).doesNotContain("\u001b").contains("+ org2/peer1");
        assertThat(screens.err()).contains("\u001b[33mwarning:");
        Screens without = new Screens(Terminal.of("out err", Map.of("NO_COLOR", "yes")));
        PlanText.print(without.console(), "here", Plans.onePeerMissing());
        assertThat(without.out()).doesNotContain("\u001b");
    }

    @Test
    void errors_are_coloured_on_a_terminal() {
        Terminal terminal = new Terminal(true, true, true, 24, 80);
        assertThat(Run.of(terminal, "validate", "no-such.yaml").err()).contains("\u001b[31m1 problem.\u001b[0m");
        assertThat(Run.of("validate", "no-such.yaml").err()).doesNotContain("\u001b");
    }
}
