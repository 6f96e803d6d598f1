package io.weft.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FixedStorageTest {
    private static Map<String, Object> values(Map<String, Object> persistence) {
        return Map.of("image", "x", "persistence", persistence);
    }

    private static List<String> differences(Map<String, Object> made, Map<String, Object> wanted) {
        return FixedStorage.differences(made, wanted);
    }

    @Test
    void what_is_not_storage_may_change() {
        assertThat(differences(
                        Map.of("image", "a:1", "persistence", Map.of("size", "1Gi", "whenDeleted", "Retain")),
                        Map.of("image", "a:2", "persistence", Map.of("size", "1Gi", "whenDeleted", "Delete"))))
                .isEmpty();
        assertThat(differences(Map.of("stateDatabase", "goleveldb"), Map.of())).isEmpty();
    }

    @Test
    void size_and_class_are_named_with_both_values_and_what_to_do() {
        assertThat(differences(values(Map.of("size", "1Gi")), values(Map.of("size", "5Gi"))))
                .singleElement()
                .asString()
                .startsWith("`persistence.size` is `1Gi` and shall be `5Gi`, which Kubernetes refuses")
                .contains("weft down");
        assertThat(differences(values(Map.of()), values(Map.of("storageClass", "fast"))))
                .singleElement()
                .asString()
                .startsWith("`persistence.storageClass` is the cluster's default and shall be `fast`");
        assertThat(differences(values(Map.of()), values(Map.of("enabled", false))))
                .hasSize(1);
    }

    @Test
    void another_state_database_needs_another_claim_and_is_one_difference() {
        Map<String, Object> couchdb =
                Map.of("stateDatabase", "CouchDB", "couchdb", Map.of("persistence", Map.of("size", "5Gi")));
        assertThat(differences(Map.of(), couchdb))
                .singleElement()
                .asString()
                .startsWith("`stateDatabase` is `goleveldb` and shall be `CouchDB`");
        assertThat(differences(couchdb, Map.of())).hasSize(1);
    }

    @Test
    void the_database_s_own_claim_counts_too() {
        assertThat(differences(
                        Map.of("stateDatabase", "CouchDB", "couchdb", Map.of("persistence", Map.of("size", "5Gi"))),
                        Map.of("stateDatabase", "CouchDB", "couchdb", Map.of("persistence", Map.of("size", "9Gi")))))
                .singleElement()
                .asString()
                .startsWith("`couchdb.persistence.size` is `5Gi`");
    }
}
