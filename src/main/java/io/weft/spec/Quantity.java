package io.weft.spec;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amounts as Kubernetes writes them: {@code 50m}, {@code 0.5}, {@code 128Mi}, {@code 10G}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
final class Quantity {
    static final BigDecimal MI = new BigDecimal(1 << 20);

    private static final Pattern FORM = Pattern.compile(
            "\\+?([0-9]{1,20}\\.?[0-9]{0,20}|\\.[0-9]{1,20})(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][-+]?[0-9]{1,2})?");
    private static final String DECIMAL = "kMGTPE";
    private static final String BINARY = "KMGTPE";

    private Quantity() {}

    /** The amount; empty if the text is none. */
    static Optional<BigDecimal> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        String suffix = matcher.group(2) == null ? "" : matcher.group(2);
        BigDecimal factor;
        if (suffix.isEmpty()) {
            factor = BigDecimal.ONE;
        } else if (suffix.equals("m")) {
            factor = new BigDecimal("0.001");
        } else if (suffix.endsWith("i")) {
            factor = BigDecimal.valueOf(2).pow(10 * (BINARY.indexOf(suffix.charAt(0)) + 1));
        } else if (suffix.length() == 1) {
            factor = BigDecimal.TEN.pow(3 * (DECIMAL.indexOf(suffix) + 1));
        } else {
            factor = BigDecimal.ONE.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1)));
        }
        return Optional.of(number.multiply(factor));
    }

    /** The number of bytes as a short text: {@code 2Mi}, or plain digits where no unit fits. */
    static Object formatBytes(long bytes) {
        if (bytes > 0 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + "Mi";
        }
        return bytes > 0 && bytes % (1 << 10) == 0 ? (bytes >> 10) + "Ki" : (Object) bytes;
    }
}
