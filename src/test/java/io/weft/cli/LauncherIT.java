package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.testing.Eventually;
import io.weft.testing.Signals;
import io.weft.testing.SmallSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code ./weft up} on this machine is one process, which outlives its command. Needs what {@code mvn package} builds.
 */
@EnabledOnOs(OS.LINUX)
class LauncherIT {
    /** A chaincode that an {@code up} waits for in vain. */
    private static final String NEVER_READY = "{command: [sleep, \"1000\"]}";

    @TempDir
    private Path folder;

    private Path spec;

    @BeforeEach
    void writeSpec() throws IOException {
        assumeTrue(Files.exists(Path.of("target/weft-cli.jar")), "weft is not built");
        spec = SmallSpec.write(folder);
    }

    @AfterEach
    void down() throws Exception {
        assertThat(weft("down").code()).isZero();
        assertThat(folder.resolve("weft")).doesNotExist();
        try (var left = Files.list(Files.createDirectories(folder.resolve("tmp")))) {
            assertThat(left.filter(file -> !file.getFileName().toString().startsWith("hsperfdata")))
                    .isEmpty();
        }
    }

    private CommandRun weft(String command, String... options) throws IOException, InterruptedException {
        List<String> words = words(command, options);
        return CommandRun.launched(folder, words.subList(1, words.size()));
    }

    private List<String> words(String command, String... options) {
        List<String> result = new ArrayList<>(List.of("./weft", command, spec.toString()));
        result.addAll(List.of(options));
        return result;
    }

    /** An {@code up} whose temporary files lie in the test's folder. */
    private Process start(String... options) throws IOException {
        ProcessBuilder builder = CommandRun.process(folder, words("up", options));
        builder.environment()
                .put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
        return builder.redirectError(folder.resolve("err").toFile()).start();
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    /** What the launcher waits for. */
    private static ProcessHandle java(Process launcher) {
        return Eventually.eventually(
                        () -> launcher.children()
                                .filter(child ->
                                        child.info().command().orElse("").endsWith("/java"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** The process that runs the nodes. */
    private ProcessHandle background() throws IOException {
        long pid = new ObjectMapper()
                .readTree(folder.resolve("weft/trade/daemon.json").toFile())
                .at("/process/pid")
                .asLong();
        return ProcessHandle.of(pid).orElseThrow();
    }

    @Test
    void the_process_that_made_the_network_runs_its_nodes_and_whoever_reads_its_output_sees_the_end() throws Exception {
        Process up = start();
        ProcessHandle java = java(up);
        try (InputStream out = up.getInputStream()) {
            assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8)).contains("Talk to it: ./weft evaluate");
        }
        assertThat(up.waitFor()).as(err()).isZero();
        assertThat(background().pid()).isEqualTo(java.pid());
        assertThat(weft("submit", "--org", "org1", "CreateAsset", "a1", "blue", "5", "tom", "100")
                        .code())
                .isZero();
        // There is somebody who runs the nodes now: the next command ends with its process.
        assertThat(start().waitFor()).as(err()).isZero();
        assertThat(background().pid()).isEqualTo(java.pid());
        assertThat(folder.resolve("weft/trade/daemon.log")).content().doesNotContain("Exception");
    }

    @Test
    void a_run_that_fails_has_its_exit_code_and_its_nodes_go_on() throws Exception {
        SmallSpec.write(folder, NEVER_READY);
        Process up = start("--timeout", "3");
        assertThat(up.waitFor()).as(err()).isEqualTo(ExitCode.TIMED_OUT);
        assertThat(background().isAlive()).isTrue();
        assertThat(weft("status").out()).contains("✓ org1/peer0");
        SmallSpec.write(folder);
        assertThat(start().waitFor()).as(err()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129", "KILL, 137"})
    void a_run_that_is_told_to_stop_leaves_no_process_and_the_next_one_goes_on(String signal, int code)
            throws Exception {
        Signals.assumeHeard(signal);
        SmallSpec.write(folder, NEVER_READY); // So that the signal cannot come too late.
        Process up = start();
        ProcessHandle java = java(up);
        Eventually.eventually(() -> err(), text -> text.contains("identity"));
        Signals.send(signal, up);
        assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(up.exitValue()).as(err()).isEqualTo(code);
        Eventually.eventually("the process ends", () -> !java.isAlive());
        if (!signal.equals("KILL")) {
            assertThat(err()).contains("weft: interrupted. The same command goes on where this one stopped.");
        }
        SmallSpec.write(folder);
        assertThat(start().waitFor()).as(err()).isZero();
    }

    @Test
    void a_network_that_runs_in_front_ends_when_it_is_removed() throws Exception {
        Process up = start("--foreground");
        Eventually.eventually(() -> err(), text -> text.contains("Ctrl-C"));
        assertThat(weft("down").code()).isZero();
        assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(up.exitValue()).isZero();
    }
}
