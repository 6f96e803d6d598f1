package io.weft.local;

import io.weft.local.ProgramNode.Running;
import io.weft.model.RunBy;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Deadline;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sees to it that somebody runs a network's nodes: a process in the background, or this one. */
final class Runner implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration END = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final int LOG_LINES = 10;
    /** Puts the process into a group of its own, so that Ctrl-C ends the command and not the network. */
    private static final String DETACHED = "if command -v setsid >/dev/null 2>&1; then setsid \"$@\" </dev/null & "
            + "else set -m; nohup \"$@\" </dev/null & fi";

    private final StateFolder folder;
    private final List<String> command;
    private final RunBy runBy;
    private Optional<Daemon> own = Optional.empty();

    /**
     * @param command what starts {@link Daemon}, without its argument
     */
    Runner(StateFolder folder, List<String> command, RunBy runBy) {
        this.folder = folder;
        this.command = List.copyOf(command);
        this.runBy = runBy;
    }

    /** Whoever runs the nodes now. */
    Optional<DaemonClient> find() {
        return DaemonClient.find(folder);
    }

    /** Whoever runs the nodes; starts it if there is nobody. */
    synchronized DaemonClient ensure() {
        if (runBy == RunBy.THIS_PROCESS && own.isEmpty()) {
            end();
            own = Optional.of(Daemon.start(folder.path()));
        }
        return find().orElseGet(() -> runBy == RunBy.THIS_PROCESS_IF_NONE ? stay() : launch());
    }

    /** This process is the one in the background, once its command has ended. */
    private DaemonClient stay() {
        beginLog();
        try {
            PrintStream log = new PrintStream(
                    new FileOutputStream(folder.daemonLog().toFile(), true), true, StandardCharsets.UTF_8);
            System.setOut(log);
            System.setErr(log);
        } catch (IOException e) {
            throw StateFolder.unusable("write", folder.daemonLog(), e);
        }
        try {
            own = Optional.of(Daemon.start(folder.path()));
        } catch (ConflictException e) {
            // Another one was faster, and does what this one would have done.
        }
        return awaitStart();
    }

    private void beginLog() {
        StateFolder.makeFolder(folder.path());
        StateFolder.write(folder.daemonLog(), "");
    }

    /** Whether this process runs the nodes. */
    synchronized boolean isHere() {
        return own.isPresent();
    }

    /** Waits until somebody has the nodes end that this process runs. */
    void awaitEnd() throws InterruptedException {
        Optional<Daemon> daemon;
        synchronized (this) {
            daemon = own;
        }
        if (daemon.isPresent()) {
            daemon.get().awaitEnd();
        }
    }

    private DaemonClient launch() {
        beginLog();
        List<String> shell = new ArrayList<>(List.of("sh", "-c", DETACHED, "sh"));
        shell.addAll(command);
        shell.add(folder.path().toString());
        File log = folder.daemonLog().toFile();
        ProcessBuilder builder = new ProcessBuilder(shell)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        try {
            builder.start().getOutputStream().close();
        } catch (IOException e) {
            throw new RejectedException("The process that runs the network cannot be started: " + e.getMessage(), e);
        }
        return awaitStart();
    }

    private DaemonClient awaitStart() {
        Deadline deadline = Deadline.after(START);
        while (true) {
            Optional<DaemonClient> client = find();
            if (client.isPresent()) {
                return client.get();
            }
            if (!deadline.pause(LOOK)) {
                throw new TimedOutException("The process that runs network `" + folder.network()
                        + "` did not start within " + START.toSeconds() + " s. The last lines of its log `"
                        + folder.daemonLog() + "`:\n  "
                        + String.join("\n  ", StateFolder.tail(folder.daemonLog(), LOG_LINES)));
            }
        }
    }

    /** Stops nodes at once, because what they wrote is about to be removed. */
    void discard(List<String> nodes) {
        try {
            find().ifPresent(client -> client.ask(Control.Order.DISCARD, nodes));
        } catch (UnreachableException e) {
            end();
        }
    }

    /** Stops all nodes, and whoever runs them; also what a killed one left behind. */
    synchronized void end() {
        Optional<DaemonClient> client = find();
        if (client.isPresent() && own.isEmpty()) {
            Running process = client.get().process();
            try {
                client.get().ask(Control.Order.SHUTDOWN, List.of());
            } catch (UnreachableException e) {
                // Another version of weft, or it hangs: its nodes are found by their numbers.
                process.find().ifPresent(ProcessHandle::destroyForcibly);
            }
            process.awaitEnd("The process that runs network `" + folder.network() + "`", END);
        }
        close();
        for (NodeDescription node : Daemon.descriptions(folder)) {
            ProgramNode.endStale(folder, node.key());
        }
    }

    /** Ends what this process runs. */
    @Override
    public synchronized void close() {
        own.ifPresent(Daemon::close);
        own = Optional.empty();
    }
}
