package io.weft.testing;

import java.util.HexFormat;
import java.util.Random;

/** Names that nobody else on a server has, for namespaces of a test's own. */
public final class FreshName {
    private FreshName() {}

    /** For example {@code kt-1f3a09bc}. */
    public static String of(String prefix) {
        return prefix + "-" + HexFormat.of().toHexDigits(new Random().nextInt());
    }
}
