package io.weft.cli;

import io.weft.NetworkDeployer;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The program's entry. */
public final class Weft {
    /** How long a command that is told to stop may take to give back what it holds. */
    private static final int LAST_SECONDS = 10;

    /** How long threads may take to end when nobody needs them any more. */
    private static final Duration FAREWELL = Duration.ofMillis(100);

    /** For threads that begin while they are listed. */
    private static final int SPARE = 16;

    private Weft() {}

    public static void main(String[] args) {
        // What the libraries have to tell is for those who ask: results and failures are told by the commands.
        Optional<String> level = Optional.ofNullable(System.getenv("WEFT_LOG"));
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level.orElse("off"));
        // A background process of its own has options of its own, and does not share what is logged here.
        boolean alone = System.getProperty("weft.daemon.options") != null || level.isPresent();
        Launcher launcher = alone ? Launcher.NONE : Launcher.of(System.getProperty("weft.launcher", ""));
        if (launcher.lets()) {
            System.setProperty("org.slf4j.simpleLogger.log.io.weft", "warn"); // For the log of the nodes.
        }
        if (WeftCommand.asksNodes(args)) {
            NetworkDeployer.warmUp();
        }
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        Terminal terminal = Terminal.of(System.getProperty("weft.terminal", ""), System.getenv());
        CountDownLatch done = interruptOnSignal(Thread.currentThread());
        int code = WeftCommand.commandLine(out, err, terminal, launcher, args).execute(args);
        out.flush();
        err.flush();
        launcher.end(code);
        done.countDown();
        endThreads();
        System.exit(code);
    }

    /**
     * Ends what still waits for a network. A JVM that exits waits 300 ms for threads that are inside of system calls, and
     * the JDK's HTTP client leaves one in each client's selector until the garbage collector finds it.
     */
    private static void endThreads() {
        Thread[] threads = new Thread[Thread.activeCount() + SPARE];
        int count = Thread.enumerate(threads);
        List<Thread> others = Arrays.stream(threads, 0, count)
                .filter(thread -> thread != Thread.currentThread())
                .toList();
        others.forEach(Thread::interrupt);
        long end = System.nanoTime() + FAREWELL.toNanos();
        try {
            for (Thread thread : others) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (thread.getState() == Thread.State.RUNNABLE && left > 0) {
                    thread.join(left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Lets Ctrl-C and SIGTERM interrupt the command, and the process live until it has ended. The JVM then exits with the
     * signal's code, 130 or 143.
     */
    private static CountDownLatch interruptOnSignal(Thread command) {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    if (done.getCount() > 0) {
                        command.interrupt();
                    }
                    try {
                        done.await(LAST_SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "weft-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
        return done;
    }
}
