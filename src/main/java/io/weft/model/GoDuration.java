package io.weft.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in the text form that Go prints and reads, which is what Fabric's configuration values hold. */
public final class GoDuration {
    private static final Map<String, Long> NANOSECONDS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);
    private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)([^\\d.]*)");

    private GoDuration() {}

    /**
     * What Go's {@code time.ParseDuration} reads, for example {@code 1m0.5s}.
     *
     * @throws IllegalArgumentException with Go's text
     */
    public static Duration parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        BigDecimal nanoseconds = BigDecimal.ZERO;
        Matcher part = PART.matcher(rest);
        int position = 0;
        while (position < rest.length() && part.find(position) && part.start() == position) {
            String unit = part.group(2);
            if (unit.isEmpty()) {
                throw new IllegalArgumentException("time: missing unit in duration \"" + text + "\"");
            }
            Long factor = NANOSECONDS.get(unit);
            if (factor == null) {
                throw new IllegalArgumentException("time: unknown unit \"" + unit + "\" in duration \"" + text + "\"");
            }
            nanoseconds = nanoseconds.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(factor)));
            position = part.end();
        }
        boolean tooLarge = nanoseconds.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0;
        if (position == 0 || position < rest.length() || tooLarge) {
            throw new IllegalArgumentException("time: invalid duration \"" + text + "\"");
        }
        Duration result = Duration.ofNanos(nanoseconds.longValue());
        return negative ? result.negated() : result;
    }

    /** For example {@code 500ms}, {@code 1.5s}, {@code 3m0s}; what Go's {@code Duration.String} returns. */
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.isNegative()) {
            return "-" + format(duration.negated());
        }
        long nanos = duration.toNanos();
        if (nanos < 1_000) {
            return nanos + "ns";
        }
        if (nanos < 1_000_000) {
            return plain(BigDecimal.valueOf(nanos, 3)) + "µs";
        }
        if (nanos < 1_000_000_000) {
            return plain(BigDecimal.valueOf(nanos, 6)) + "ms";
        }
        String seconds = plain(BigDecimal.valueOf(duration.toSecondsPart())
                        .add(BigDecimal.valueOf(duration.toNanosPart()).divide(NANOS_PER_SECOND)))
                + "s";
        if (duration.toHours() > 0) {
            return duration.toHours() + "h" + duration.toMinutesPart() + "m" + seconds;
        }
        return duration.toMinutes() > 0 ? duration.toMinutes() + "m" + seconds : seconds;
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
}
