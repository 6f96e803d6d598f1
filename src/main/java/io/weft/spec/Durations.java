package io.weft.spec;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as a spec writes them: {@code 500ms}, {@code 2s}, {@code 1h30m}, {@code 90d}, {@code 15y}. */
final class Durations {
    private static final Pattern PART = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d|y)");
    private static final Duration YEAR = Duration.ofDays(365);

    private Durations() {}

    /** The sum of the parts, a year having 365 days; empty if the text has another form. */
    static Optional<Duration> parse(String text) {
        Duration sum = Duration.ZERO;
        int end = 0;
        Matcher matcher = PART.matcher(text);
        while (matcher.find() && matcher.start() == end && matcher.groupCount() == 2) {
            long number = Long.parseLong(matcher.group(1));
            sum = sum.plus(
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        case "d" -> Duration.ofDays(number);
                        default -> YEAR.multipliedBy(number);
                    });
            end = matcher.end();
        }
        return end > 0 && end == text.length() ? Optional.of(sum) : Optional.empty();
    }

    /** The shortest text that reads back as the same duration, to the millisecond. */
    static String format(Duration duration) {
        StringBuilder result = new StringBuilder();
        Duration rest = duration;
        if (rest.compareTo(YEAR) >= 0) {
            result.append(rest.toDays() / 365).append('y');
            rest = rest.minus(YEAR.multipliedBy(rest.toDays() / 365));
        }
        append(result, rest.toDaysPart(), "d");
        return formatTime(rest.minusDays(rest.toDays()), result);
    }

    /** As {@link #format}, with hours as the largest unit, as where Fabric reads a duration. */
    static String formatForGo(Duration duration) {
        StringBuilder result = new StringBuilder();
        append(result, duration.toHours(), "h");
        return formatTime(duration.minusHours(duration.toHours()), result);
    }

    private static String formatTime(Duration time, StringBuilder result) {
        append(result, time.toHoursPart(), "h");
        append(result, time.toMinutesPart(), "m");
        append(result, time.toSecondsPart(), "s");
        append(result, time.toMillisPart(), "ms");
        return result.length() == 0 ? "0s" : result.toString();
    }

    private static void append(StringBuilder result, long number, String unit) {
        if (number > 0) {
            result.append(number).append(unit);
        }
    }
}
