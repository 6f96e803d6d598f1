package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Keeps the documents equal to what the command line says; {@code -Dgolden.update=true} rewrites the help texts. */
class CommandReferenceTest {
    private static final Path REFERENCE = Path.of("docs/commands.md");
    private static final Path EXIT_CODES = Path.of("docs/exit-codes.md");
    private static final Pattern HELP =
            Pattern.compile("<!-- help: ([a-z -]+) -->\n```text\n(.*?)```\n", Pattern.DOTALL);
    private static final Pattern CODE_ROW = Pattern.compile("(?m)^\\| (\\d+) \\|");

    @Test
    void the_help_texts_are_current_and_complete() throws IOException {
        Map<String, String> wanted = new TreeMap<>();
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        collect("weft", WeftCommand.commandLine(nowhere, nowhere), wanted);
        String text = Files.readString(REFERENCE);
        if (Boolean.getBoolean("golden.update")) {
            text = HELP.matcher(text)
                    .replaceAll(found -> Matcher.quoteReplacement("<!-- help: " + found.group(1) + " -->\n```text\n"
                            + wanted.getOrDefault(found.group(1), "") + "```\n"));
            Files.writeString(REFERENCE, text);
        }
        Map<String, String> found = new TreeMap<>();
        Matcher blocks = HELP.matcher(text);
        while (blocks.find()) {
            found.put(blocks.group(1), blocks.group(2));
        }
        assertThat(found).isEqualTo(wanted);
    }

    private static void collect(String name, CommandLine command, Map<String, String> into) {
        into.put(name, command.getUsageMessage(Ansi.OFF));
        command.getSubcommands().forEach((sub, line) -> {
            if (!line.getCommandSpec().usageMessage().hidden()) {
                collect(name + " " + sub, line, into);
            }
        });
    }

    @Test
    void every_exit_code_is_documented_and_no_other() throws IOException, IllegalAccessException {
        List<Integer> codes = new ArrayList<>();
        for (var field : ExitCode.class.getDeclaredFields()) {
            if (field.getType() == int.class && Modifier.isStatic(field.getModifiers())) {
                codes.add(field.getInt(null));
            }
        }
        Matcher rows = CODE_ROW.matcher(Files.readString(EXIT_CODES));
        List<Integer> documented = Stream.iterate(rows, Matcher::find, row -> row)
                .map(row -> Integer.parseInt(row.group(1)))
                .toList();
        assertThat(documented).containsExactlyElementsOf(codes.stream().sorted().toList());
    }
}
