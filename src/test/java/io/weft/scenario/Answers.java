package io.weft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The golden files: what Fabric 3.1 answered, and beside it what another answers differently. */
final class Answers {
    static final Path ROOT = Path.of("src/test/resources/golden/scenario");

    private Answers() {}

    /** @param who {@code 3}, {@code 2.5} or {@code embedded} */
    static Stream<DynamicTest> tests(House house, Path folder, String who) {
        return Scenario.matching(System.getProperty("scenario", ""))
                .map(scenario -> DynamicTest.dynamicTest(
                        scenario.sentence(),
                        () -> check(scenario, who, scenario.play(house, folder.resolve(scenario.golden())))));
    }

    /** The file that says how somebody differs. */
    static Path different(Scenario scenario, String who) {
        return ROOT.resolve(scenario.golden().replace(".txt", "." + who + ".txt"));
    }

    private static void check(Scenario scenario, String who, String answers) throws IOException {
        Path common = ROOT.resolve(scenario.golden());
        Path different = different(scenario, who);
        if (Boolean.getBoolean("golden.update") && !who.equals("embedded")) {
            Files.createDirectories(common.getParent());
            if (who.equals("3")) {
                Files.writeString(common, answers);
            } else if (Files.readString(common).equals(answers)) {
                Files.deleteIfExists(different);
            } else {
                Files.writeString(different, answers);
            }
        }
        Optional<Difference> known = Difference.of(scenario);
        if (who.equals("embedded") && known.isPresent()) {
            assertThat(answers)
                    .as("It no longer differs: strike it from the list of differences")
                    .isNotEqualTo(Files.readString(common));
        }
        Path expected = Files.exists(different) ? different : common;
        assertThat(expected).exists();
        assertThat(answers).as(expected.toString()).isEqualTo(Files.readString(expected));
    }
}
