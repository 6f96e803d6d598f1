package io.weft.embedded.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    private static final Instant NOW = Instant.parse("2030-06-15T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "2018-01-01, 2018-01-01T00:00:00Z",
        "2018-01-01T01:02:03Z, 2018-01-01T01:02:03Z",
        "2018-01-01T01:00:00+02:00, 2017-12-31T23:00:00Z",
        "+30D, 2030-07-15T12:00:00Z",
        "-12h, 2030-06-15T00:00:00Z",
        "+1h30m, 2030-06-15T13:30:00Z",
        "+1.5h, 2030-06-15T13:30:00Z",
        "-90s, 2030-06-15T11:58:30Z"
    })
    void a_filter_is_a_time_a_date_or_a_distance(String text, Instant time) {
        assertThat(Times.filter(text, NOW)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2018-01-01T", "2018-1-1", "+30y", "30h", "++30h", "+d", "+h", "-5", "+1h x"})
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> Times.filter(text, NOW)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void half_a_minute_rounds_up() {
        assertThat(Times.roundedToMinute(Instant.parse("2030-06-15T12:00:29.999Z")))
                .isEqualTo(Instant.parse("2030-06-15T12:00:00Z"));
        assertThat(Times.roundedToMinute(Instant.parse("2030-06-15T12:00:30Z")))
                .isEqualTo(Instant.parse("2030-06-15T12:01:00Z"));
    }
}
