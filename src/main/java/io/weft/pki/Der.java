package io.weft.pki;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.x509.Time;

/** The few encodings that Bouncy Castle's classes make slowly, or only together with a parse. */
final class Der {
    private static final int FIRST_YEAR_OF_GENERALIZED_TIME = 2050;

    private Der() {}

    static byte[] encode(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new AssertionError("A value in memory can be encoded", e);
        }
    }

    /** A SEQUENCE of parts that are encoded already. */
    static byte[] sequence(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        int lengthBytes = length < 0x80 ? 0 : (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
        byte[] result = new byte[2 + lengthBytes + length];
        result[0] = BERTags.SEQUENCE | BERTags.CONSTRUCTED;
        result[1] = (byte) (lengthBytes == 0 ? length : 0x80 | lengthBytes);
        for (int i = 0; i < lengthBytes; i++) {
            result[2 + i] = (byte) (length >>> (8 * (lengthBytes - 1 - i)));
        }
        int position = 2 + lengthBytes;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, result, position, part.length);
            position += part.length;
        }
        return result;
    }

    /**
     * A certificate's time: UTCTime until 2049, GeneralizedTime from then on (RFC 5280), whole seconds. Bouncy Castle
     * would load the JDK's date formats and their locales for it.
     */
    static Time time(Instant instant) {
        LocalDateTime utc = LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.SECONDS), ZoneOffset.UTC);
        boolean generalized = utc.getYear() >= FIRST_YEAR_OF_GENERALIZED_TIME;
        StringBuilder digits = new StringBuilder(15);
        if (generalized) {
            two(digits, utc.getYear() / 100);
        }
        two(digits, utc.getYear() % 100);
        two(digits, utc.getMonthValue());
        two(digits, utc.getDayOfMonth());
        two(digits, utc.getHour());
        two(digits, utc.getMinute());
        two(digits, utc.getSecond());
        digits.append('Z');
        byte[] encoding = new byte[2 + digits.length()];
        encoding[0] = (byte) (generalized ? BERTags.GENERALIZED_TIME : BERTags.UTC_TIME);
        encoding[1] = (byte) digits.length();
        for (int i = 0; i < digits.length(); i++) {
            encoding[2 + i] = (byte) digits.charAt(i);
        }
        try {
            return Time.getInstance(ASN1Primitive.fromByteArray(encoding));
        } catch (IOException e) {
            throw new AssertionError("A time in memory can be read", e);
        }
    }

    private static void two(StringBuilder digits, int number) {
        digits.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /**
     * @throws IllegalArgumentException if the time is no time
     */
    static Instant instant(Time time) {
        String text = time.getTime();
        try {
            return LocalDateTime.of(
                            number(text, 0, 4),
                            number(text, 4, 6),
                            number(text, 6, 8),
                            number(text, 8, 10),
                            number(text, 10, 12),
                            number(text, 12, 14))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException | StringIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("Not a time: " + text, e);
        }
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text.substring(from, to));
    }
}
