package io.weft.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.weft.kubernetes.Json;
import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmptyVolumesTest {
    private static final Map<String, Object> COUCHDB = Map.of(
            "name",
            "couchdb",
            "image",
            "couchdb:3.4.2",
            "securityContext",
            Map.of("runAsUser", 5984),
            "volumeMounts",
            List.of(Map.of("name", "couchdb", "mountPath", "/opt/couchdb/data")));
    private static final Map<String, Object> PEER = Map.of(
            "name",
            "peer",
            "image",
            "fabric-peer:3.1.5",
            "securityContext",
            Map.of("readOnlyRootFilesystem", true),
            "volumeMounts",
            List.of(
                    Map.of("name", "fabric", "mountPath", "/etc/hyperledger/fabric"),
                    Map.of("name", "data", "mountPath", "/var/hyperledger")));

    private static KubeObject statefulSet(List<Object> initContainers) {
        return new KubeObject(
                Kind.STATEFUL_SET,
                Map.of(
                        "metadata",
                        Map.of("name", "org1-peer0", "namespace", "trade", "uid", "u1"),
                        "spec",
                        Map.of(
                                "template",
                                Map.of("spec", Map.of("initContainers", initContainers, "containers", List.of(PEER))),
                                "volumeClaimTemplates",
                                List.of(
                                        Map.of("metadata", Map.of("name", "data")),
                                        Map.of("metadata", Map.of("name", "couchdb"))))));
    }

    private static List<Object> initContainers(Map<String, Object> patch) {
        return Json.list(patch, "spec", "template", "spec", "initContainers");
    }

    @Test
    void each_volume_is_emptied_by_the_image_and_the_user_that_write_to_it_before_anything_starts() {
        Map<String, Object> patch = EmptyVolumes.patch(statefulSet(List.of(COUCHDB)), "one");

        assertThat(Json.text(patch, "metadata", "uid")).isEqualTo("u1");
        assertThat(initContainers(patch))
                .extracting(
                        container -> Json.text(container, "name"),
                        container -> Json.text(container, "image"),
                        container -> Json.map(container, "securityContext"))
                .containsExactly(
                        tuple("wipe-data", "fabric-peer:3.1.5", Map.of("readOnlyRootFilesystem", true)),
                        tuple("wipe-couchdb", "couchdb:3.4.2", Map.of("runAsUser", 5984)),
                        tuple("couchdb", "couchdb:3.4.2", Map.of("runAsUser", 5984)));
    }

    @Test
    void a_second_wipe_takes_the_place_of_the_first() {
        List<Object> first = initContainers(EmptyVolumes.patch(statefulSet(List.of(COUCHDB)), "one"));

        List<Object> second = initContainers(EmptyVolumes.patch(statefulSet(first), "two"));

        assertThat(second).isEqualTo(initContainers(EmptyVolumes.patch(statefulSet(List.of(COUCHDB)), "two")));
        assertThat(second).isNotEqualTo(first);
    }

    /** The script runs as it is, with a folder of this machine in place of the volume. */
    @Test
    void a_volume_is_emptied_once_for_each_word(@TempDir Path volume) throws Exception {
        Path kept = Files.createDirectories(volume.resolve("lost+found")).resolve("inode");
        Path ledger = volume.resolve("production/ledgersData/a b");
        Path hidden = volume.resolve(".config");
        for (String word : List.of("one", "two")) {
            Files.createDirectories(ledger.getParent());
            for (Path file : List.of(kept, ledger, hidden)) {
                Files.writeString(file, "old");
            }
            run(volume, word);
            assertThat(volume.resolve("production")).doesNotExist();
            assertThat(hidden).doesNotExist();
            assertThat(kept).exists();

            Files.createDirectories(ledger.getParent());
            Files.writeString(ledger, "new");
            run(volume, word);
            assertThat(ledger).hasContent("new");
        }
    }

    private static void run(Path volume, String word) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("sh", "-euc", EmptyVolumes.SCRIPT).directory(volume.toFile());
        shell.environment().put("WIPE", word);
        Process process = shell.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
