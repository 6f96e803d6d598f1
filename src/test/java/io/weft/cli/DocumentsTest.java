package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.spec.NetworkSpecs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents say can be done: commands parse, specs are valid, Java compiles, links lead somewhere. */
class DocumentsTest {
    private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

    static List<Path> documents() throws IOException {
        return Documents.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_weft_command_parses(Path document) throws IOException {
        for (List<String> arguments : Documents.weftCommands(document)) {
            PrintWriter nowhere = new PrintWriter(new StringWriter());
            assertThat(WeftCommand.commandLine(nowhere, nowhere)
                            .parseArgs(arguments.toArray(String[]::new))
                            .errors())
                    .as("weft %s", String.join(" ", arguments))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_spec_that_a_command_names_is_valid(Path document) throws IOException {
        for (List<String> arguments : Documents.weftCommands(document)) {
            for (String argument : arguments) {
                if (argument.startsWith("network-specs/")) {
                    NetworkSpecs.load(Path.of(argument), Optional.empty());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_complete_spec_in_it_is_valid(Path document, @TempDir Path folder) throws IOException {
        for (Documents.Block block : Documents.blocks(document, "yaml")) {
            if (block.text().contains("apiVersion: weft/v1")) {
                Path file = folder.resolve("spec.yaml");
                Files.writeString(file, block.text());
                NetworkSpecs.load(file, Optional.empty());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_class_in_it_compiles(Path document, @TempDir Path folder) throws IOException {
        for (Documents.Block block : Documents.blocks(document, "java")) {
            JavaExample.compile(block.text(), folder);
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_link_into_the_project_leads_somewhere(Path document) throws IOException {
        List<String> broken = new ArrayList<>();
        Matcher links = LINK.matcher(CODE.matcher(prose(document)).replaceAll("code"));
        while (links.find()) {
            String link = links.group(1);
            if (link.matches("[a-z]+:.*")) {
                continue;
            }
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty()
                    ? document
                    : document.resolveSibling(parts[0]).normalize();
            if (!Files.exists(target) || (parts.length > 1 && !anchors(target).contains(parts[1]))) {
                broken.add(link);
            }
        }
        assertThat(broken).isEmpty();
    }

    private static String prose(Path document) throws IOException {
        StringBuilder result = new StringBuilder();
        boolean fenced = false;
        for (String line : Files.readAllLines(document)) {
            if (line.startsWith("```")) {
                fenced = !fenced;
            } else if (!fenced) {
                result.append(line).append('\n');
            }
        }
        return result.toString();
    }

    /** The anchors that GitHub gives to headings. */
    private static Set<String> anchors(Path document) throws IOException {
        Set<String> result = new HashSet<>();
        prose(document)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
                .map(title -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .forEach(result::add);
        return result;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void it_names_no_machine_of_ours(Path document) throws IOException {
        assertThat(Files.readString(document)).doesNotContain(System.getProperty("user.dir"));
    }

    @Test
    void the_readme_shows_commands_a_spec_and_a_class() throws IOException {
        assertThat(Documents.weftCommands(Documents.README)).hasSizeGreaterThan(5);
        assertThat(Documents.blocks(Documents.README, "yaml"))
                .anySatisfy(block -> assertThat(block.text()).contains("apiVersion: weft/v1"));
        assertThat(Documents.blocks(Documents.README, "java")).hasSize(1);
    }
}
