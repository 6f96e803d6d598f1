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

    /** Skips the test if programs that it starts cannot hear the signal. */
    public static void assumeHeard(String signal) throws IOException {
        assumeFalse(
                signal.equals("INT") && isInterruptIgnored(),
                "SIGINT is ignored here, as by a shell's background jobs");
    }

    /** Processes inherit what is ignored; Java and shells respect it. */
    private static boolean isInterruptIgnored() throws IOException {
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
        return (Long.parseUnsignedLong(mask, 16) & 0b10) != 0;
    }
}
