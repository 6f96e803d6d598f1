package io.weft.embedded.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go's {@code time.ParseDuration} reads them, with its words for what it cannot read. */
final class GoDuration {
    private static final Map<String, Long> NANOSECONDS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)([^\\d.]*)");

    private GoDuration() {}

    /**
     * @throws IllegalArgumentException with Go's text
     */
    static Duration parse(String text) {
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
}
