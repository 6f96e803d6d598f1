package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * Identifies an installed chaincode package.
 *
 * @param label the package's label: a letter or digit, then letters, digits, and {@code _ . + -}
 * @param hash SHA-256 of the package, 64 lower-case hexadecimal digits
 */
public record PackageId(String label, String hash) {
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]*");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public PackageId {
        requireNonNull(label, "label");
        if (!isLabel(label)) {
            throw new IllegalArgumentException("Not a package label: " + label);
        }
        if (!HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException("Not a SHA-256 in lower-case hexadecimal: " + hash);
        }
    }

    /** Whether Fabric takes the text for a package's label. */
    public static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    /**
     * Reads {@code label:hash}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static PackageId parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("Not a package ID: " + text);
        }
        return new PackageId(text.substring(0, colon), text.substring(colon + 1));
    }

    /** {@code label:hash}: the form that Fabric prints and takes. */
    @Override
    public String toString() {
        return label + ":" + hash;
    }
}
