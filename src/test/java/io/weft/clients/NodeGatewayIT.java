package io.weft.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.clients.ClientNetwork.Answer;
import io.weft.model.Network;
import io.weft.model.PlatformChoice.Nodes;
import io.weft.spec.NetworkSpecs;
import io.weft.testing.FabricPrograms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gateway applications on Fabric's SDK for Node see an embedded network as they see Fabric. They take {@code node},
 * {@code npm} and its registry; that of fabric-samples a checkout that {@code FABRIC_SAMPLES} names; the comparison
 * Fabric's programs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeGatewayIT {
    private static final Path TARGET = Path.of("target", "gateway-clients").toAbsolutePath();

    @TempDir
    private static Path folder;

    private ClientNetwork embedded;

    @BeforeAll
    void start() throws Exception {
        requireRun(Path.of("."), "node", "--version");
        requireRun(Path.of("."), "npm", "--version");
        embedded = ClientNetwork.start(Nodes.EMBEDDED, folder.resolve("embedded"), network("3.1.5"), Optional.empty());
    }

    @AfterAll
    void stop() {
        if (embedded != null) {
            embedded.close();
        }
    }

    private static Network network(String version) {
        return NetworkSpecs.parse("clients.yaml", """
                        apiVersion: weft/v1
                        kind: Network
                        metadata: {name: clients}
                        fabric: {version: %s}
                        organizations:
                          - {name: orderer, orderers: 1}
                          - {name: org1, peers: 1}
                          - {name: org2, peers: 1}
                        channels:
                          - name: mychannel
                            ordering: {type: raft, organizations: [orderer], batch: {maxMessages: 1}}
                            members: [org1, org2]
                            chaincodes:
                              - {name: basic, version: "1.0", image: "example.com/asset:1.0",
                                 local: {class: io.weft.sample.AssetContract}}
                              - {name: notices, version: "1.0", image: "example.com/notices:1.0",
                                 local: {class: io.weft.clients.NoticeContract},
                                 endorsement: "AND('Org1MSP.peer','Org2MSP.peer')"}
                        """.formatted(version)).network();
    }

    /** Runs a program that has to be there; skips the test if it is not, or if it fails. */
    private static void requireRun(Path where, String... command) {
        String line = String.join(" ", command);
        try {
            Path log = Files.createTempFile(folder, "command", ".log");
            Process process = new ProcessBuilder(command)
                    .directory(where.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean isOver = process.waitFor(5, TimeUnit.MINUTES);
            process.destroyForcibly();
            Assumptions.assumeTrue(
                    isOver && process.exitValue() == 0, () -> "`" + line + "` does not work here: " + read(log));
        } catch (IOException e) {
            Assumptions.abort("`" + line + "` cannot be run here: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The folder of an application with its packages, which stay for the next time. */
    private static Path installed(String name) {
        Path application = TARGET.resolve(name);
        if (!Files.exists(application.resolve("node_modules/.package-lock.json"))) {
            requireRun(application, "npm", "install", "--no-audit", "--no-fund", "--omit=dev", "--ignore-scripts");
        }
        return application;
    }

    private static Path ownApplication() throws IOException {
        Path application = Files.createDirectories(TARGET.resolve("own"));
        for (String file : new String[] {"package.json", "application.js"}) {
            try (InputStream text = NodeGatewayIT.class.getResourceAsStream(file)) {
                Files.copy(text, application.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return installed("own");
    }

    private static Answer play(ClientNetwork network, Path application) {
        return network.run(
                "org1/user1",
                "CHANNEL_NAME=mychannel CHAINCODE_NAME=notices CHECKPOINT_FILE=checkpoint.json node '"
                        + application.resolve("application.js") + "'");
    }

    @Test
    void a_gateway_application_submits_listens_and_is_refused() throws Exception {
        Answer answer = play(embedded, ownApplication());

        assertThat(answer.exit()).as(answer.output()).isZero();
        assertThat(answer.output().lines().filter(line -> !line.contains("refused")))
                .contains(
                        "submitAsync | start | true | VALID",
                        "submitTransaction | one",
                        "submit | two",
                        "evaluateTransaction | first",
                        "evaluate at org2 | second",
                        "event | notices | start | zero | block 0",
                        "event | notices | one | first | block 1",
                        "event | notices | two | second | block 2",
                        "checkpoint | block 2",
                        "block | 2 | 1",
                        "filtered | 2 | VALID",
                        "with private data | 0",
                        "too few endorsements | CommitError | ENDORSEMENT_POLICY_FAILURE",
                        "conflict | false | MVCC_READ_CONFLICT",
                        "left | first early")
                .noneMatch(line -> line.contains("NOT REFUSED"));
        assertThat(answer.output())
                .contains("endorse | EndorseError | ABORTED", "late status | CommitStatusError | DEADLINE_EXCEEDED")
                .contains("Org1MSP org1/peer0 chaincode response 500, not today");
    }

    @Test
    void it_prints_the_same_on_fabrics_own_nodes() throws Exception {
        FabricPrograms programs = FabricPrograms.require();
        Path application = ownApplication();
        try (ClientNetwork fabric = ClientNetwork.start(
                Nodes.FABRIC,
                folder.resolve("fabric"),
                network(programs.version().toString()),
                Optional.of(programs.folder()))) {
            String expected = play(fabric, application).output();
            try (ClientNetwork fresh =
                    ClientNetwork.start(Nodes.EMBEDDED, folder.resolve("fresh"), network("3.1.5"), Optional.empty())) {
                assertThat(play(fresh, application).output()).isEqualTo(expected);
            }
        }
    }

    @Test
    void the_application_of_fabric_samples_runs_unchanged() throws Exception {
        String samples = System.getenv("FABRIC_SAMPLES");
        Assumptions.assumeTrue(samples != null, "FABRIC_SAMPLES does not name a checkout of fabric-samples");
        Path source = Path.of(samples, "asset-transfer-basic", "application-gateway-javascript");
        Assumptions.assumeTrue(Files.isDirectory(source), "FABRIC_SAMPLES has no `" + source.getFileName() + "`");
        Path copy = TARGET.resolve("samples");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !source.relativize(file).startsWith("node_modules"))
                    .toList()) {
                Path target = copy.resolve(source.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        installed("samples");

        Answer answer = embedded.run(
                "org1/user1", "CHANNEL_NAME=mychannel CHAINCODE_NAME=basic node '" + copy.resolve("src/app.js") + "'");

        assertThat(answer.exit()).as(answer.output()).isZero();
        assertThat(answer.output())
                .contains("Submit Transaction: InitLedger")
                .contains("Successfully submitted transaction to transfer ownership from Tom to Saptha")
                .contains("Owner: 'Saptha'")
                .contains("*** Successfully caught the error:")
                .contains("EndorseError: 10 ABORTED: failed to endorse transaction, see attached details for more info")
                .contains("the asset asset70 does not exist")
                .doesNotContain("********");
    }
}
