package io.weft.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.weft.fixture.DevelopmentNetwork;
import io.weft.fixture.TestChannel;
import io.weft.sample.AssetContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.hyperledger.fabric.client.Contract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Test classes that are run from here, several at once. */
class FabricNetworkExtensionTest {
    private static final String SPEC = "network-specs/two-orgs.yaml";
    private static final Set<String> NETWORKS = ConcurrentHashMap.newKeySet();
    private static final Set<String> CHANNELS = ConcurrentHashMap.newKeySet();

    @AfterAll
    static void forget() {
        NETWORKS.clear();
        CHANNELS.clear();
    }

    /** What became of each test and class, by its name. */
    static Map<String, String> run(Map<String, String> parameters, Class<?>... classes) {
        Map<String, String> results = new ConcurrentHashMap<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(classes).map(one -> selectClass(one)).toList())
                .configurationParameters(parameters)
                .build();
        LauncherFactory.create(LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .build())
                .execute(request, new TestExecutionListener() {
                    @Override
                    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
                        results.put(
                                identifier.getDisplayName().replaceAll(".*\\$", ""),
                                result.getStatus()
                                        + result.getThrowable()
                                                .map(failure -> ": " + failure.getMessage())
                                                .orElse(""));
                    }
                });
        return results;
    }

    /** What several classes do at once: the same key on the same chaincode. */
    @FabricNetwork(SPEC)
    @Chaincode(name = "asset", contract = AssetContract.class)
    abstract static class Cases {
        @Test
        void creates_what_others_create(
                DevelopmentNetwork network,
                TestChannel channel,
                @Client(organization = "org1") Contract ours,
                @Client(organization = "org2") @OnChannel("trading") Contract theirs)
                throws Exception {
            NETWORKS.add(Integer.toHexString(System.identityHashCode(network)));
            CHANNELS.add(channel.name());
            ours.submitTransaction("CreateAsset", "a1", "blue", "5", "tom", "100");
            assertThat(new String(theirs.evaluateTransaction("ReadAsset", "a1"), StandardCharsets.UTF_8))
                    .contains("tom");
        }
    }

    static class FirstCases extends Cases {}

    static class SecondCases extends Cases {}

    static class ThirdCases extends Cases {}

    @Test
    void classes_run_side_by_side_on_one_network_with_a_channel_each() {
        Map<String, String> results = run(
                Map.of(
                        "junit.jupiter.execution.parallel.enabled", "true",
                        "junit.jupiter.execution.parallel.mode.default", "concurrent",
                        "junit.jupiter.execution.parallel.config.strategy", "fixed",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "3"),
                FirstCases.class,
                SecondCases.class,
                ThirdCases.class);

        assertThat(results).containsKeys("FirstCases", "SecondCases", "ThirdCases");
        assertThat(results.values()).containsOnly("SUCCESSFUL");
        assertThat(NETWORKS).hasSize(1);
        assertThat(CHANNELS).hasSize(3);
    }

    @FabricNetwork(network = FabricNetwork.Scope.PER_CLASS, channel = FabricNetwork.ChannelScope.PER_METHOD)
    @Chaincode(name = "asset", contract = AssetContract.class)
    static class FailingCases {
        @Test
        void fails(DevelopmentNetwork network, @Client(organization = "org1") Contract asset) throws Exception {
            network.stop("org2/peer0");
            asset.evaluateTransaction("GetAllAssets");
            throw new AssertionError("on purpose");
        }
    }

    @Test
    void a_failed_test_leaves_heights_lifecycle_and_what_happened(@TempDir Path folder) throws Exception {
        Map<String, String> results = run(Map.of("weft.diagnoses", folder.toString()), FailingCases.class);

        assertThat(results.values()).contains("FAILED: on purpose");
        Path written = folder.resolve("FailingCases.fails");
        assertThat(Files.readString(written.resolve("status-test-1.txt")))
                .contains("org1/peer0: joined", "chaincode asset: version 1.0, sequence 1");
        assertThat(Files.readString(written.resolve("blocks-test-1.txt"))).contains("block 0");
        assertThat(Files.readString(written.resolve("events.txt"))).contains("stop `org2/peer0`");
    }

    @Test
    void without_fabrics_programs_or_a_container_tests_are_skipped_and_say_why() {
        List<Map<String, String>> runs = List.of(run(Map.of("weft.platform", "k3s"), FailingCases.class));

        assertThat(runs).allSatisfy(results -> assertThat(results.get("FailingCases"))
                .startsWith("ABORTED")
                .contains("K3s needs Testcontainers"));
    }

    @Test
    void a_platform_that_does_not_exist_is_named() {
        assertThat(run(Map.of("weft.platform", "cloud"), FailingCases.class).get("FailingCases"))
                .startsWith("FAILED")
                .contains("`weft.platform` is `cloud`; it may be `local`, `kubernetes` or `k3s`.");
    }
}
