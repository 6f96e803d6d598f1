package io.weft.local;

import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.protocol.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A node that is a process of its own. Its number lies in the node's folder, so that it is found again. */
final class ProgramNode implements LocalNode {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final String PID = "pid.json";
    private static final List<String> FOREIGN_SETTINGS = List.of("CORE_", "ORDERER_", "FABRIC_", "CHAINCODE_");

    private final String title;
    private final Process process;
    private final Path log;

    private ProgramNode(String title, Process process, Path log) {
        this.title = title;
        this.process = process;
        this.log = log;
    }

    /** What tells a process from a later one with the same number. */
    record Running(long pid, long started) {
        static Running of(ProcessHandle process) {
            return new Running(
                    process.pid(),
                    process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
        }

        /** The process, if it still lives. */
        Optional<ProcessHandle> find() {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> of(process).started() == started)
                    .filter(process -> !isZombie(pid));
        }

        /**
         * Waits until it has ended.
         *
         * @param what the process, as the subject of a sentence
         * @throws TimedOutException if it lives on
         */
        void awaitEnd(String what, Duration timeout) {
            Deadline deadline = Deadline.after(timeout);
            while (find().isPresent()) {
                if (!deadline.pause(LOOK)) {
                    throw new TimedOutException(
                            what + " (pid " + pid + ") did not end within " + timeout.toSeconds() + " s.");
                }
            }
        }

        /**
         * Whether it has ended and only its number is left, which Java takes for life. In a container whose first process
         * does not wait for orphans that stays so (proc(5), {@code /proc/pid/stat}).
         */
        private static boolean isZombie(long pid) {
            try {
                String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
                return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
            } catch (IOException e) {
                return false; // No Linux, or it is gone.
            }
        }
    }

    /** Starts a program. Its standard input is empty, and what it prints is appended to the node's log. */
    static ProgramNode start(StateFolder folder, NodeDescription node) {
        Path log = folder.log(node.key());
        ProcessBuilder builder = new ProcessBuilder(node.command())
                .directory(Path.of(node.workFolder()).toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        cleanse(builder.environment());
        builder.environment().putAll(node.environment());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            StateFolder.writeJson(folder.node(node.key()).resolve(PID), Running.of(process.toHandle()));
            return new ProgramNode(node.title(), process, log);
        } catch (IOException e) {
            throw new RejectedException("`" + node.title() + "` cannot be started: " + e.getMessage(), e);
        }
    }

    /** Takes out what configures Fabric's programs: somebody may have it in the shell for a client. */
    static void cleanse(Map<String, String> environment) {
        environment.keySet().removeIf(name -> FOREIGN_SETTINGS.stream().anyMatch(name::startsWith));
    }

    /**
     * Ends the process that an earlier owner of the folder left behind, if it still runs. At once: Fabric's programs lose
     * nothing that they confirmed, and somebody waits for the network to come back.
     */
    static void endStale(StateFolder folder, String key) {
        Path file = folder.node(key).resolve(PID);
        StateFolder.readJson(file, Running.class).ifPresent(stale -> {
            stale.find().ifPresent(ProcessHandle::destroyForcibly);
            stale.awaitEnd("The process of `" + key + "` that an earlier run left behind", GRACE);
        });
        StateFolder.delete(file);
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        try {
            process.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    @Override
    public Optional<Long> pid() {
        return Optional.of(process.pid());
    }

    @Override
    public Optional<String> end() {
        if (process.isAlive()) {
            return Optional.empty();
        }
        return Optional.of(
                "`" + title + "` ended with exit code " + process.exitValue() + "; its log is `" + log + "`.");
    }

    @Override
    public void discard() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        end(process.toHandle());
    }
}
