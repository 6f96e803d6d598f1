package io.weft.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** Where results and progress go, and how a terminal may be used. */
final class Console {
    private static final String TERMINAL = "weft.terminal";

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean terminal;
    private final boolean colour;

    private Console(PrintWriter out, PrintWriter err, boolean terminal, boolean colour) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.colour = colour;
    }

    /**
     * The console of a command: results to its output, all else to its error output. The launcher tells by a system
     * property whether the latter is a terminal.
     */
    static Console of(CommandSpec command) {
        boolean terminal = Boolean.getBoolean(TERMINAL) && !"dumb".equals(System.getenv("TERM"));
        boolean colour = terminal && System.getenv("NO_COLOR") == null;
        return new Console(command.commandLine().getOut(), command.commandLine().getErr(), terminal, colour);
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    /** Whether lines can be written over. */
    boolean isTerminal() {
        return terminal;
    }

    String green(String text) {
        return paint("32", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    String yellow(String text) {
        return paint("33", text);
    }

    String faint(String text) {
        return paint("2", text);
    }

    String bold(String text) {
        return paint("1", text);
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /** Seconds with one decimal, for example {@code 3.2 s}. */
    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
