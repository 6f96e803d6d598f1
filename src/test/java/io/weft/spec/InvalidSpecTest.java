package io.weft.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.problem.InvalidSpecException;
import io.weft.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file {@code golden/spec/<case>.yaml} is a spec with mistakes; {@code <case>.txt} holds what is said about it. */
class InvalidSpecTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/spec");

    static List<String> cases() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.replace(".yaml", ""))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void what_is_said_about_a_mistake_is_as_written_down(String name) throws IOException {
        String text = new String(Files.readAllBytes(FOLDER.resolve(name + ".yaml")), StandardCharsets.UTF_8);

        List<Problem> problems;
        try {
            problems = NetworkSpecs.parse(name + ".yaml", text).warnings();
        } catch (InvalidSpecException e) {
            problems = e.problems();
        }

        String actual = problems.stream().map(Problem::toString).collect(Collectors.joining("\n", "", "\n"));
        Path expected = FOLDER.resolve(name + ".txt");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(expected, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(expected));
        assertThat(problems).isNotEmpty();
    }
}
