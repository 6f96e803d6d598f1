package io.weft.e2e;

import io.weft.ClusterConnection;
import io.weft.NetworkDeployer;
import io.weft.apply.Outcome;
import io.weft.apply.Progress;
import io.weft.spec.NetworkSpecs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A program that works on a network and dies in the middle of it as if its machine had lost power: no hook runs, nothing
 * is closed or given back.
 */
final class KilledRun {
    /** What it exits with when it was killed where it should be. */
    static final int KILLED = 137;

    private static final int LIMIT_SECONDS = 240;

    private KilledRun() {}

    /** {@code up SPEC NAMESPACE STEPS MILLIS}, or {@code reset SPEC NAMESPACE 0 MILLIS}. */
    public static void main(String[] args) throws InterruptedException {
        ClusterConnection connection =
                new ClusterConnection(TestNetwork.kubeconfigFiles(), Optional.empty(), Duration.ofMinutes(3));
        int steps = Integer.parseInt(args[3]);
        long millis = Long.parseLong(args[4]);
        try (NetworkDeployer deployer = NetworkDeployer.connect(
                connection,
                NetworkSpecs.load(Path.of(args[1]), Optional.of(args[2])).network())) {
            if ("reset".equals(args[0])) {
                deployer.reset(Progress.SILENT, note -> dieIn(millis));
                return;
            }
            AtomicInteger finished = new AtomicInteger();
            deployer.up(new Progress() {
                @Override
                public void finished(Outcome outcome) {
                    if (finished.incrementAndGet() == steps) {
                        dieIn(millis);
                    }
                }
            });
        }
    }

    private static void dieIn(long millis) {
        if (millis == 0) {
            Runtime.getRuntime().halt(KILLED);
        }
        Thread killer = new Thread(() -> {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(KILLED);
        });
        killer.setDaemon(true);
        killer.start();
    }

    /**
     * Runs {@code up} in a process of its own that is killed.
     *
     * @param steps after so many finished steps
     * @param millis and so much later, while others are under way
     * @return its exit code: {@link #KILLED}, or 0 if it was done before
     */
    static int up(Path spec, String namespace, int steps, long millis) throws Exception {
        return run("up", spec, namespace, steps, millis);
    }

    /** Runs {@code reset} in a process of its own that is killed so long after it began to wipe. */
    static int reset(Path spec, String namespace, long millis) throws Exception {
        return run("reset", spec, namespace, 0, millis);
    }

    private static int run(String command, Path spec, String namespace, int steps, long millis) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", classPath()),
                KilledRun.class.getName(),
                command,
                spec.toString(),
                namespace,
                Integer.toString(steps),
                Long.toString(millis)));
        File output = Files.createTempFile("weft-killed", ".log").toFile();
        try {
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        "Neither done nor killed after " + LIMIT_SECONDS + " s:\n" + Files.readString(output.toPath()));
            }
            if (process.exitValue() != 0 && process.exitValue() != KILLED) {
                throw new AssertionError(
                        "Exit code " + process.exitValue() + ":\n" + Files.readString(output.toPath()));
            }
            return process.exitValue();
        } finally {
            Files.deleteIfExists(output.toPath());
        }
    }

    /** Where the classes of this run come from, however its runner loads them. */
    private static String classPath() {
        String own = KilledRun.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        String runner = System.getProperty("java.class.path");
        return runner.contains("helm-java")
                ? own + File.pathSeparator + runner
                : own + File.pathSeparator + inherited();
    }

    private static String inherited() {
        StringBuilder result = new StringBuilder();
        ClassLoader loader = KilledRun.class.getClassLoader();
        if (loader instanceof java.net.URLClassLoader urls) {
            for (java.net.URL url : urls.getURLs()) {
                result.append(url.getPath()).append(File.pathSeparator);
            }
        }
        return result.toString();
    }
}
