package io.weft.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftTest {
    private static Map<String, Object> yaml(String text) {
        return Data.documents(text).get(0);
    }

    private static List<String> compare(String wanted, String found) {
        return Drift.compare(yaml(wanted), yaml(found)).stream()
                .map(field -> field.path() + ": " + field.wanted() + " -> " + field.found())
                .toList();
    }

    @Test
    void what_kubernetes_adds_is_not_drift() {
        assertThat(compare(
                        "{spec: {ports: [{name: a, port: 1}], selector: {}, x: null}}",
                        "{spec: {ports: [{name: a, port: 1, protocol: TCP}], type: ClusterIP}, status: {a: 1}}"))
                .isEmpty();
    }

    @Test
    void a_changed_and_a_removed_field_are_named_by_their_path() {
        assertThat(compare("{spec: {a: 1, b: {c: yes}}}", "{spec: {a: 2, b: {}}}"))
                .containsExactly("spec.a: 1 -> 2", "spec.b.c: true -> null");
    }

    @Test
    void named_items_are_found_wherever_they_stand_and_others_beside_them_do_not_count() {
        assertThat(compare(
                        "{containers: [{name: a, image: x}, {name: b, image: y}]}",
                        "{containers: [{name: mesh, image: m}, {name: b, image: z}, {name: a, image: x}]}"))
                .containsExactly("containers[b].image: y -> z");
        assertThat(compare("{env: [{name: A, value: '1'}]}", "{env: []}")).isNotEmpty();
    }

    @Test
    void mounts_of_one_volume_are_told_apart_by_their_path() {
        assertThat(compare(
                        "{volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b, subPath: s}]}",
                        "{volumeMounts: [{name: v, mountPath: /b, subPath: s}, {name: v, mountPath: /a}]}"))
                .isEmpty();
    }

    @Test
    void lists_of_texts_are_compared_by_position_and_length() {
        assertThat(compare("{args: [a, b]}", "{args: [a, c]}")).containsExactly("args[1]: b -> c");
        assertThat(compare("{args: [a]}", "{args: [a, b]}")).containsExactly("args: [a] -> [a, b]");
    }

    @Test
    void amounts_are_equal_however_they_are_written_but_only_where_amounts_stand() {
        assertThat(compare(
                        "{resources: {requests: {cpu: 0.5, memory: 1024Mi}}}",
                        "{resources: {requests: {cpu: 500m, memory: 1Gi}}}"))
                .isEmpty();
        assertThat(compare("{data: {value: '1000m'}}", "{data: {value: '1'}}")).hasSize(1);
    }

    @Test
    void a_number_and_the_same_number_as_text_are_one_port() {
        assertThat(compare("{targetPort: 7051}", "{targetPort: '7051'}")).isEmpty();
    }

    @Test
    void dates_in_manifests_stay_text() {
        assertThat(yaml("{day: 2026-11-22, octal: 0440}"))
                .containsEntry("day", "2026-11-22")
                .containsEntry("octal", 288);
    }

    @ParameterizedTest
    @CsvSource({"1, 1000m", "0.1, 100m", "1Gi, 1073741824", "1e3, 1k", "1.5Gi, 1536Mi", ".5, 500m", "1M, 1000k"})
    void quantities_of_the_same_amount_are_the_same(String one, String other) {
        assertThat(Quantity.same(one, other)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1Gi, 1G", "1, 1m", "10GB, 10G", "a, a", "1 G, 1G"})
    void other_quantities_are_not(String one, String other) {
        assertThat(Quantity.same(one, other)).isFalse();
    }
}
