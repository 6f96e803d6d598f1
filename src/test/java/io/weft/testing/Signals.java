package io.weft.testing;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process is told by another one. */
public final class Signals {
    private Signals() {}

    /** Sends a signal, for example {@code TERM}. */
    public static void send(String signal, Process to) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(to.pid()))
                .start()
                .waitFor();
    }

    /** Skips the test if programs that it starts cannot hear the signal: {@code HUP}, {@code INT}, {@code KILL} or {@code TERM}. */
    public static void assumeHeard(String signal) throws IOException {
        assumeFalse(isIgnored(signal), "SIG" + signal + " is ignored here, as by background jobs and below nohup");
    }

    /** Processes inherit what is ignored; Java and shells respect it. */
    private static boolean isIgnored(String signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String mask = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow()
                .substring("SigIgn:".length())
                .strip();
        return (Long.parseUnsignedLong(mask, 16) >> (number(signal) - 1) & 1) != 0;
    }

    /** POSIX fixes these for {@code kill -NUMBER}. */
    private static int number(String signal) {
        return switch (signal) {
            case "HUP" -> 1;
            case "INT" -> 2;
            case "KILL" -> 9;
            case "TERM" -> 15;
            default -> throw new IllegalArgumentException(signal);
        };
    }
}
