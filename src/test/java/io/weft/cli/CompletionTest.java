package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionTest {
    @TempDir
    private Path folder;

    private Path script() throws IOException {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        assertThat(WeftCommand.commandLine(writer, writer).execute("generate-completion"))
                .isZero();
        return Files.writeString(folder.resolve("weft-completion"), out.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void the_script_is_accepted(String shell) throws Exception {
        assumeTrue(isInstalled(shell), shell + " is not installed");

        assertThat(run(shell, "-n", script().toString())).isEmpty();
    }

    @Test
    void bash_completes_commands_and_options() throws Exception {
        assumeTrue(isInstalled("bash"), "bash is not installed");
        String ask = """
                source "%s"
                ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
                        COMPREPLY=(); _complete_weft; printf '%%s\\n' "${COMPREPLY[@]}"; }
                ask weft sta
                ask weft up --name
                """.formatted(script());

        assertThat(run("bash", "-c", ask).lines()).contains("status", "--namespace");
    }

    @Test
    void the_command_that_makes_it_is_an_example_in_the_help_and_not_in_the_list() {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        WeftCommand.commandLine(writer, writer).execute("--help");

        assertThat(out.toString()).contains("source <(weft generate-completion)");
        assertThat(out.toString().lines()).noneMatch(line -> line.startsWith("  generate-completion"));
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
