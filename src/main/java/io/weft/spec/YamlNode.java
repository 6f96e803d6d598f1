package io.weft.spec;

import io.weft.problem.Location;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/** A piece of a YAML document that knows where it is. */
abstract sealed class YamlNode permits YamlMapping, YamlSequence, YamlScalar {
    private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int SHOWN = 64;

    private final YamlNode parent;
    /** The key or index under which the parent holds this; a {@code String}, an {@code Integer}, or null at the root. */
    private final Object step;

    private final int line;
    private final int column;

    YamlNode(YamlNode parent, Object step, int line, int column) {
        this.parent = parent;
        this.step = step;
        this.line = line;
        this.column = column;
    }

    YamlNode parent() {
        return parent;
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }

    /** Where this is; the path is made now, because few of many nodes are ever asked for it. */
    Location location(String file) {
        return new Location(file, line, column, path());
    }

    /** For example {@code channels[0].policies["Application/Admins"]}; empty at the root. */
    String path() {
        Deque<Object> steps = new ArrayDeque<>();
        for (YamlNode node = this; node.parent != null; node = node.parent) {
            steps.push(node.step);
        }
        StringBuilder result = new StringBuilder();
        for (Object part : steps) {
            if (part instanceof Integer index) {
                result.append('[').append(index.intValue()).append(']');
            } else if (PLAIN_KEY.matcher((String) part).matches()) {
                result.append(result.length() == 0 ? "" : ".").append(part);
            } else {
                result.append("[\"").append(shorten((String) part)).append("\"]");
            }
        }
        return result.toString();
    }

    /** A text fit for a message: one line, not long. */
    static String shorten(String text) {
        if (text.contains(YamlScalar.PRIVATE_KEY)) {
            return "(a private key)";
        }
        StringBuilder result = new StringBuilder();
        int end = text.length() > SHOWN
                ? text.offsetByCodePoints(0, Math.min(SHOWN, text.codePointCount(0, SHOWN)))
                : text.length();
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> result.append("\\n");
                case '\t' -> result.append("\\t");
                case '\r' -> result.append("\\r");
                default -> result.append(Character.isISOControl(c) ? '?' : c);
            }
        }
        return end < text.length() ? result + "..." : result.toString();
    }
}
