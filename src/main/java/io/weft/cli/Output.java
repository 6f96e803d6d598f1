package io.weft.cli;

import java.io.PrintWriter;

/** One of the program's two outputs, with its colours if it has any. */
final class Output {
    private final PrintWriter writer;
    private final boolean colour;

    Output(PrintWriter writer, boolean colour) {
        this.writer = writer;
        this.colour = colour;
    }

    void print(Object text) {
        writer.print(text);
        writer.flush();
    }

    void println() {
        println("");
    }

    /** Ends lines the same way everywhere, so that results can be compared. */
    void println(Object text) {
        writer.print(text + "\n");
        writer.flush();
    }

    void printStackTrace(Throwable failure) {
        failure.printStackTrace(writer);
        writer.flush();
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
}
