package io.weft.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/**
 * Loads the classes that a typical command loads, so that the launcher can keep them in a class data archive (JEP 350).
 * The list is advice: a class that is missing from it, or is on it and does not exist, costs time and nothing else.
 */
public final class Warmup {
    private static final String CLASSES = "startup-classes.txt";

    private Warmup() {}

    public static void main(String[] args) throws IOException {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        WeftCommand.commandLine(nowhere, nowhere, Terminal.NONE).execute("--help");
        try (InputStream list = Warmup.class.getResourceAsStream(CLASSES);
                BufferedReader lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
            lines.lines().forEach(Warmup::load);
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, Warmup.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // Another Java or another version of a library: nothing to keep.
        }
    }
}
