package io.weft.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.ClusterConnection;
import io.weft.NetworkDeployer;
import io.weft.Removal;
import io.weft.apply.Outcome;
import io.weft.apply.Progress;
import io.weft.apply.Report;
import io.weft.kubernetes.AccessRules;
import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.ConfigMap;
import io.weft.kubernetes.Kind;
import io.weft.kubernetes.Lock;
import io.weft.kubernetes.Metadata;
import io.weft.kubernetes.Secret;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.plan.Plan;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.spec.NetworkSpecs;
import io.weft.testing.ApiProxy;
import io.weft.testing.ApiProxy.Treatment;
import io.weft.testing.ApiServer;
import io.weft.testing.FreshName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code plan}, {@code up} and {@code down} do to a Kubernetes API. No node ever runs: where there are controllers,
 * a quota keeps them from making pods.
 */
class DeployerApiIT {
    private static final Duration SHORT = Duration.ofSeconds(6);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static ApiServer server;
    private static Cluster admin;

    @TempDir
    Path folder;

    private ApiProxy proxy;
    private final List<String> namespaces = new ArrayList<>();
    private String namespace;

    @BeforeAll
    static void connect() throws Exception {
        server = ApiServer.startOrSkip();
        admin = Cluster.connect(server.kubeConfig());
    }

    @AfterAll
    static void disconnect() throws Exception {
        if (server != null) {
            admin.close();
            server.close();
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        proxy = new ApiProxy(server.kubeConfig());
        namespace = newName();
    }

    @AfterEach
    void cleanUp() {
        proxy.close();
        namespaces.forEach(name -> admin.namespaces().find(name).ifPresent(found -> admin.namespaces()
                .delete(found)));
    }

    /** The name of a namespace that is removed at the end. */
    private String newName() {
        String name = FreshName.of("ut");
        namespaces.add(name);
        return name;
    }

    private static Network network(String namespace, String organizations, String members) {
        return NetworkSpecs.parse(
                        "test.yaml", """
                        apiVersion: weft/v1
                        kind: Network
                        metadata: {name: ut, namespace: %s}
                        fabric: {version: 3.1.5}
                        organizations:
                          - {name: orderer, orderers: 1}
                        %s
                        channels:
                          - name: trading
                            ordering: {type: raft, organizations: [orderer]}
                            members: [%s]
                        """.formatted(namespace, organizations.indent(2), members), Optional.empty())
                .network();
    }

    private Network small() {
        return network(namespace, "- {name: org1, peers: 1}", "org1");
    }

    private NetworkDeployer deployer(Network network) throws IOException {
        return deployer(network, SHORT);
    }

    private NetworkDeployer deployer(Network network, Duration timeout) throws IOException {
        return NetworkDeployer.connect(
                new ClusterConnection(List.of(proxy.kubeConfig(folder)), Optional.empty(), timeout), network);
    }

    private void withoutPods(String name) throws Exception {
        admin.namespaces().ensure(name, Map.of(), Map.of(), Duration.ofSeconds(30));
        server.create(
                "/api/v1/namespaces/" + name + "/resourcequotas",
                "{apiVersion: v1, kind: ResourceQuota, metadata: {name: none}, spec: {hard: {pods: '0'}}}");
    }

    private Report up(Network network) throws Exception {
        try (NetworkDeployer deployer = deployer(network)) {
            return deployer.up(Progress.SILENT);
        }
    }

    private Plan plan(Network network) throws Exception {
        try (NetworkDeployer deployer = deployer(network)) {
            return deployer.plan();
        }
    }

    /** The steps that need no running node. */
    private static Set<String> succeeded(Report report) {
        return report.outcomes().stream()
                .filter(o -> o instanceof Outcome.Changed || o instanceof Outcome.AlreadySatisfied)
                .map(o -> o.step().id())
                .collect(Collectors.toSet());
    }

    /** Names and contents of the network's Secrets, but for Helm's. */
    private Map<String, Map<String, String>> secrets() {
        Map<String, Map<String, String>> result = new TreeMap<>();
        for (Secret secret : admin.secrets().list(namespace, Map.of("weft.io/network-id", ""))) {
            Map<String, String> content = new TreeMap<>();
            secret.data().forEach((key, value) -> content.put(key, new String(value, StandardCharsets.ISO_8859_1)));
            result.put(secret.metadata().name(), content);
        }
        return result;
    }

    @Test
    void a_plan_for_nothing_and_for_a_half_made_network_writes_nothing() throws Exception {
        assertThat(plan(small()).needed()).hasSameSizeAs(plan(small()).steps());
        assertThat(proxy.requests()).isNotEmpty().allMatch(request -> request.method()
                .equals("GET"));
        withoutPods(namespace);
        up(small());
        proxy.forget();
        Plan plan = plan(small());
        assertThat(plan.needed()).isNotEmpty().hasSizeLessThan(plan.steps().size());
        assertThat(proxy.requests()).isNotEmpty().allMatch(request -> request.method()
                .equals("GET"));
    }

    @Test
    void without_nodes_everything_else_is_made_once_and_found_again() throws Exception {
        withoutPods(namespace);
        Report first = up(small());
        assertThat(succeeded(first))
                .contains("record " + namespace, "authorities org1", "identity org1/peer0", "release org1/peer0")
                .contains("genesis trading", "release orderer/orderer0", "release org1/ca");
        assertThat(first.failures()).isNotEmpty().allSatisfy(failed -> assertThat(
                        failed.step().id())
                .as(String.valueOf(failed.cause()))
                .matches("ready .*|join .*"));
        Map<String, Map<String, String>> made = secrets();
        assertThat(made.keySet()).contains("org1-ca-keys", "org1-peer0-identity", "orderer-orderer0-identity");
        Report second = up(small());
        assertThat(second.changes()).isZero();
        assertThat(secrets()).isEqualTo(made);
    }

    @Test
    void failing_and_breaking_connections_end_in_the_same_state_without_a_duplicate() throws Exception {
        withoutPods(namespace);
        Report report = upWithFaults();
        assertThat(succeeded(report))
                .contains("authorities orderer", "authorities org1", "genesis trading")
                .contains("identity user orderer/admin", "identity user org1/admin", "identity org1/peer0")
                .contains("identity orderer/orderer0", "identity org1/ca", "identity orderer/ca")
                .contains("release orderer/orderer0", "release org1/peer0", "release org1/ca", "release orderer/ca");
        Map<String, Map<String, String>> made = secrets();
        assertThat(report.failures())
                .allSatisfy(failed -> assertThat(failed.step().id())
                        .as(String.valueOf(failed.cause()))
                        .matches("ready .*|join .*"));
        proxy.treating(request -> Treatment.FORWARD);
        Set<String> workloads = workloads();
        Report again = up(small());
        // Helm says nothing when it could not write the last word into its record; then the release is made again.
        assertThat(again.outcomes())
                .filteredOn(Outcome.Changed.class::isInstance)
                .allSatisfy(changed -> assertThat(changed.step().id()).startsWith("release "));
        assertThat(up(small()).changes()).isZero();
        assertThat(workloads()).isEqualTo(workloads);
        assertThat(secrets()).isEqualTo(made);
        assertThat(made).hasSize(expectedSecrets());
        assertThat(admin.configMaps().list(namespace, Map.of("app.kubernetes.io/managed-by", "weft")))
                .hasSize(2);
    }

    /** UIDs: what is made anew gets another one. */
    private Set<String> workloads() {
        return admin.objects().list(Kind.STATEFUL_SET, namespace, Map.of()).stream()
                .map(object -> object.name() + " " + object.uid())
                .collect(Collectors.toSet());
    }

    /** Two CA key Secrets, two CA server Secrets, two admins, one user, one ordering node, one peer. */
    private int expectedSecrets() {
        Network network = small();
        int clients = network.organizations().stream()
                .mapToInt(organization -> (int) organization.clientNames().count())
                .sum();
        return 2 * network.organizations().size() + clients + 2;
    }

    /** The first request to each path meets a fault, each kind in turn. */
    private Report upWithFaults() throws Exception {
        List<Treatment> faults = List.of(
                new Treatment.Answer(429, Map.of("Retry-After", "1")),
                new Treatment.Answer(500, Map.of()),
                new Treatment.LoseReply(),
                new Treatment.Answer(503, Map.of()),
                new Treatment.Drop(),
                new Treatment.Answer(504, Map.of()));
        Set<String> met = ConcurrentHashMap.newKeySet();
        Set<Treatment> used = ConcurrentHashMap.newKeySet();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger ofHelm = new AtomicInteger();
        proxy.treating(request -> {
            boolean first = met.add(request.method() + request.path());
            // Helm begins anew after each fault, so it meets fewer.
            if (!first || (request.agent().startsWith("Helm") && ofHelm.getAndIncrement() % 4 != 0)) {
                return Treatment.FORWARD;
            }
            Treatment fault = faults.get(next.getAndIncrement() % faults.size());
            used.add(fault);
            return fault;
        });
        Report report;
        try (NetworkDeployer deployer = deployer(small(), LONG)) {
            report = deployer.up(Progress.SILENT);
        }
        assertThat(used).containsExactlyInAnyOrderElementsOf(faults);
        return report;
    }

    @Test
    void missing_rights_are_all_listed_before_the_first_write() throws Exception {
        withoutPods(namespace);
        server.create("/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/roles", """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: half}
                rules:
                  - {apiGroups: [""], resources: [namespaces], verbs: [get]}
                  - {apiGroups: [""], resources: [secrets, configmaps, pods, services], verbs: [get, list, watch]}
                  - {apiGroups: [apps], resources: [statefulsets, deployments], verbs: [get, list]}
                """);
        server.create("/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/rolebindings", """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: half}
                subjects: [{kind: User, name: half, apiGroup: rbac.authorization.k8s.io}]
                roleRef: {kind: Role, name: half, apiGroup: rbac.authorization.k8s.io}
                """);
        proxy.as("half");
        assertThatThrownBy(() -> up(small()))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("Context `proxied` lacks rights")
                .hasMessageContaining("in namespace `" + namespace + "`: create, update, patch, delete on secrets")
                .hasMessageContaining("watch, create, update, patch, delete on statefulsets.apps")
                .hasMessageContaining("get, create on pods/portforward")
                .hasMessageContaining("leases.coordination.k8s.io");
        assertThat(proxy.writes()).isEmpty();
        assertThat(AccessRules.NEEDED).isNotEmpty();
    }

    @Test
    void a_namespace_that_is_being_deleted_is_waited_for_and_then_named() throws Exception {
        withoutPods(namespace);
        server.create("/api/v1/namespaces/" + namespace + "/configmaps", """
                {apiVersion: v1, kind: ConfigMap, metadata: {name: held, finalizers: [weft.io/test]}}
                """);
        admin.namespaces().delete(admin.namespaces().find(namespace).orElseThrow());
        try {
            Plan plan = plan(small());
            assertThat(plan.needed().get(0).finding().details())
                    .first()
                    .asString()
                    .startsWith("It is being deleted.");
            assertThatThrownBy(() -> up(small()))
                    .isInstanceOf(TimedOutException.class)
                    .hasMessageContaining("Namespace `" + namespace + "` is still being deleted after");
            assertThat(proxy.writes()).isEmpty();
        } finally {
            server.create("PATCH /api/v1/namespaces/" + namespace + "/configmaps/held", "{metadata: {finalizers: []}}");
        }
    }

    @Test
    void a_second_run_is_kept_out_and_told_who_is_at_work() throws Exception {
        withoutPods(namespace);
        Metadata lease = Metadata.of(namespace, new Names(small()).lock(), Map.of(), Map.of());
        Lock.Holder other = new Lock.Holder("ann", "build-7", 4711, Instant.EPOCH);
        try (Lock lock = admin.lock(lease, other, Duration.ofSeconds(60), Duration.ZERO)) {
            assertThatThrownBy(() -> up(small()))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("ann@build-7 pid 4711");
            assertThat(secrets()).isEmpty();
            lock.requireHeld();
        }
    }

    @Test
    void what_others_made_under_our_names_is_not_touched_and_named_with_both_ids() throws Exception {
        withoutPods(namespace);
        Secret foreign = admin.secrets()
                .createIfAbsent(new Secret(
                        Metadata.of(namespace, "org1-ca-keys", Map.of("weft.io/network-id", "feedc0ffee"), Map.of()),
                        "Opaque",
                        Map.of("ca.key", new byte[] {1})))
                .value();
        Report report = up(small());
        assertThat(report.failures()).anySatisfy(failed -> assertThat(failed.cause())
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("Secret `" + namespace + "/org1-ca-keys` belongs to network `feedc0ffee`")
                .hasMessageContaining("this network is `"));
        assertThat(admin.secrets().find(namespace, "org1-ca-keys")).contains(foreign);
    }

    @Test
    void a_foreign_object_where_a_release_wants_its_own_is_not_taken_over() throws Exception {
        withoutPods(namespace);
        server.create("/api/v1/namespaces/" + namespace + "/services", """
                {apiVersion: v1, kind: Service, metadata: {name: org1-peer0}, spec: {ports: [{port: 80}]}}
                """);
        Report report = up(small());
        assertThat(report.failures())
                .filteredOn(failed -> failed.step().id().equals("release org1/peer0"))
                .singleElement()
                .satisfies(failed -> assertThat(failed.cause())
                        .isInstanceOf(ConflictException.class)
                        .hasMessageContaining("org1-peer0")
                        .hasMessageContaining("It was not touched"));
    }

    @Test
    void a_record_without_an_id_stops_the_run() throws Exception {
        withoutPods(namespace);
        admin.configMaps()
                .createIfAbsent(new ConfigMap(
                        Metadata.of(namespace, new Names(small()).networkRecord(), Map.of(), Map.of()),
                        Map.of(),
                        Map.of()));
        assertThatThrownBy(() -> up(small()))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("has weft's name but no `networkId`");
        assertThat(proxy.writes()).isEmpty();
    }

    @Test
    void what_the_spec_no_longer_names_is_left_alone_and_listed() throws Exception {
        String second = newName();
        withoutPods(namespace);
        withoutPods(second);
        up(network(
                namespace,
                "- {name: org1, peers: 2}\n- {name: org2, namespace: " + second + ", peers: 1}",
                "org1, org2"));
        proxy.forget();
        Plan plan = plan(NetworkSpecs.parse("test.yaml", """
                        apiVersion: weft/v1
                        kind: Network
                        metadata: {name: ut, namespace: %s}
                        fabric: {version: 3.1.5}
                        organizations:
                          - {name: orderer, orderers: 1}
                          - {name: org1, peers: 1}
                        channels:
                          - name: other
                            ordering: {type: raft, organizations: [orderer]}
                            members: [org1]
                        """.formatted(namespace), Optional.empty())
                .network());
        assertThat(plan.state().leftovers())
                .containsExactlyInAnyOrder(
                        "release " + namespace + "/org1-peer1",
                        "release " + second + "/org2-ca",
                        "release " + second + "/org2-peer0",
                        "channel trading");
        try (NetworkDeployer deployer = deployer(small())) {
            Removal removal = deployer.remove(text -> {});
            assertThat(removal.removed()).contains("StatefulSet " + second + "/org2-peer0");
        }
        assertThat(admin.objects().inventory(second, Map.of("weft.io/network-id", "")))
                .isEmpty();
    }

    @Test
    void storage_and_channels_that_cannot_change_are_refused_by_name_before_the_first_write() throws Exception {
        withoutPods(namespace);
        up(small());
        proxy.forget();
        Network larger = network(
                namespace,
                "- {name: org1, peers: [{name: peer0, storage: 9Gi}]}\n- {name: org2, peers: 1}",
                "org1, org2");
        assertThat(plan(larger).impossible())
                .extracting(step -> step.step().id())
                .containsExactlyInAnyOrder("release org1/peer0", "genesis trading");
        assertThatThrownBy(() -> up(larger))
                .isInstanceOf(RejectedException.class)
                .hasMessageStartingWith("The spec asks for changes that cannot be made. Nothing was changed.")
                .hasMessageContaining("release org1/peer0:\n    `persistence.size` is `5Gi` and shall be `9Gi`")
                .hasMessageContaining("genesis trading:")
                .hasMessageContaining("weft reset");
        assertThat(proxy.writes()).isEmpty();
    }

    @Test
    void removing_what_never_was_and_removing_twice_is_fine() throws Exception {
        try (NetworkDeployer deployer = deployer(small())) {
            assertThat(deployer.remove(text -> {}).removed()).isEmpty();
        }
        withoutPods(namespace);
        admin.configMaps()
                .createIfAbsent(
                        new ConfigMap(Metadata.of(namespace, "mine", Map.of(), Map.of()), Map.of("a", "b"), Map.of()));
        up(small());
        try (NetworkDeployer deployer = deployer(small())) {
            Removal removal = deployer.remove(text -> {});
            assertThat(removal.removed()).isNotEmpty();
            assertThat(removal.kept()).anyMatch(kept -> kept.contains("mine"));
        }
        assertThat(admin.objects().inventory(namespace, Map.of("weft.io/network-id", "")))
                .isEmpty();
        assertThat(admin.configMaps().find(namespace, "mine")).isPresent();
        try (NetworkDeployer deployer = deployer(small())) {
            assertThat(deployer.remove(text -> {}).removed()).isEmpty();
        }
    }
}
