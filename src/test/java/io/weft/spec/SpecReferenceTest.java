package io.weft.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/spec.md} equal to what the JSON Schema says; {@code -Dgolden.update=true} rewrites it. */
class SpecReferenceTest {
    private static final Path REFERENCE = Path.of("docs/spec.md");

    @Test
    void the_reference_is_current() throws IOException {
        String current = SpecReference.of(new ObjectMapper().readTree(SpecSchema.text()));
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(REFERENCE, current);
        }
        assertThat(REFERENCE).content().isEqualTo(current);
    }

    @Test
    void every_key_of_the_schema_has_a_row() throws IOException {
        String reference = Files.readString(REFERENCE);
        List<String> keys = new ArrayList<>();
        collect(new ObjectMapper().readTree(SpecSchema.text()), keys);

        assertThat(keys).hasSizeGreaterThan(100);
        assertThat(keys)
                .allSatisfy(key -> assertThat(reference).containsPattern("\\| (\\*\\*)?`" + key + "`(\\*\\*)? \\|"));
    }

    private static void collect(JsonNode schema, List<String> keys) {
        schema.path("properties").fieldNames().forEachRemaining(keys::add);
        schema.properties().stream()
                .filter(child -> !List.of("default", "examples").contains(child.getKey()))
                .map(java.util.Map.Entry::getValue)
                .filter(JsonNode::isObject)
                .forEach(child -> collect(child, keys));
    }
}
