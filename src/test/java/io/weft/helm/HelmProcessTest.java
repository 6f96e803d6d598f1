package io.weft.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.testing.Programs;
import io.weft.testing.Signals;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a process that has used the Helm SDK when it is told to stop. */
@EnabledOnOs(OS.LINUX)
class HelmProcessTest {
    private static final Path CACHE = Path.of(System.getProperty("java.io.tmpdir"), "weft-test-cache");

    @TempDir
    Path folder;

    private Path temporary;

    @BeforeEach
    void prepare() throws IOException {
        temporary = Files.createDirectory(folder.resolve("tmp"));
    }

    private Process start() throws Exception {
        Path kubeConfig = Files.writeString(folder.resolve("kubeconfig"), """
                current-context: x
                contexts: [{name: x, context: {cluster: x, user: x}}]
                clusters: [{name: x, cluster: {server: "http://127.0.0.1:1"}}]
                users: [{name: x, user: {token: hidden}}]
                """);
        Process process = new ProcessBuilder(
                        Programs.java().toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        Programs.classPath(),
                        HelmProcess.class.getName(),
                        CACHE.toString(),
                        folder.resolve("marker").toString(),
                        kubeConfig.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); !"READY".equals(line); line = out.readLine()) {
            assertThat(line).as("the process ended too early").isNotNull();
        }
        return process;
    }

    private static List<Path> workFolders(Process process) throws IOException {
        try (Stream<Path> folders = Files.list(CACHE.resolve("run"))) {
            return folders.filter(f -> f.getFileName().toString().startsWith("run-" + process.pid() + "-"))
                    .toList();
        }
    }

    private static void signal(Process process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
    void a_signal_ends_it_as_ever_with_its_hooks_and_without_leftovers(String signal, int code) throws Exception {
        Signals.assumeHeard(signal);
        Process process = start();
        signal(process, signal);
        assertThat(process.exitValue()).isEqualTo(code);
        assertThat(folder.resolve("marker")).hasContent("hooks ran");
        assertThat(workFolders(process)).isEmpty();
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(p -> !p.getFileName().toString().startsWith("hsperfdata")))
                    .isEmpty();
        }
    }

    @Test
    void what_a_killed_process_left_was_private_and_is_removed_by_the_next() throws Exception {
        Process process = start();
        signal(process, "KILL");
        List<Path> left = workFolders(process);
        assertThat(left).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(left.get(0))))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(left.get(0))) {
            List<Path> kubeConfigs = files.filter(
                            f -> f.getFileName().toString().startsWith("kubeconfig"))
                    .toList();
            assertThat(kubeConfigs).hasSize(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kubeConfigs.get(0))))
                    .isEqualTo("rw-------");
        }
        try (WorkFolder next = new WorkFolder(CACHE)) {
            assertThat(next.values(Map.of("a", 1))).hasContent("{\"a\":1}");
            assertThat(workFolders(process)).isEmpty();
        }
    }
}
