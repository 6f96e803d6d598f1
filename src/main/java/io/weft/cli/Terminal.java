package io.weft.cli;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the program's outputs are connected to.
 *
 * @param out whether results go to a terminal
 * @param err whether progress and errors do
 * @param colour whether a terminal may be coloured
 * @param lines its height
 * @param columns its width
 */
record Terminal(boolean out, boolean err, boolean colour, int lines, int columns) {
    /** Neither output is a terminal. */
    static final Terminal NONE = new Terminal(false, false, false, 24, 80);

    private static final Pattern SIZE = Pattern.compile("\\b(\\d{1,4}) (\\d{1,4})\\b");

    /**
     * Java cannot tell which of its outputs is a terminal, so the launcher does.
     *
     * @param description any of the words {@code out} and {@code err}, and the size as {@code stty size} prints it
     * @param environment a dumb terminal is none; a set {@code NO_COLOR} forbids colour
     */
    static Terminal of(String description, Map<String, String> environment) {
        if ("dumb".equals(environment.get("TERM"))) {
            return NONE;
        }
        Matcher size = SIZE.matcher(description);
        boolean known =
                size.find() && !size.group(1).equals("0") && !size.group(2).equals("0");
        return new Terminal(
                description.contains("out"),
                description.contains("err"),
                environment.getOrDefault("NO_COLOR", "").isEmpty(),
                known ? Integer.parseInt(size.group(1)) : NONE.lines,
                known ? Integer.parseInt(size.group(2)) : NONE.columns);
    }
}
