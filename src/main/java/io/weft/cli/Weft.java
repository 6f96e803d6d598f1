package io.weft.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The program's entry. */
public final class Weft {
    private Weft() {}

    public static void main(String[] args) {
        // What the libraries have to tell is for those who ask: results and failures are told by the commands.
        String level = System.getenv().getOrDefault("WEFT_LOG", "off");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level);
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        int code = WeftCommand.commandLine(out, err, args).execute(args);
        out.flush();
        err.flush();
        System.exit(code);
    }
}
