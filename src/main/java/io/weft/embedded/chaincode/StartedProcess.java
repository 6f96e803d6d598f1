package io.weft.embedded.chaincode;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of a chaincode, and what it printed. */
final class StartedProcess implements AutoCloseable {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int LAST_LINES = 10;

    private final Process process;
    private final Path log;
    private final String command;

    private StartedProcess(Process process, Path log, String command) {
        this.process = process;
        this.log = log;
        this.command = command;
    }

    /**
     * @param variables go before those of the source
     * @throws ChaincodeFailure if it cannot be started
     */
    static StartedProcess start(ChaincodeSource.Command source, Map<String, String> variables) {
        Map<String, String> all = new LinkedHashMap<>(source.environment());
        all.putAll(variables);
        List<String> words =
                source.command().stream().map(word -> substitute(word, all)).toList();
        try {
            Files.createDirectories(source.log().toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(words)
                    .directory(source.folder().toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(source.log().toFile()));
            builder.environment().putAll(all);
            return new StartedProcess(builder.start(), source.log(), words.get(0));
        } catch (IOException e) {
            throw new ChaincodeFailure(
                    "The chaincode's command `" + words.get(0) + "` cannot be started: " + e.getMessage() + ".", e);
        }
    }

    private static File nothing() {
        File unix = new File("/dev/null");
        return unix.exists() ? unix : new File("NUL");
    }

    private static String substitute(String word, Map<String, String> variables) {
        return VARIABLE.matcher(word)
                .replaceAll(match -> Matcher.quoteReplacement(variables.getOrDefault(match.group(1), match.group())));
    }

    /** Whether an argument of the command refers to a variable. */
    static boolean refersTo(ChaincodeSource.Command source, String variable) {
        return source.command().stream().anyMatch(word -> word.contains("${" + variable + "}"));
    }

    /** Always IPv4: its text needs no brackets before a port. */
    static InetAddress loopback() {
        try {
            return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new AssertionError("Four bytes are an address", e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits a little for what the process does.
     *
     * @throws ChaincodeFailure if it ended
     */
    void watch(Duration pause) {
        try {
            if (process.waitFor(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ChaincodeFailure("the chaincode's command `" + command + "` ended with exit code "
                        + process.exitValue() + "; its last lines in `" + log + "`: " + lastLines());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChaincodeFailure("the start of the chaincode was interrupted", e);
        }
    }

    /** The end of what it printed. */
    String lastLines() {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return "(cannot be read: " + e.getMessage() + ")";
        }
    }

    /** Ends it with all that it started, first politely. */
    @Override
    public void close() {
        List<ProcessHandle> family = java.util.stream.Stream.concat(
                        process.descendants(), java.util.stream.Stream.of(process.toHandle()))
                .toList();
        family.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                family.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            family.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
