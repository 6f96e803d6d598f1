package io.weft.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.weft.model.Network;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know whom. The picture is in {@code docs/architecture.md}. */
class ImportDirectionTest {
    private static final String ROOT = "io.weft";

    /** Our own classes, and none of the libraries': those are only names here. */
    private static final JavaClasses CLASSES = load();

    private static JavaClasses load() {
        try {
            Path classes = Path.of(Network.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new ClassFileImporter()
                    .withImportOption(location -> hasSource(classes.relativize(Path.of(location.asURI()))))
                    .importPath(classes.resolve("io/weft"));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tests may lie in the same folder; their sources do not. */
    private static boolean hasSource(Path classFile) {
        String outer = classFile.toString().replaceAll("(\\$.*)?\\.class$", ".java");
        return Files.exists(Path.of("src/main/java").resolve(outer));
    }

    /** Each package with those it may know; what it knows through them is listed again. */
    private static final Map<String, Set<String>> MAY_KNOW = mayKnow();

    private static Map<String, Set<String>> mayKnow() {
        Map<String, Set<String>> result = new LinkedHashMap<>();
        // Vocabulary.
        result.put("problem", Set.of());
        result.put("model", Set.of());
        result.put("policy", Set.of());
        // What is wanted, and what follows from it. No I/O.
        result.put("spec", Set.of("model", "policy", "problem"));
        result.put("plan", Set.of("model", "policy", "problem"));
        result.put("release", Set.of("model", "plan"));
        result.put("apply", Set.of("plan", "problem"));
        // Fabric's formats and protocols.
        result.put("pki", Set.of("model", "problem"));
        result.put("msp", Set.of("model", "pki"));
        result.put("protocol", Set.of("model", "pki", "policy", "problem"));
        result.put("channel", Set.of("model", "msp", "pki", "policy", "problem", "protocol"));
        result.put("chaincode", Set.of("model", "pki", "policy", "problem", "protocol"));
        result.put("gateway", Set.of("model", "pki", "problem", "protocol"));
        result.put("ca", Set.of("model", "pki", "problem", "protocol"));
        result.put("identity", Set.of("model", "msp", "pki", "problem"));
        // Where it runs.
        result.put("kubernetes", Set.of("model", "problem"));
        result.put("helm", Set.of("kubernetes", "model", "problem", "release"));
        result.put("platform", Set.of("model", "plan", "problem"));
        result.put(
                "platform.kubernetes",
                Set.of(
                        "chaincode",
                        "helm",
                        "kubernetes",
                        "model",
                        "pki",
                        "plan",
                        "platform",
                        "policy",
                        "problem",
                        "protocol",
                        "release"));
        // Embedded nodes: what Fabric's programs do, in one process.
        result.put("embedded.config", Set.of("channel", "model", "msp", "pki"));
        result.put("embedded.ledger", Set.of("channel"));
        result.put("embedded.deliver", Set.of("embedded.ledger", "pki"));
        result.put("embedded.http", Set.of("model", "pki", "problem"));
        result.put("embedded.remote", Set.of("channel", "embedded.config", "embedded.ledger", "model", "msp", "pki"));
        result.put(
                "embedded.orderer",
                Set.of(
                        "channel",
                        "embedded.config",
                        "embedded.deliver",
                        "embedded.fault",
                        "embedded.http",
                        "embedded.ledger",
                        "embedded.remote",
                        "model",
                        "msp",
                        "pki",
                        "problem"));
        result.put(
                "embedded.chaincode",
                Set.of("chaincode", "embedded.config", "embedded.ledger", "model", "pki", "protocol"));
        result.put(
                "embedded.peer",
                Set.of(
                        "channel",
                        "embedded.chaincode",
                        "embedded.config",
                        "embedded.deliver",
                        "embedded.fault",
                        "embedded.http",
                        "embedded.ledger",
                        "embedded.orderer",
                        "embedded.remote",
                        "model",
                        "msp",
                        "pki",
                        "problem"));
        result.put("embedded.ca", Set.of("embedded.http", "model", "pki", "problem"));
        result.put("sample", Set.of());
        result.put(
                "local",
                Set.of(
                        "embedded.ca",
                        "embedded.chaincode",
                        "embedded.orderer",
                        "embedded.peer",
                        "model",
                        "msp",
                        "pki",
                        "plan",
                        "platform",
                        "problem",
                        "protocol",
                        "release"));
        // All of it together, and the façade, whose name is empty.
        result.put(
                "deploy",
                Set.of(
                        "apply",
                        "ca",
                        "chaincode",
                        "channel",
                        "gateway",
                        "identity",
                        "model",
                        "msp",
                        "pki",
                        "plan",
                        "platform",
                        "policy",
                        "problem",
                        "protocol",
                        "release"));
        result.put(
                "",
                Set.of(
                        "apply",
                        "deploy",
                        "gateway",
                        "helm",
                        "kubernetes",
                        "local",
                        "model",
                        "plan",
                        "platform",
                        "platform.kubernetes",
                        "problem",
                        "spec"));
        result.put("embedded.fault", Set.of("protocol"));
        // Embedded nodes as programs of an image.
        result.put(
                "node",
                Set.of(
                        "embedded.ca",
                        "embedded.chaincode",
                        "embedded.http",
                        "embedded.orderer",
                        "embedded.peer",
                        "fixture",
                        "model",
                        "msp",
                        "pki",
                        "problem",
                        "sample"));
        // For tests.
        result.put(
                "fixture",
                Set.of(
                        "",
                        "apply",
                        "deploy",
                        "embedded.ca",
                        "embedded.chaincode",
                        "embedded.fault",
                        "embedded.ledger",
                        "embedded.orderer",
                        "embedded.peer",
                        "identity",
                        "model",
                        "msp",
                        "pki",
                        "plan",
                        "platform",
                        "problem",
                        "protocol",
                        "spec"));
        result.put("junit", Set.of("", "fixture", "local", "model", "problem"));
        result.put("cli", Set.of("", "apply", "gateway", "model", "plan", "problem", "spec"));
        return result;
    }

    private static String feature(JavaClass one) {
        String name = one.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }

    private static boolean isOurs(JavaClass one) {
        return one.getPackageName().equals(ROOT) || one.getPackageName().startsWith(ROOT + ".");
    }

    /** What each feature's classes depend on, as {@code origin -> target}. */
    private static Map<String, Set<String>> dependencies(Predicate<JavaClass> targets) {
        Map<String, Set<String>> result = new TreeMap<>();
        for (JavaClass origin : CLASSES) {
            origin.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(targets)
                    .forEach(target -> result.computeIfAbsent(feature(origin), f -> new TreeSet<>())
                            .add(origin.getName() + " -> " + target.getName()));
        }
        return result;
    }

    /** The features that use a library, with where. */
    private static Map<String, Set<String>> users(String library) {
        return dependencies(target -> target.getPackageName().startsWith(library));
    }

    @Test
    void every_package_has_its_place() {
        assertThat(CLASSES.stream().map(ImportDirectionTest::feature).collect(Collectors.toSet()))
                .isEqualTo(MAY_KNOW.keySet());
    }

    @Test
    void imports_go_one_way() {
        Map<String, Set<String>> known = dependencies(ImportDirectionTest::isOurs);
        known.forEach((feature, pairs) -> assertThat(pairs)
                .as("what `%s` knows", feature)
                .allSatisfy(pair -> assertThat(pair)
                        .satisfiesAnyOf(
                                any -> assertThat(target(any)).isEqualTo(feature),
                                any -> assertThat(MAY_KNOW.get(feature)).contains(target(any)),
                                // The one record that the facade hands out and the work behind it fills in.
                                any -> assertThat(any)
                                        .startsWith("io.weft.deploy.StatusReader")
                                        .contains("-> io.weft.NetworkStatus"),
                                // Rehearses the commands for the launcher, against an API server that it plays.
                                any -> {
                                    assertThat(any).startsWith("io.weft.cli.Warmup");
                                    assertThat(Set.of("embedded.http", "identity", "kubernetes", "pki", "release"))
                                            .contains(target(any));
                                })));
    }

    private static String target(String pair) {
        String name = pair.substring(pair.indexOf("-> ") + 3);
        String owner = name.substring(0, name.lastIndexOf('.'));
        return owner.equals(ROOT) ? "" : owner.substring(ROOT.length() + 1);
    }

    @Test
    void the_table_itself_has_no_cycle() {
        Set<String> placed = new HashSet<>();
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Map.Entry<String, Set<String>> entry : MAY_KNOW.entrySet()) {
                grows |= placed.containsAll(entry.getValue()) && placed.add(entry.getKey());
            }
        }
        assertThat(placed).isEqualTo(MAY_KNOW.keySet());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "org.bouncycastle | pki",
                "io.fabric8 | kubernetes",
                "com.marcnuri | helm",
                "com.sun.jna | helm",
                "org.h2 | embedded.ca embedded.ledger",
                "io.grpc | embedded.chaincode embedded.deliver embedded.fault embedded.http embedded.orderer embedded.peer"
                        + " embedded.remote fixture gateway protocol",
                "com.google.protobuf | chaincode channel embedded.chaincode embedded.config embedded.deliver"
                        + " embedded.http embedded.ledger embedded.orderer embedded.peer embedded.remote fixture gateway msp"
                        + " protocol",
                "org.hyperledger | fixture junit chaincode channel embedded.chaincode embedded.config embedded.deliver"
                        + " embedded.ledger embedded.orderer embedded.peer embedded.remote gateway local msp node protocol"
                        + " sample",
                "org.yaml.snakeyaml | cli helm kubernetes local node platform.kubernetes spec",
                "com.fasterxml.jackson | ca channel chaincode cli embedded.ca embedded.chaincode embedded.orderer"
                        + " embedded.peer helm identity kubernetes local sample",
                "picocli | cli",
                "org.slf4j | embedded.ca embedded.chaincode embedded.deliver embedded.http embedded.orderer embedded.peer"
                        + " embedded.remote helm kubernetes local node"
            })
    void a_library_stays_where_it_is_adapted(String library, String features) {
        Map<String, Set<String>> users = users(library);
        users.keySet().removeAll(Set.of(features.split(" ")));
        assertThat(users).as("other users of %s", library).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"problem", "model", "policy", "plan", "release"})
    void what_is_wanted_needs_the_jdk_alone_and_does_no_input_or_output(String feature) {
        Set<String> others = dependencies(target -> !isOurs(target)
                        && !target.isPrimitive()
                        && !target.getPackageName()
                                .matches("java\\.(lang|lang\\.(annotation|invoke|runtime)|math"
                                        + "|time|time\\.temporal|util|util\\.function|util\\.regex|util\\.stream"
                                        + "|nio\\.charset|security)"))
                .getOrDefault(feature, Set.of());
        assertThat(others).isEmpty();
    }

    @Test
    void only_the_command_line_prints_exits_and_reads_the_environment() {
        assertThat(accesses(access -> is(access, System.class, "exit", "out", "err", "in", "getenv", "console")
                        || is(access, Runtime.class, "exit", "halt")
                        || is(access, Throwable.class, "printStackTrace")))
                .isNotEmpty()
                .allMatch(place -> place.startsWith("io.weft.cli.")
                        || place.startsWith("io.weft.node.Node.")
                        || place.equals("io.weft.junit.Targets.programs")
                        || place.equals("io.weft.junit.Targets.cluster"));
    }

    @Test
    void each_layer_waits_in_one_place() {
        assertThat(accesses(access -> is(access, Thread.class, "sleep") || is(access, TimeUnit.class, "sleep")))
                .containsExactlyInAnyOrder(
                        "io.weft.kubernetes.Api.sleep",
                        "io.weft.helm.HelmReleases.sleep",
                        "io.weft.protocol.Deadline.pause");
    }

    private static boolean is(JavaAccess<?> access, Class<?> owner, String... names) {
        return access.getTargetOwner().isAssignableTo(owner) && Set.of(names).contains(access.getName());
    }

    private static Set<String> accesses(Predicate<JavaAccess<?>> wanted) {
        return CLASSES.stream()
                .flatMap(one -> one.getAccessesFromSelf().stream())
                .filter(wanted)
                .map(access -> access.getOwner().getOwner().getName() + "."
                        + access.getOwner().getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
