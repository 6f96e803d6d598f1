package io.weft.charts;

import static io.weft.charts.Chart.at;
import static io.weft.charts.Chart.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** What the charts' values may be, and what a user hears when they are not. */
class ChartValuesTest {
    /** What Helm itself puts among a chart's values: the library's and the global ones. */
    private static final Set<String> OF_HELM = Set.of("global", "weft-common");

    /** Maps whose keys are the user's: they are free in the schema. */
    private static final Set<String> FREE = Set.of(
            "global",
            "weft-common",
            "affinity",
            "affiliations",
            "config",
            "requests",
            "limits",
            "matchLabels",
            "annotations",
            "nodeSelector",
            "podLabels",
            "podAnnotations",
            "commonLabels",
            "commonAnnotations");

    @TempDir
    static Path temporary;

    private static final Map<String, Chart> PLACED = new HashMap<>();

    @BeforeAll
    static void place() {
        Chart.NAMES.forEach(name -> PLACED.put(name, Chart.place(name, temporary)));
    }

    @ParameterizedTest
    @FieldSource("io.weft.charts.Chart#NAMES")
    void values_and_schema_have_the_same_keys(String chart) throws IOException {
        Set<String> inValues = new TreeSet<>();
        Set<String> inSchema = new TreeSet<>();
        collectValues("", values(chart), inValues);
        collectSchema("", schema(chart), inSchema);
        assertThat(inSchema).isEqualTo(inValues);
    }

    @ParameterizedTest
    @FieldSource("io.weft.charts.Chart#NAMES")
    void every_object_of_the_schema_is_closed_unless_its_keys_are_the_users(String chart) throws IOException {
        List<String> open = new ArrayList<>();
        collectOpen("", schema(chart), open);
        assertThat(open).isEmpty();
    }

    @Test
    void charts_agree_on_the_values_they_share() throws IOException {
        Map<String, Object> first = new HashMap<>();
        Set<String> own = Set.of("persistence", "identity", "logging", "config", "image", "mspId");
        for (String chart : Chart.NAMES) {
            map(at(schema(chart), "properties")).forEach((key, definition) -> {
                Object earlier = own.contains(key) ? null : first.putIfAbsent(key, definition);
                if (earlier != null) {
                    assertThat(definition).as("%s of %s", key, chart).isEqualTo(earlier);
                }
            });
        }
        assertThat(first).containsKeys("tolerations", "securityContext", "probes");
    }

    @ParameterizedTest
    @FieldSource("io.weft.charts.Chart#NAMES")
    void an_unknown_key_is_refused_at_the_root_and_below(String chart) {
        Chart placed = PLACED.get(chart);
        assertThatThrownBy(() -> placed.render("r", "imagePolicy: Always"))
                .hasMessageContaining("'imagePolicy' not allowed");
        assertThatThrownBy(() -> placed.render("r", "service: {port: 1}")).hasMessageContaining("'port' not allowed");
    }

    @ParameterizedTest
    @FieldSource("io.weft.charts.Chart#NAMES")
    void root_as_a_user_is_refused(String chart) {
        Chart placed = PLACED.get(chart);
        assertThatThrownBy(() -> placed.render("r", "securityContext: {runAsUser: 0}"))
                .hasMessageContaining("/securityContext/runAsUser");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fabric-orderer   | identity: {secretName: s}                                   | `mspId` is missing
            fabric-orderer   | mspId: M                                                    | `adminca.crt` and `config.yaml`
            fabric-peer      | identity: {secretName: s}                                   | `mspId` is missing
            fabric-peer      | mspId: M                                                    | `tlsca.crt` and `config.yaml`
            fabric-peer      | {mspId: M, identity: {secretName: s}, stateDatabase: CouchDB} | `couchdb.secretName` is missing
            fabric-ca        | server: {secretName: s}                                     | the keys `ca.crt` and `ca.key`
            fabric-ca        | ca: {secretName: s}                                         | `username` and `password`
            fabric-ca        | {ca: {secretName: s}, server: {secretName: s}, config: {registry: {}}} | `config.registry` cannot be set
            fabric-chaincode | image: i                                                    | `packageId` is missing
            fabric-chaincode | packageId: ''                                               | is missing
            """)
    void what_is_missing_is_named_together_with_what_it_must_hold(String chart, String values, String message) {
        Chart placed = PLACED.get(chart);
        assertThatThrownBy(() -> placed.render("r", values)).hasMessageContaining(message);
    }

    @Test
    void a_chaincode_that_serves_tls_needs_its_secret() {
        String values = "{image: i, packageId: 'a:" + "0".repeat(64) + "', tls: {enabled: true}}";
        assertThatThrownBy(() -> PLACED.get("fabric-chaincode").render("r", values))
                .hasMessageContaining("`tls.secretName` is missing");
    }

    @ParameterizedTest
    @CsvSource({"2.4.9", "1.4.12", "3.1", "latest"})
    void a_version_that_the_configuration_is_not_made_for_is_refused(String version) {
        for (String chart : List.of("fabric-orderer", "fabric-peer")) {
            assertThatThrownBy(() -> PLACED.get(chart).render("r", "fabricVersion: '" + version + "'"))
                    .hasMessageContaining("/fabricVersion");
        }
    }

    @Test
    void a_release_name_that_leaves_no_room_for_the_hash_of_a_stateful_set_is_refused() {
        String values = "{mspId: M, identity: {secretName: s}}";
        Chart peer = PLACED.get("fabric-peer");
        assertThat(peer.render("a".repeat(52), values)).contains("a".repeat(52));
        assertThatThrownBy(() -> peer.render("a".repeat(53), values)).hasMessageContaining("at most 52");
    }

    private static void collectValues(String prefix, Map<String, Object> values, Set<String> keys) {
        values.forEach((key, value) -> {
            keys.add(prefix + key);
            if (value instanceof Map && !FREE.contains(key)) {
                collectValues(prefix + key + ".", map(value), keys);
            }
        });
    }

    private static void collectSchema(String prefix, Map<String, Object> schema, Set<String> keys) {
        map(schema.getOrDefault("properties", Map.of())).forEach((key, definition) -> {
            if (!OF_HELM.contains(key)) {
                keys.add(prefix + key);
                collectSchema(prefix + key + ".", map(definition), keys);
            }
        });
    }

    private static void collectOpen(String path, Map<String, Object> schema, List<String> open) {
        String key = path.substring(path.lastIndexOf('.') + 1);
        if ("object".equals(schema.get("type"))
                && !Boolean.FALSE.equals(schema.get("additionalProperties"))
                && !FREE.contains(key)) {
            open.add(path);
        }
        map(schema.getOrDefault("properties", Map.of()))
                .forEach((name, definition) -> collectOpen(path + "." + name, map(definition), open));
    }

    private static Map<String, Object> values(String chart) throws IOException {
        return Chart.yamlMap(Files.readString(Chart.source(chart, "values.yaml")));
    }

    private static Map<String, Object> schema(String chart) throws IOException {
        return Chart.yamlMap(Files.readString(Chart.source(chart, "values.schema.json")));
    }
}
