package io.weft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/embedded.md} equal to the list of scenarios; {@code -Dgolden.update=true} rewrites its lists. */
class EmbeddedDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/embedded.md");

    @Test
    void the_document_lists_all_scenarios_and_all_differences() throws IOException {
        String text = Files.readString(DOCUMENT);
        String wanted = section(section(text, "scenarios", scenarios()), "differences", differences());
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(DOCUMENT, wanted);
            text = wanted;
        }
        assertThat(text).isEqualTo(wanted);
    }

    @Test
    void there_are_at_least_fifty_scenarios_and_each_has_an_answer_of_fabric() {
        List<Scenario> all = Scenario.all();

        assertThat(all)
                .hasSizeGreaterThanOrEqualTo(50)
                .extracting(Scenario::golden)
                .doesNotHaveDuplicates();
        assertThat(all).allSatisfy(scenario -> assertThat(Answers.ROOT.resolve(scenario.golden()))
                .exists());
    }

    @Test
    void every_golden_file_belongs_to_a_scenario_and_every_difference_has_a_reason() throws IOException {
        List<String> known = Scenario.all().stream()
                .flatMap(scenario -> List.of("", ".2.5", ".embedded").stream()
                        .map(who -> scenario.golden().replace(".txt", who + ".txt")))
                .toList();
        try (var files = Files.walk(Answers.ROOT)) {
            List<String> found = files.filter(Files::isRegularFile)
                    .map(file -> Answers.ROOT.relativize(file).toString().replace('\\', '/'))
                    .toList();
            assertThat(known).containsAll(found);
            assertThat(found.stream()
                            .filter(file -> file.endsWith(".embedded.txt"))
                            .map(file -> file.replace(".embedded.txt", ".txt")))
                    .containsExactlyInAnyOrderElementsOf(
                            Difference.ALL.stream().map(Difference::scenario).toList());
        }
    }

    private static String section(String text, String name, String content) {
        String start = "<!-- " + name + " -->\n";
        String end = "<!-- end of " + name + " -->";
        return text.substring(0, text.indexOf(start) + start.length()) + content + text.substring(text.indexOf(end));
    }

    private static String scenarios() {
        StringBuilder result = new StringBuilder();
        String topic = "";
        for (Scenario scenario : Scenario.all()) {
            if (!topic.equals(scenario.topic())) {
                topic = scenario.topic();
                result.append("\n### ").append(topic).append("\n\n");
            }
            result.append("- ").append(scenario.sentence());
            if (Files.exists(Answers.different(scenario, "2.5"))) {
                result.append(" (2.5 answers differently from 3.1; embedded nodes answer as 3.1.)");
            }
            result.append('\n');
        }
        return result.append('\n').toString();
    }

    private static String differences() {
        StringBuilder result = new StringBuilder();
        if (Difference.ALL.isEmpty()) {
            result.append("\nNo scenario is answered differently.\n\n");
        } else {
            result.append('\n');
            Difference.ALL.forEach(difference -> result.append("- `")
                    .append(difference.scenario())
                    .append("`: ")
                    .append(difference.reason())
                    .append('\n'));
            result.append('\n');
        }
        return result.toString();
    }
}
