package io.weft.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Ordering;
import io.weft.model.Organization;
import io.weft.model.StateDatabase;
import io.weft.problem.InvalidSpecException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkSpecsTest {
    private static final String EXPANDED = """
            apiVersion: weft/v1
            kind: Network
            metadata: {name: trade, namespace: fabric}
            fabric:
              version: 2.5.16
              caVersion: 1.5.20
              images: {registry: "registry.example.com:5000/mirror", orderer: "example.com/orderer:9", pullPolicy: Always, pullSecrets: [login]}
            validity: {ca: 20y, node: 90d, user: 1h30m}
            organizations:
              - name: acme-labs
                namespace: acme
                subject: {country: NO, locality: Oslo, organization: "Acme, Ltd."}
                ca: {storage: 2Gi}
                orderers: [{name: alpha, hosts: [alpha.example.com], resources: {limits: {memory: 32Mi, cpu: 2}}}]
                peers:
                  - {name: p, stateDatabase: couchdb, storageClass: fast, resources: {requests: {cpu: .5}}}
                  - {name: q}
                users: [{name: alice, attributes: {role: auditor, level: 3, admin: false}}]
              - {name: observer, mspId: Watch.MSP, peers: 1, users: 0}
            channels:
              - name: trading
                ordering:
                  consenters: [acme-labs/alpha]
                  batch: {timeout: 250ms, maxMessages: 10, preferredMaxBytes: 524288, absoluteMaxBytes: 99Mi}
                  options: {tickInterval: 300ms, electionTick: 50, snapshotIntervalSize: 20Mi}
                members:
                  - {organization: acme-labs, peers: [q, p], anchorPeers: [p]}
                  - observer
                policies: {Application/Admins: ANY Admins}
                acls: {peer/Propose: /Channel/Application/Writers}
                capabilities: {application: V2_0}
                chaincodes:
                  - name: asset
                    version: "1.0"
                    image: localhost:5000/asset@sha256:0123456789012345678901234567890123456789012345678901234567890123
                    endorsement: "OR('AcmeLabsMSP.peer')"
                    collections:
                      - {name: secret, policy: "OR('AcmeLabsMSP.member')", requiredPeerCount: 1, blockToLive: 3000000000}
                    init: {function: InitLedger, arguments: [a, 1, true]}
                    tls: true
                    organizations: [acme-labs]
                    port: 8080
                    environment: {LEVEL: 1.10, DEBUG: true}
                    values: {replicaCount: 2, nodeSelector: {disk: ssd}}
            """;

    private static Network network() {
        return NetworkSpecs.parse("expanded.yaml", EXPANDED).network();
    }

    @Test
    void images_follow_from_registry_and_versions_unless_given() {
        assertThat(network().fabric().images().peer())
                .isEqualTo("registry.example.com:5000/mirror/hyperledger/fabric-peer:2.5.16");
        assertThat(network().fabric().images().ca())
                .isEqualTo("registry.example.com:5000/mirror/hyperledger/fabric-ca:1.5.20");
        assertThat(network().fabric().images().couchdb()).isEqualTo("registry.example.com:5000/mirror/couchdb:3.4.2");
        assertThat(network().fabric().images().orderer()).isEqualTo("example.com/orderer:9");
        assertThat(network().fabric().images().pullSecrets()).containsExactly("login");
    }

    @Test
    void images_come_from_docker_hub_by_default() {
        Network network = NetworkSpecs.parse(
                        "a.yaml",
                        "{apiVersion: weft/v1, kind: Network, metadata: {name: a}, fabric: {version: 3.1.5}, organizations:"
                                + " [{name: o, peers: 1}]}")
                .network();

        assertThat(network.fabric().images().peer()).isEqualTo("docker.io/hyperledger/fabric-peer:3.1.5");
        assertThat(network.fabric().images().couchdb()).isEqualTo("docker.io/library/couchdb:3.4.2");
        assertThat(network.namespace()).isEqualTo("a");
        assertThat(network.organization("o").clientNames()).containsExactly("admin", "user1");
    }

    @Test
    void an_organization_says_everything_about_itself() {
        Organization acme = network().organization("acme-labs");

        assertThat(acme.mspId()).hasToString("AcmeLabsMSP");
        assertThat(acme.subject().country()).contains("NO");
        assertThat(acme.subject().state()).isEmpty();
        assertThat(acme.subject().organization()).isEqualTo("Acme, Ltd.");
        assertThat(acme.ca().storage()).isEqualTo("2Gi");
        assertThat(acme.orderingNode("alpha").workload().hosts()).containsExactly("alpha.example.com");
        assertThat(acme.peer("p").stateDatabase()).isEqualTo(StateDatabase.COUCHDB);
        assertThat(acme.peer("p").workload().storageClass()).contains("fast");
        assertThat(acme.users().get(0).attributes())
                .containsExactly(entry("role", "auditor"), entry("level", "3"), entry("admin", "false"));
        assertThat(network().organization("observer").mspId()).hasToString("Watch.MSP");
        assertThat(network().namespaces()).containsExactly("fabric", "acme");
    }

    @Test
    void default_requests_fill_up_the_given_ones_and_give_way_to_limits() {
        Organization acme = network().organization("acme-labs");

        assertThat(acme.peer("p").workload().resources().requests())
                .containsExactly(entry("cpu", ".5"), entry("memory", "128Mi"));
        assertThat(acme.orderingNode("alpha").workload().resources().requests())
                .containsExactly(entry("cpu", "50m"), entry("memory", "32Mi"));
        assertThat(acme.orderingNode("alpha").workload().resources().limits())
                .containsExactly(entry("memory", "32Mi"), entry("cpu", "2"));
    }

    @Test
    void ordering_keeps_only_the_options_that_differ_from_the_defaults() {
        Ordering ordering = network().channel("trading").ordering();

        assertThat(ordering.organizations()).containsExactly("acme-labs");
        assertThat(ordering.consenters()).containsExactly(new NodeRef("acme-labs", "alpha"));
        assertThat(ordering.batch().timeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(ordering.batch().preferredMaxBytes()).isEqualTo(524_288);
        assertThat(ordering.batch().absoluteMaxBytes()).isEqualTo(99 * 1024 * 1024);
        assertThat(ordering.options())
                .containsOnly(entry("tickInterval", "300ms"), entry("snapshotIntervalSize", 20 * 1024 * 1024));
    }

    @Test
    void a_channel_says_everything_about_itself() {
        Channel channel = network().channel("trading");

        assertThat(channel.member("acme-labs").peers()).containsExactly("q", "p");
        assertThat(channel.member("acme-labs").anchorPeers()).containsExactly("p");
        assertThat(channel.member("observer").peers()).containsExactly("peer0");
        assertThat(channel.capabilities().application()).isEqualTo("V2_0");
        assertThat(channel.capabilities().channel()).isEqualTo("V2_0");
        Chaincode chaincode = channel.chaincodes().get(0);
        assertThat(chaincode.organizations()).containsExactly("acme-labs");
        assertThat(chaincode.init()).contains(new Chaincode.Init("InitLedger", List.of("a", "1", "true")));
        assertThat(chaincode.environment()).containsExactly(entry("LEVEL", "1.10"), entry("DEBUG", "true"));
        assertThat(chaincode.workload().values()).containsEntry("replicaCount", 2);
        assertThat(chaincode.collections().get(0).blockToLive()).isEqualTo(3_000_000_000L);
        assertThat(chaincode.collections().get(0).maxPeerCount()).isEqualTo(1);
    }

    @Test
    void the_expanded_forms_print_as_the_same_network() {
        String printed = SpecPrinter.print(network());

        assertThat(NetworkSpecs.parse("printed", printed).network()).isEqualTo(network());
        assertThat(SpecPrinter.print(NetworkSpecs.parse("printed", printed).network()))
                .isEqualTo(printed);
    }

    @Test
    void values_of_every_kind_survive_printing() {
        String spec = """
                {apiVersion: weft/v1, kind: Network, metadata: {name: a}, fabric: {version: 3.1.5}, organizations:
                [{name: o, peers: [{name: p, values: {
                  a: no, b: 010, c: "010", d: 1e5, e: "1e5", f: 0x1F, g: 2001-01-01, h: .inf, i: 1_000, j: "", k: ~, l: "~",
                  m: " lead\\n  and more\\n\\n", n: "é 😀 \\u0007", o: 12345678901234567890, p: 1.0, q: -0.25, r: [], s: {},
                  t: [[], {}, [null, true, "true"]], u: "- a", v: "a: b", w: "#", x: 9999999999, y: yes, "on": off,
                  z: "1:30", "1": one, "": empty, "true": t, aa: 0o14, ab: 09, ac: "0.1", ad: 3., "a.b/c": x, ae: "=", af: 1e308,
                  ag: "*x", ah: "<<", ai: "99999999999999999999999999999999999999999999", aj: "\\t", ak: "x\\u2028y", al: "\\uFEFF"
                }}]}]}
                """;
        Network network = NetworkSpecs.parse("a.yaml", spec).network();

        assertThat(NetworkSpecs.parse("printed", SpecPrinter.print(network)).network())
                .isEqualTo(network);
        assertThat(network.organization("o").peer("p").workload().values())
                .contains(
                        entry("a", "no"),
                        entry("b", "010"),
                        entry("d", 100_000.0),
                        entry("k", null),
                        entry("x", 9_999_999_999L),
                        entry("aa", "0o14"))
                .hasSize(43);
    }

    @Test
    void an_invalid_namespace_given_by_hand_is_refused() {
        assertThatThrownBy(() -> NetworkSpecs.parse("a.yaml", EXPANDED, Optional.of("My_Space")))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage(
                        "--namespace: Found `My_Space`, expected a namespace: lower-case letters, digits and hyphens, at"
                                + " most 63 characters.\n  Fix: Name a namespace such as `trade`.");
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, 500ms",
        "2s, 2s",
        "90s, 1m30s",
        "24h, 1d",
        "90d, 90d",
        "365d, 1y",
        "15y, 15y",
        "400d12h, 1y35d12h",
        "0s, 0s",
        "1000ms, 1s"
    })
    void durations_are_printed_in_their_largest_units(String text, String printed) {
        Duration duration = Durations.parse(text).orElseThrow();

        assertThat(Durations.format(duration)).isEqualTo(printed);
        assertThat(Durations.parse(Durations.format(duration))).contains(duration);
        assertThat(Durations.parse(Durations.formatForGo(duration))).contains(duration);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "50m, 0.050",
        "128Mi, 134217728",
        "10G, 10000000000",
        "1e3, 1000",
        "1E, 1000000000000000000",
        "2e-3, 0.002"
    })
    void quantities_have_the_value_that_kubernetes_gives_them(String text, String value) {
        assertThat(Quantity.parse(text).orElseThrow()).isEqualByComparingTo(value);
    }

    @ParameterizedTest
    @CsvSource({"0.5.1", "10 GB", "-1", "10gi", "1e1000", "m", "''"})
    void what_is_no_quantity_is_refused(String text) {
        assertThat(Quantity.parse(text)).isEmpty();
    }
}
