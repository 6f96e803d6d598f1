package io.weft.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command printed and returned. */
record Run(int code, String out, String err) {
    static Run of(String... arguments) {
        return of(Terminal.NONE, arguments);
    }

    static Run of(Terminal terminal, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = WeftCommand.commandLine(
                        new PrintWriter(out, true), new PrintWriter(err, true), terminal, Launcher.NONE, arguments)
                .execute(arguments);
        return new Run(code, out.toString(), err.toString());
    }
}
