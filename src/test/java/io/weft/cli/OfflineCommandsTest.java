package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.pki.GoldenFile;
import io.weft.spec.NetworkSpecs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineCommandsTest {
    private static final String SPEC = "network-specs/two-orgs.yaml";
    private static final String INVALID = "src/test/resources/golden/cli/invalid.yaml";

    @TempDir
    Path folder;

    @Test
    void init_writes_a_spec_that_is_valid() {
        String file = folder.resolve("network.yaml").toString();
        Run run = Run.of("init", file, "--name", "demo", "--fabric", "2.5.16");
        assertThat(run).isEqualTo(new Run(0, "Wrote " + file + ". Next: weft up " + file + "\n", ""));
        assertThat(Path.of(file)).content().startsWith("# yaml-language-server: $schema=weft-v1.schema.json\n");
        assertThat(folder.resolve("weft-v1.schema.json"))
                .hasSameTextualContentAs(Path.of("src/main/resources/io/weft/spec/weft-v1.schema.json"));
        Run validate = Run.of("validate", file);
        assertThat(validate.code()).isZero();
        assertThat(validate.out())
                .isEqualTo("`demo` is valid: 3 organizations, 3 ordering nodes, 4 peers, 1 channel.\n");
        assertThat(NetworkSpecs.load(Path.of(file)).network().fabric().version())
                .hasToString("2.5.16");
    }

    @Test
    void init_does_not_overwrite() throws IOException {
        Path file = Files.writeString(folder.resolve("network.yaml"), "mine");
        Run run = Run.of("init", file.toString());
        assertThat(run.code()).isEqualTo(ExitCode.CONFLICT);
        assertThat(run.err()).isEqualTo("weft: `" + file + "` exists already; give another name.\n");
        assertThat(file).hasContent("mine");
    }

    @Test
    void init_says_where_it_cannot_write() {
        Run run = Run.of("init", folder.resolve("none/network.yaml").toString());
        assertThat(run.code()).isEqualTo(ExitCode.REJECTED);
        assertThat(run.err()).contains("Cannot write `" + folder.resolve("none/network.yaml"));
    }

    @Test
    void an_invalid_spec_is_reported_with_all_its_problems_on_the_error_output() throws IOException {
        Run run = Run.of("validate", INVALID);
        assertThat(run.code()).isEqualTo(ExitCode.INVALID_SPEC);
        assertThat(run.out()).isEmpty();
        GoldenFile.assertMatches("cli/invalid.txt", run.err());
    }

    @Test
    void problems_are_also_there_for_machines() throws IOException {
        Run run = Run.of("validate", INVALID, "-o", "json");
        assertThat(run.code()).isEqualTo(ExitCode.INVALID_SPEC);
        assertThat(run.err()).isEmpty();
        GoldenFile.assertMatches("cli/invalid.json", run.out());
        assertThat(new ObjectMapper()
                        .readTree(Run.of("validate", SPEC, "-o", "JSON").out())
                        .get("valid")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void a_spec_that_is_not_there_is_an_invalid_spec() {
        Run run = Run.of("validate", "no-such.yaml");
        assertThat(run.code()).isEqualTo(ExitCode.INVALID_SPEC);
        assertThat(run.err()).contains("no-such.yaml");
    }

    @Test
    void what_show_prints_reads_back_as_the_same_network() throws IOException {
        Run run = Run.of("show", SPEC, "-n", "elsewhere");
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(NetworkSpecs.parse("shown.yaml", run.out()).network())
                .isEqualTo(NetworkSpecs.load(Path.of(SPEC), Optional.of("elsewhere"))
                        .network());
        String json = Run.of("show", SPEC, "-o", "json").out();
        assertThat(NetworkSpecs.parse("shown.json", json).network())
                .isEqualTo(NetworkSpecs.load(Path.of(SPEC)).network());
    }

    @Test
    void the_schema_is_valid_json_and_the_shipped_file() throws IOException {
        Run run = Run.of("schema");
        assertThat(run.code()).isZero();
        JsonNode schema = new ObjectMapper().readTree(run.out());
        assertThat(schema.get("$schema").asText()).contains("2020-12");
        assertThat(run.out())
                .isEqualTo(Files.readString(Path.of("src/main/resources/io/weft/spec/weft-v1.schema.json")));
    }

    @Test
    void render_writes_values_and_manifests_of_every_release_and_no_key() throws IOException {
        Path target = folder.resolve("gitops");
        Run run = Run.of("render", SPEC, "--to", target.toString(), "--network-id", "4f9c2e81aa");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        List<Path> files;
        try (Stream<Path> tree = Files.walk(target)) {
            files = tree.filter(Files::isRegularFile).sorted().toList();
        }
        GoldenFile.assertMatches(
                "cli/render.txt",
                files.stream().map(file -> target.relativize(file) + "\n").collect(Collectors.joining()));
        assertThat(run.out()).isEqualTo("Wrote " + files.size() + " files to " + target + ".\n");
        for (Path file : files) {
            assertThat(Files.readString(file, StandardCharsets.UTF_8))
                    .as(file.toString())
                    .doesNotContain("PRIVATE KEY", "kind: Secret");
            if (file.endsWith("manifest.yaml")) {
                assertThat(file).content().contains("4f9c2e81aa");
            }
        }
        GoldenFile.assertMatches(
                "cli/render-values.yaml", Files.readString(target.resolve("trade/org2-peer0/values.yaml")));
    }

    @Test
    void render_does_not_write_into_a_folder_with_something_in_it() throws IOException {
        Files.writeString(folder.resolve("mine"), "");
        Run run = Run.of("render", SPEC, "--to", folder.toString());
        assertThat(run.code()).isEqualTo(ExitCode.CONFLICT);
        assertThat(folder.toFile().list()).containsExactly("mine");
    }
}
