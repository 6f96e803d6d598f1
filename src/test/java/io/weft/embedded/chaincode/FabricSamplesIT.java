package io.weft.embedded.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chaincodes of {@code asset-transfer-basic}, unchanged, as started commands. They are built first, which takes Go
 * or npm, and their registries.
 */
class FabricSamplesIT {
    @TempDir
    Path folder;

    private Peers peers;

    @BeforeEach
    void open() {
        peers = new Peers(folder.resolve("peers"), Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        peers.close();
    }

    /** A copy of a sample's folder; skips the test if there is none. */
    private Path sample(String name) {
        String configured = System.getenv("FABRIC_SAMPLES");
        Assumptions.assumeTrue(configured != null, "FABRIC_SAMPLES does not name a checkout of fabric-samples");
        Path source = Path.of(configured, "asset-transfer-basic", name);
        Assumptions.assumeTrue(Files.isDirectory(source), "FABRIC_SAMPLES has no `" + name + "`");
        Path target = folder.resolve(name);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(source.relativize(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    private static void build(Path where, String... command) throws InterruptedException {
        Path log = where.resolve("build.log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(where.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            assertThat(process.waitFor())
                    .as("%s: %s", Arrays.toString(command), Files.readString(log))
                    .isZero();
        } catch (IOException e) {
            Assumptions.abort("`" + command[0] + "` cannot be started: " + e.getMessage());
        }
    }

    private void useAssets(List<String> command, Path where) {
        peers.deploy(
                "basic", new ChaincodeSource.Command(command, Map.of(), where, folder.resolve("chaincode.log")));
        assertThat(peers.submit("basic", "InitLedger").status()).isEqualTo(200);
        assertThat(peers.submit("basic", "TransferAsset", "asset1", "Eve").text()).isEqualTo("Tomoko");
        assertThat(peers.evaluate("basic", "ReadAsset", "asset1").text())
                .containsIgnoringCase("\"owner\":\"Eve\"");
        assertThat(peers.evaluate("basic", "GetAllAssets").text().split("\\},\\{"))
                .hasSize(6);
        assertThat(peers.evaluate("basic", "ReadAsset", "none").message())
                .isEqualToIgnoringCase("the asset none does not exist");
    }

    @Test
    void the_go_sample_runs_as_a_service() throws InterruptedException {
        Path where = sample("chaincode-external");
        build(where, "go", "build", "-o", "asset", ".");

        useAssets(List.of(where.resolve("asset").toString()), where);
    }

    @Test
    void the_go_sample_runs_as_a_client_of_the_peer() throws InterruptedException {
        Path where = sample("chaincode-go");
        build(where, "go", "build", "-o", "asset", ".");

        useAssets(List.of(where.resolve("asset").toString(), "-peer.address", "${CORE_PEER_ADDRESS}"), where);
    }

    @Test
    void the_node_sample_runs_as_a_service() throws InterruptedException {
        Path where = sample("chaincode-javascript");
        build(where, "npm", "ci", "--omit=dev", "--no-audit", "--no-fund");

        useAssets(
                List.of(
                        "node",
                        "node_modules/fabric-shim/cli.js",
                        "server",
                        "--chaincode-address",
                        "${CHAINCODE_SERVER_ADDRESS}",
                        "--chaincode-id",
                        "${CHAINCODE_ID}"),
                where);
    }

    @Test
    void the_node_sample_runs_as_a_client_of_the_peer() throws InterruptedException {
        Path where = sample("chaincode-javascript");
        build(where, "npm", "ci", "--omit=dev", "--no-audit", "--no-fund");

        useAssets(
                List.of(
                        "node",
                        "node_modules/fabric-shim/cli.js",
                        "start",
                        "--peer.address",
                        "${CORE_PEER_ADDRESS}",
                        "--chaincode-id-name",
                        "${CHAINCODE_ID}"),
                where);
    }
}
