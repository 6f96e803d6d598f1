package io.weft.charts;

import static io.weft.charts.Chart.at;
import static io.weft.charts.Chart.list;
import static io.weft.charts.Chart.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Renders each chart with the values of each folder of {@code golden/charts/<chart>/<case>/} and looks at the manifests.
 * {@code -Dgolden.update=true} rewrites the expected ones.
 */
class ChartRenderingTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "charts");
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");
    private static final String RELEASE = "org1-node0";

    /** Volume types that Pod Security {@code restricted} allows and that need no rights of their own. */
    private static final Set<String> VOLUME_TYPES = Set.of("name", "configMap", "emptyDir", "projected", "secret");

    @TempDir
    static Path temporary;

    private static final Map<String, String> MANIFESTS = new HashMap<>();

    /** One folder with values, and what Helm makes of them. */
    record Case(String chart, String name) {
        Path file(String file) {
            return GOLDEN.resolve(chart).resolve(name).resolve(file);
        }

        String manifest() {
            return MANIFESTS.get(toString());
        }

        List<Map<String, Object>> objects() {
            return Chart.objects(manifest());
        }

        /** The objects that have pods: the StatefulSet or Deployment. */
        List<Map<String, Object>> workloads() {
            return objects().stream()
                    .filter(o -> at(o, "spec", "template") != null)
                    .toList();
        }

        @Override
        public String toString() {
            return chart + " " + name;
        }
    }

    static Stream<Case> cases() {
        List<Case> result = new ArrayList<>();
        for (String chart : Chart.NAMES) {
            try (Stream<Path> folders = Files.list(GOLDEN.resolve(chart))) {
                folders.map(folder -> new Case(chart, folder.getFileName().toString()))
                        .sorted(Comparator.comparing(Case::name))
                        .forEach(result::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return result.stream();
    }

    @BeforeAll
    static void render() {
        Map<String, Chart> charts = new HashMap<>();
        for (String name : Chart.NAMES) {
            charts.put(name, Chart.place(name, temporary));
        }
        cases().forEach(c -> MANIFESTS.put(c.toString(), charts.get(c.chart()).render(RELEASE, c.file("values.yaml"))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void the_manifest_is_the_expected_one(Case c) throws IOException {
        Path expected = c.file("manifest.yaml");
        if (UPDATE) {
            Files.writeString(expected, c.manifest());
        }
        assertThat(c.manifest()).isEqualTo(Files.readString(expected));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void pods_fit_the_restricted_profile(Case c) {
        assertThat(c.workloads()).hasSize(1);
        for (Map<String, Object> workload : c.workloads()) {
            Map<String, Object> pod = map(at(workload, "spec", "template", "spec"));
            assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
            assertThat(at(pod, "securityContext", "seccompProfile", "type")).isEqualTo("RuntimeDefault");
            assertThat(at(pod, "automountServiceAccountToken")).isEqualTo(false);
            assertThat(at(pod, "enableServiceLinks")).isEqualTo(false);
            assertThat(pod).doesNotContainKeys("hostNetwork", "hostPID", "hostIPC");
            for (Object volume : list(pod.get("volumes"))) {
                assertThat(VOLUME_TYPES).containsAll(map(volume).keySet());
            }
            for (Map<String, Object> container : containers(pod)) {
                Map<String, Object> security = map(container.get("securityContext"));
                assertThat(security)
                        .containsEntry("allowPrivilegeEscalation", false)
                        .containsEntry("privileged", false)
                        .containsEntry("readOnlyRootFilesystem", true)
                        .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
                assertThat(security.getOrDefault("runAsUser", 1)).isNotEqualTo(0);
                for (Object port : list(container.get("ports"))) {
                    assertThat(map(port)).doesNotContainKey("hostPort");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void containers_have_requests_and_probes(Case c) {
        for (Map<String, Object> workload : c.workloads()) {
            for (Map<String, Object> container : containers(map(at(workload, "spec", "template", "spec")))) {
                assertThat(map(at(container, "resources", "requests"))).containsOnlyKeys("cpu", "memory");
                assertThat(container).containsKey("livenessProbe");
                boolean onlyListens = c.chart().equals("fabric-chaincode");
                assertThat(container.containsKey("startupProbe")).isEqualTo(!onlyListens);
                if (!onlyListens) {
                    assertThat(at(container, "startupProbe", "periodSeconds")).isEqualTo(1);
                    assertThat(map(container.get("startupProbe"))).doesNotContainKey("initialDelaySeconds");
                } else {
                    // Who starts slowly must not be killed for it.
                    assertThat((Integer) at(container, "livenessProbe", "initialDelaySeconds"))
                            .isGreaterThanOrEqualTo(300);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void no_manifest_holds_or_makes_a_secret(Case c) {
        assertThat(c.manifest()).doesNotContain("BEGIN ").doesNotContain("PRIVATE KEY");
        assertThat(c.objects()).noneMatch(o -> "Secret".equals(o.get("kind")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void selectors_name_only_what_never_changes(Case c) {
        Map<String, Object> expected = Map.of(
                "app.kubernetes.io/name", c.chart(),
                "app.kubernetes.io/instance", RELEASE,
                "app.kubernetes.io/component", c.chart().substring("fabric-".length()));
        for (Map<String, Object> object : c.objects()) {
            if ("Service".equals(object.get("kind"))) {
                assertThat(at(object, "spec", "selector")).isEqualTo(expected);
            }
        }
        for (Map<String, Object> workload : c.workloads()) {
            assertThat(at(workload, "spec", "selector", "matchLabels")).isEqualTo(expected);
            assertThat(map(at(workload, "spec", "template", "metadata", "labels")))
                    .containsAllEntriesOf(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void objects_are_named_after_the_release_and_fully_labelled(Case c) {
        for (Map<String, Object> object : c.objects()) {
            assertThat(at(object, "metadata", "name").toString()).startsWith(RELEASE);
            assertThat(at(object, "metadata", "namespace")).isEqualTo("trade");
            assertThat(map(at(object, "metadata", "labels")))
                    .containsEntry("app.kubernetes.io/managed-by", "Helm")
                    .containsEntry("app.kubernetes.io/name", c.chart())
                    .containsKeys("app.kubernetes.io/part-of", "helm.sh/chart");
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void common_labels_and_annotations_reach_every_object_and_volume_claim(Case c) {
        if (!c.name().equals("complete")) {
            return;
        }
        for (Map<String, Object> object : c.objects()) {
            List<Object> metadata = new ArrayList<>(List.of(object.get("metadata")));
            list(at(object, "spec", "volumeClaimTemplates")).forEach(claim -> metadata.add(at(claim, "metadata")));
            for (Object m : metadata) {
                assertThat(map(at(m, "labels")))
                        .containsEntry("app.kubernetes.io/managed-by", "Helm")
                        .containsEntry("app.kubernetes.io/part-of", "trade")
                        .containsEntry("weft.io/network-id", "7f3a9c21");
                assertThat(map(at(m, "annotations"))).containsEntry("weft.io/network-id", "7f3a9c21");
            }
        }
        for (Map<String, Object> workload : c.workloads()) {
            assertThat(map(at(workload, "spec", "template", "metadata", "labels")))
                    .containsEntry("weft.io/network-id", "7f3a9c21")
                    .containsEntry("team", "ledger");
        }
    }

    @Test
    void an_ordering_node_of_2_5_gets_no_key_that_it_would_refuse() {
        Map<String, Object> old = configuration(new Case("fabric-orderer", "complete"), "orderer.yaml");
        Map<String, Object> current = configuration(new Case("fabric-orderer", "minimal"), "orderer.yaml");
        assertThat(map(old.get("General"))).doesNotContainKeys("Throttling", "Backoff");
        assertThat(map(at(old, "General", "Cluster"))).doesNotContainKey("ReplicationPolicy");
        assertThat(map(current.get("General"))).containsKeys("Throttling", "Backoff");
        for (Map<String, Object> configuration : List.of(old, current)) {
            assertThat(configuration).doesNotContainKey("Kafka");
            assertThat(at(configuration, "General", "BootstrapMethod")).isEqualTo("none");
            assertThat(at(configuration, "ChannelParticipation", "Enabled")).isEqualTo(true);
            assertThat(at(configuration, "Admin", "TLS", "ClientAuthRequired")).isEqualTo(true);
        }
    }

    @Test
    void settings_of_the_user_are_laid_over_the_generated_ones() {
        Map<String, Object> orderer = configuration(new Case("fabric-orderer", "complete"), "orderer.yaml");
        assertThat(at(orderer, "General", "Keepalive"))
                .isEqualTo(Map.of("ServerMinInterval", "30s", "ServerInterval", "7200s", "ServerTimeout", "20s"));
        assertThat(at(orderer, "General", "MaxRecvMsgSize")).isEqualTo(209715200);
        Map<String, Object> peer = configuration(new Case("fabric-peer", "complete"), "core.yaml");
        assertThat(at(peer, "peer", "limits", "concurrency"))
                .isEqualTo(Map.of("endorserService", 2500, "deliverService", 2500, "gatewayService", 1000));
    }

    @Test
    void a_peer_has_no_docker_endpoint_and_takes_blocks_from_the_ordering_service() {
        for (String name : List.of("minimal", "couchdb", "complete")) {
            Map<String, Object> core = configuration(new Case("fabric-peer", name), "core.yaml");
            assertThat(core).doesNotContainKey("vm");
            assertThat(at(core, "peer", "chaincodeListenAddress")).isEqualTo("0.0.0.0:7052");
            assertThat(at(core, "peer", "gossip", "orgLeader")).isEqualTo(true);
            assertThat(at(core, "peer", "gossip", "useLeaderElection")).isEqualTo(false);
            assertThat(at(core, "peer", "gossip", "state", "enabled")).isEqualTo(false);
            assertThat(at(core, "peer", "deliveryclient", "blockGossipEnabled")).isEqualTo(false);
        }
    }

    @Test
    void bootstrap_peers_are_separated_by_blanks_as_viper_reads_lists() {
        Map<String, Object> core = configuration(new Case("fabric-peer", "couchdb"), "core.yaml");
        assertThat(at(core, "peer", "gossip", "bootstrap"))
                .isEqualTo("org1-peer1.org1.svc:7051 org1-peer2.org1.svc:7051");
        assertThat(at(core, "peer", "gossip", "externalEndpoint")).isEqualTo("peer0.org1.example.com:443");
    }

    @Test
    void couchdb_is_a_native_sidecar_with_a_claim_of_its_own() {
        Map<String, Object> peer =
                new Case("fabric-peer", "couchdb").workloads().get(0);
        Map<String, Object> sidecar =
                map(list(at(peer, "spec", "template", "spec", "initContainers")).get(0));
        assertThat(sidecar).containsEntry("restartPolicy", "Always").containsEntry("name", "couchdb");
        assertThat(list(at(peer, "spec", "volumeClaimTemplates")))
                .extracting(claim -> at(claim, "metadata", "name"))
                .containsExactly("data", "couchdb");
    }

    @Test
    void the_certificate_authority_mounts_only_its_own_key_of_the_ca_keys() {
        Map<String, Object> ca = new Case("fabric-ca", "minimal").workloads().get(0);
        List<Object> items = new ArrayList<>();
        for (Object volume : list(at(ca, "spec", "template", "spec", "volumes"))) {
            for (Object source : list(at(volume, "projected", "sources"))) {
                if ("org1-ca-keys".equals(at(source, "secret", "name"))) {
                    list(at(source, "secret", "items")).forEach(item -> items.add(at(item, "key")));
                }
            }
        }
        assertThat(items).containsExactly("ca.crt", "ca.key");
    }

    private static Map<String, Object> configuration(Case c, String file) {
        return c.objects().stream()
                .filter(o -> "ConfigMap".equals(o.get("kind")))
                .map(o -> Chart.yamlMap(at(o, "data", file).toString()))
                .findFirst()
                .orElseThrow();
    }

    private static List<Map<String, Object>> containers(Map<String, Object> pod) {
        List<Map<String, Object>> result = new ArrayList<>();
        list(pod.get("initContainers")).forEach(container -> result.add(map(container)));
        list(pod.get("containers")).forEach(container -> result.add(map(container)));
        return result;
    }
}
