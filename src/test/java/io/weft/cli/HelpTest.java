package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.pki.GoldenFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

class HelpTest {
    private static CommandLine line() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return WeftCommand.commandLine(nowhere, nowhere);
    }

    static Stream<String> commands() {
        List<String> result = new ArrayList<>(List.of(""));
        collect(line(), "", result);
        return result.stream();
    }

    private static void collect(CommandLine line, String prefix, List<String> result) {
        line.getSubcommands().forEach((name, sub) -> {
            result.add((prefix + " " + name).strip());
            collect(sub, prefix + " " + name, result);
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_goes_to_the_output_and_is_as_recorded(String command) throws IOException {
        List<String> arguments = new ArrayList<>(command.isEmpty() ? List.of() : List.of(command.split(" ")));
        arguments.add("--help");
        Run run = Run.of(arguments.toArray(String[]::new));
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        GoldenFile.assertMatches(
                "cli/help/" + (command.isEmpty() ? "weft" : command.replace(' ', '-')) + ".txt", run.out());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void every_option_and_parameter_is_described(String command) {
        CommandLine line = line();
        for (String word : command.split(" ")) {
            line = word.isEmpty() ? line : line.getSubcommands().get(word);
        }
        CommandSpec spec = line.getCommandSpec();
        assertThat(spec.usageMessage().description()).isNotEmpty();
        assertThat(Stream.concat(spec.options().stream(), spec.positionalParameters().stream())
                        .filter(argument -> !argument.hidden()))
                .extracting(ArgSpec::description)
                .allSatisfy(text -> assertThat(text).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void examples_name_options_and_commands_that_exist(String command) {
        CommandLine line = line();
        for (String word : command.split(" ")) {
            line = word.isEmpty() ? line : line.getSubcommands().get(word);
        }
        for (String example : line.getCommandSpec().usageMessage().footer()) {
            String text = example.strip().replaceAll("\\s+(#|\\||>).*", "");
            if (text.startsWith("weft ")) {
                CommandLine.ParseResult parsed =
                        line().parseArgs(text.substring("weft ".length()).split(" "));
                assertThat(parsed.hasSubcommand()).as(example).isTrue();
            }
        }
    }

    @Test
    void every_command_that_works_on_a_cluster_has_the_common_options() {
        for (String name : List.of("plan", "up", "status", "evaluate", "submit", "reset", "down")) {
            assertThat(line().getSubcommands().get(name).getCommandSpec().optionsMap())
                    .as(name)
                    .containsKeys("-n", "-o", "--context", "--kubeconfig", "--timeout", "--stacktrace");
        }
        assertThat(line().getSubcommands()
                        .get("identity")
                        .getSubcommands()
                        .get("export")
                        .getCommandSpec()
                        .optionsMap())
                .containsKeys("-n", "-o", "--context", "--kubeconfig", "--timeout", "--to");
    }

    @Test
    void completion_offers_commands_and_output_forms() {
        Run run = Run.of("generate-completion");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("evaluate", "'--chaincode'", "FORMAT_option_args=(\"text\" \"json\")");
    }

    @Test
    void the_version_is_that_of_the_program_for_every_command() {
        assertThat(Run.of("--version").out()).startsWith("weft ");
        assertThat(Run.of("up", "--version").out()).startsWith("weft ");
    }
}
