package io.weft.embedded.ca;

import io.weft.model.GoDuration;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as Go and Fabric CA write them. */
final class Times {
    /** Go's zero time, which stands for none. */
    static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

    private static final Pattern DIGITS = Pattern.compile("\\d+");

    private Times() {}

    /** Go's {@code Round(time.Minute)}: halves go up. */
    static Instant roundedToMinute(Instant time) {
        return time.plusSeconds(30).truncatedTo(ChronoUnit.MINUTES);
    }

    /**
     * Reads a time of the certificates endpoint: RFC 3339, a date, or a distance from now such as {@code -30d}.
     *
     * @throws IllegalArgumentException with what Fabric CA says ({@code lib/server/certificaterequest})
     */
    static Instant filter(String text, Instant now) {
        if (text.startsWith("+") || text.startsWith("-")) {
            return distant(text.toLowerCase(Locale.ROOT), now);
        }
        String full = text.contains("T") ? text : text + "T00:00:00Z";
        try {
            return OffsetDateTime.parse(full).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "Failed to parse time based on RFC3339: parsing time \"" + full
                            + "\" as \"2006-01-02T15:04:05Z07:00\"",
                    e);
        }
    }

    private static Instant distant(String text, Instant now) {
        if (text.endsWith("y")) {
            throw new IllegalArgumentException("Invalid time format, year (y) is not supported, please check: " + text);
        }
        String hours = text;
        if (text.endsWith("d")) {
            Matcher digits = DIGITS.matcher(text);
            if (!digits.find() || digits.group().length() > 6) {
                throw new IllegalArgumentException(
                        "Invalid time format, integer values required for duration, please check: " + text);
            }
            hours = text.charAt(0) + String.valueOf(24 * Integer.parseInt(digits.group())) + "h";
        }
        try {
            return now.plus(GoDuration.parse(hours));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Failed to parse duration: " + e.getMessage(), e);
        }
    }
}
