package io.weft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "2s, 2000000000",
        "500ms, 500000000",
        "1.5h, 5400000000000",
        "1m0.5s, 60500000000",
        "+3us, 3000",
        "3µs, 3000",
        "-2ns, -2",
        "0, 0",
        ".5s, 500000000",
        "1.s, 1000000000"
    })
    void durations_are_read_as_go_reads_them(String text, long nanoseconds) {
        assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanoseconds));
    }

    @ParameterizedTest
    @CsvSource({
        "2, 'time: missing unit in duration \"2\"'",
        "2 s, 'time: unknown unit \" s\" in duration \"2 s\"'",
        "1d, 'time: unknown unit \"d\" in duration \"1d\"'",
        "soon, 'time: invalid duration \"soon\"'",
        "s, 'time: invalid duration \"s\"'",
        "., 'time: invalid duration \".\"'",
        "9999999h, 'time: invalid duration \"9999999h\"'"
    })
    void what_is_no_duration_is_refused_with_gos_words(String text, String reason) {
        assertThatThrownBy(() -> GoDuration.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason);
    }

    @Test
    void an_empty_text_is_no_duration() {
        assertThatThrownBy(() -> GoDuration.parse("")).hasMessage("time: invalid duration \"\"");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S,0s",
        "PT0.000000001S,1ns",
        "PT0.0015S,1.5ms",
        "PT0.00005S,50µs",
        "PT0.2S,200ms",
        "PT2S,2s",
        "PT1.5S,1.5s",
        "PT1M,1m0s",
        "PT3M,3m0s",
        "PT1H,1h0m0s",
        "PT25H0M1.25S,25h0m1.25s",
        "PT-1M,-1m0s"
    })
    void durations_are_written_as_go_writes_them(Duration duration, String text) {
        assertThat(GoDuration.format(duration)).isEqualTo(text);
        assertThat(GoDuration.parse(text)).isEqualTo(duration);
    }
}
