package io.weft.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weft.model.Network;
import io.weft.problem.InvalidSpecException;
import io.weft.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileSpecTest {
    private static final String HEAD =
            "apiVersion: weft/v1\nkind: Network\nmetadata: {name: a}\nfabric: {version: 3.1.5}\n";

    private static final String HOSTILE = "{}[]:,-?&*!|>'\"%@`#~0 \n\t\u0000\uFEFF\uD800é";

    @TempDir
    private Path folder;

    @Test
    void ten_megabytes_are_refused_without_being_read() throws IOException {
        Path file = folder.resolve("large.yaml");
        Files.write(file, new byte[10_000_000]);

        assertThatThrownBy(() -> NetworkSpecs.load(file))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("The file is larger than 1 MB");
    }

    @Test
    void a_file_that_is_not_utf8_is_refused() throws IOException {
        Path file = folder.resolve("latin1.yaml");
        Files.write(file, (HEAD + "# Zürich\n").getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> NetworkSpecs.load(file))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("not encoded in UTF-8");
    }

    @Test
    void a_missing_file_and_a_folder_are_told_apart() {
        assertThatThrownBy(() -> NetworkSpecs.load(folder.resolve("none.yaml")))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("The file does not exist.");
        assertThatThrownBy(() -> NetworkSpecs.load(folder))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("This is a folder");
    }

    static List<String> bombs() {
        String list = "organizations:\n";
        return List.of(
                "[".repeat(500_000),
                "{a: ".repeat(200_000),
                "- ".repeat(400_000),
                "? ".repeat(400_000),
                "a: " + "x".repeat(900_000),
                "x".repeat(900_000) + ": 1",
                "\"" + "\\u0041".repeat(150_000) + "\": 1",
                HEAD + list + "  - {name: o, peers: 1}\n".repeat(30_000),
                HEAD + list + "  - {name: o, peers: 100, orderers: 100, users: 100}\n".repeat(15_000),
                HEAD + list + "  - {name: o, peers: 2000000000}\n",
                HEAD + list + "  - {name: o, peers: 1e308, users: 1e999999999, orderers: " + "9".repeat(100_000)
                        + "}\n",
                HEAD + list + "  - {name: o, peers: [" + "{name: p},".repeat(90_000) + "]}\n",
                HEAD + list + "  - {name: o, ca: {storage: " + "1".repeat(800_000) + "}}\n",
                HEAD + list + "  - {name: " + "a-".repeat(400_000) + "}\n",
                HEAD + "validity: {ca: " + "1s".repeat(400_000) + "}\n" + list + "  - {name: o}\n",
                HEAD + list
                        + "  - {name: o, orderers: 1, peers: 1}\nchannels:\n  - {name: c, members: [o], chaincodes: [{name: "
                        + "a_a".repeat(200_000) + ", version: \"1\", image: \"" + "a/".repeat(150_000) + "\"}]}\n",
                HEAD + list
                        + "  - {name: o, orderers: 1, peers: 1}\nchannels:\n  - {name: c, members: [o], chaincodes: [{name: a,"
                        + " version: \"1\", image: \"a:1\", endorsement: \"" + "OR(".repeat(3_000) + "\"}]}\n",
                HEAD + list + "  - {name: o, orderers: 1, peers: 1}\nchannels:\n  - {name: c, members: [o], policies: {"
                        + "\"a/b\": \"ANY x\", ".repeat(40_000) + "}}\n",
                HEAD + "k: 1\n".repeat(150_000),
                Stream.iterate(0, i -> i < 100_000, i -> i + 1)
                        .map(i -> "k" + i + ": 1\n")
                        .reduce("", HostileSpecTest::join));
    }

    private static String join(String a, String b) {
        return a.length() > 900_000 ? a : a.concat(b);
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("bombs")
    void a_bomb_is_refused_in_a_short_time_and_in_few_words(String text) {
        InvalidSpecException e =
                catchThrowableOfType(InvalidSpecException.class, () -> NetworkSpecs.parse("bomb.yaml", text));

        assertThat(e).isNotNull();
        assertThat(e.problems()).hasSizeLessThanOrEqualTo(Problems.MAX + 1);
        assertThat(e.getMessage()).hasSizeLessThan(200_000);
    }

    @Test
    void whatever_is_done_to_a_spec_it_is_valid_or_refused_with_places() throws IOException {
        Random random = new Random(20);
        List<String> seeds = new ArrayList<>();
        for (Path file : NetworkSpecFilesTest.files()) {
            seeds.add(Files.readString(file));
            seeds.add(SpecPrinter.print(NetworkSpecs.load(file).network()));
        }
        int valid = 0;
        int refused = 0;
        for (int i = 0; i < 4_000; i++) {
            String text = mutate(seeds.get(random.nextInt(seeds.size())), seeds, random);
            try {
                Network network = NetworkSpecs.parse("mutant.yaml", text).network();
                assertThat(NetworkSpecs.parse("printed.yaml", SpecPrinter.print(network))
                                .network())
                        .as(text)
                        .isEqualTo(network);
                valid++;
            } catch (InvalidSpecException e) {
                assertThat(e.problems()).as(text).isNotEmpty();
                assertThat(e.problems())
                        .as(text)
                        .isSortedAccordingTo(Comparator.comparing(
                                Problem::location, Comparator.comparing(l -> l.line() == 0 ? 0 : l.line())));
                refused++;
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("Escaped for:\n" + text, e);
            }
        }
        assertThat(valid).as("valid").isGreaterThan(100);
        assertThat(refused).as("refused").isGreaterThan(1_000);
    }

    private static String mutate(String seed, List<String> seeds, Random random) {
        StringBuilder text = new StringBuilder(seed);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && text.length() > 10; i++) {
            int at = random.nextInt(text.length() - 5);
            switch (random.nextInt(8)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, HOSTILE.charAt(random.nextInt(HOSTILE.length())));
                case 2 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
                case 3 -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
                case 4 -> {
                    String other = seeds.get(random.nextInt(seeds.size()));
                    int from = random.nextInt(other.length());
                    text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(60)));
                }
                case 5 -> replaceWord(text, at, random);
                case 6 -> {
                    int end = text.indexOf("\n", at);
                    int start = text.lastIndexOf("\n", at) + 1;
                    if (end > start) {
                        text.insert(start, text.substring(start, end + 1));
                    }
                }
                default -> {
                    int end = text.indexOf("\n", at);
                    int start = text.lastIndexOf("\n", at) + 1;
                    if (end > start) {
                        text.delete(start, end + 1);
                    }
                }
            }
        }
        return text.toString();
    }

    private static void replaceWord(StringBuilder text, int at, Random random) {
        List<String> words = List.of(
                "0",
                "-1",
                "1e5",
                "null",
                "true",
                "[]",
                "{}",
                "org1",
                "org9",
                "peer0",
                "1.0",
                "\"\"",
                "V3_0",
                "bft",
                "2.5.16",
                "AND('Org1MSP.peer')",
                "10Gi",
                "2s",
                "~",
                "é",
                "orderer/orderer0",
                "999999999999",
                "3.0",
                "no",
                "0x1F",
                ".inf");
        int start = at;
        while (start > 0 && Character.isLetterOrDigit(text.charAt(start - 1))) {
            start--;
        }
        int end = at;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        text.replace(start, end, words.get(random.nextInt(words.size())));
    }
}
