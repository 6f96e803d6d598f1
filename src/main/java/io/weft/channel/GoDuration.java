package io.weft.channel;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations in the text form that Go prints and reads, which is what configuration values hold. */
final class GoDuration {
    private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

    private GoDuration() {}

    /** For example {@code 500ms}, {@code 1.5s}, {@code 3m0s}; what Go's {@code Duration.String} returns. */
    static String format(Duration duration) {
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
