package io.weft.spec;

import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * A single value. What a plain one means follows YAML 1.2's core schema, less its octal, hexadecimal and not-a-number
 * forms: {@code no} is a text (Norway), and so is {@code 010}.
 */
final class YamlScalar extends YamlNode {
    /** What a private key in PEM has in its first and last line. */
    static final String PRIVATE_KEY = "PRIVATE KEY-----";

    private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]{0,30})");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?((0|[1-9][0-9]{0,39})?\\.[0-9]{1,40}|(0|[1-9][0-9]{0,39})\\.)([eE][-+]?[0-9]{1,3})?"
                    + "|[-+]?(0|[1-9][0-9]{0,39})[eE][-+]?[0-9]{1,3}");

    /** What the value is. */
    enum Kind {
        NULL("nothing"),
        BOOLEAN("the truth value"),
        INTEGER("the number"),
        DECIMAL("the number"),
        TEXT("the text"),
        /** A place of a mistake that was reported when the file was read; every check passes over it. */
        BROKEN("nothing");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private final Kind kind;
    private final String text;
    private final int textColumn;

    /**
     * @param textColumn the column at which {@code text} stands in the file character by character; 0 if it does not,
     *     because it has several lines or escapes
     */
    private YamlScalar(YamlNode parent, Object step, int line, int column, Kind kind, String text, int textColumn) {
        super(parent, step, line, column);
        this.kind = kind;
        this.text = text;
        this.textColumn = textColumn;
    }

    static YamlScalar text(YamlNode parent, Object step, int line, int column, String text, int textColumn) {
        return new YamlScalar(parent, step, line, column, Kind.TEXT, text, textColumn);
    }

    static YamlScalar plain(YamlNode parent, Object step, int line, int column, String text, int textColumn) {
        return new YamlScalar(parent, step, line, column, kindOf(text), text, textColumn);
    }

    static YamlScalar broken(YamlNode parent, Object step, int line, int column) {
        return new YamlScalar(parent, step, line, column, Kind.BROKEN, "", 0);
    }

    private static Kind kindOf(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> Kind.NULL;
            case "true", "True", "TRUE", "false", "False", "FALSE" -> Kind.BOOLEAN;
            default ->
                INTEGER.matcher(text).matches()
                        ? Kind.INTEGER
                        : DECIMAL.matcher(text).matches() && Double.isFinite(Double.parseDouble(text))
                                ? Kind.DECIMAL
                                : Kind.TEXT;
        };
    }

    Kind kind() {
        return kind;
    }

    /** As written, quotes and escapes resolved. */
    String text() {
        return text;
    }

    int textColumn() {
        return textColumn;
    }

    boolean isNumber() {
        return kind == Kind.INTEGER || kind == Kind.DECIMAL;
    }

    /** Whether the value is a number without a fraction, {@code 3.0} included, as JSON Schema sees it. */
    boolean isWhole() {
        return kind == Kind.INTEGER || (kind == Kind.DECIMAL && number() == Math.rint(number()));
    }

    double number() {
        return Double.parseDouble(text);
    }

    /** The value as plain data: {@code null}, a truth value, an {@code Integer}, {@code Long}, {@code BigInteger}, {@code Double} or text. */
    Object value() {
        return switch (kind) {
            case NULL, BROKEN -> null;
            case BOOLEAN -> text.charAt(0) == 't' || text.charAt(0) == 'T';
            case INTEGER -> narrowest(new BigInteger(text));
            case DECIMAL -> number();
            case TEXT -> text;
        };
    }

    private static Number narrowest(BigInteger value) {
        if (value.bitLength() < Integer.SIZE) {
            return value.intValue();
        }
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }
}
