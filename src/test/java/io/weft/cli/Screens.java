package io.weft.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A console that keeps what was printed. */
final class Screens {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Terminal terminal;

    Screens() {
        this(Terminal.NONE);
    }

    Screens(Terminal terminal) {
        this.terminal = terminal;
    }

    Console console() {
        return new Console(
                new Output(new PrintWriter(out, true), terminal.out() && terminal.colour()),
                new Output(new PrintWriter(err, true), terminal.err() && terminal.colour()),
                terminal,
                false);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    /** Both, with marks that tell them apart. */
    String both() {
        return "--- stdout\n" + out + "--- stderr\n" + err;
    }
}
