package io.weft.e2e;

import static io.weft.e2e.TestNetwork.createAsset;
import static io.weft.e2e.TestNetwork.readAsset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weft.NetworkDeployer;
import io.weft.ca.CaInfo;
import io.weft.ca.FabricCaClient;
import io.weft.ca.Registration;
import io.weft.gateway.CallResult;
import io.weft.gateway.TransactionClient;
import io.weft.kubernetes.Cluster;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import io.weft.pki.Role;
import io.weft.protocol.Dialer;
import io.weft.protocol.Endpoint;
import io.weft.protocol.Signer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are not weft, or whose certificates are not of its making. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private TestCluster cluster;
    private TestNetwork network;

    @BeforeAll
    void prepare() throws Exception {
        cluster = TestCluster.requireOrSkip();
        network = TestNetwork.of(cluster, TestNetwork.spec("minimal.yaml"), cluster.freshNamespace());
        cluster.requireImages(network.network());
        cluster.createNamespace(network.namespace());
        network.up();
    }

    @AfterAll
    void clean() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private Map<String, String> secret(String name) {
        Map<String, String> result = new LinkedHashMap<>();
        cluster.client()
                .secrets()
                .inNamespace(network.namespace())
                .withName(name)
                .get()
                .getData()
                .forEach((entry, value) ->
                        result.put(entry, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
        return result;
    }

    @Test
    void a_user_enrolled_at_the_fabric_ca_submits_a_transaction() {
        Map<String, String> server = secret("org1-ca-server");
        Certificate tlsRoot = Certificate.parse(server.get("tlsca.crt"));
        SecureRandom random = new SecureRandom();
        try (Cluster connection = Cluster.connect(cluster.kubeConfig());
                Dialer dialer = new Dialer()) {
            HostPort ca = connection
                    .tunnels()
                    .open(network.namespace(), "org1-ca", 7054)
                    .address();
            FabricCaClient client = new FabricCaClient(dialer, ca, List.of(tlsRoot), TIMEOUT, random);
            CaInfo info = client.info();
            assertThat(info.chain())
                    .containsExactly(Certificate.parse(secret("org1-user-user1").get("ca.crt")));
            Credential registrar = client.enroll(server.get("username"), server.get("password"));
            client.register(registrar, new Registration("carol", Role.CLIENT, "carols-secret", "", List.of(), 1));
            Credential carol = client.enroll("carol", "carols-secret");
            HostPort peer = connection
                    .tunnels()
                    .open(network.namespace(), "org1-peer0", 7051)
                    .address();
            Endpoint endpoint = new Endpoint(
                    "org1/peer0",
                    peer,
                    new HostPort("org1-peer0." + network.namespace() + ".svc", 7051),
                    List.of(tlsRoot.pem()),
                    Optional.empty());

            try (TransactionClient transactions =
                    new TransactionClient(dialer.peer(endpoint), new Signer(new MspId("Org1MSP"), carol))) {
                CallResult result = transactions.submit(createAsset("carols"), TIMEOUT);

                assertThat(result)
                        .isInstanceOfSatisfying(CallResult.Committed.class, committed -> assertThat(committed.isValid())
                                .isTrue());
            }
            assertThat(carol.certificate().commonName()).isEqualTo("carol");
        }
        assertThat(network.evaluate("org1", readAsset("carols"))).contains("tom");
    }

    @Test
    void the_peer_program_works_with_an_exported_identity(@TempDir Path folder) throws Exception {
        String bin = System.getenv("FABRIC_BIN");
        assumeTrue(bin != null && Files.isExecutable(Path.of(bin, "peer")), "FABRIC_BIN holds no program `peer`");
        Path exported = folder.resolve("it's mine");
        try (NetworkDeployer deployer = network.deployer();
                Cluster connection = Cluster.connect(cluster.kubeConfig())) {
            deployer.exportIdentity("org1", "admin", exported);
            HostPort peer = connection
                    .tunnels()
                    .open(network.namespace(), "org1-peer0", 7051)
                    .address();

            String channels = peer(bin, exported, peer, "peer channel list");
            String chaincodes = peer(bin, exported, peer, "peer lifecycle chaincode querycommitted -C trading");

            assertThat(channels).contains("trading");
            assertThat(chaincodes).contains("Name: asset, Version: 1.0, Sequence: 1");
        }
        try (var files = Files.walk(exported)) {
            assertThat(files.filter(Files::isRegularFile)).isNotEmpty().allSatisfy(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .isEqualTo("rw-------"));
        }
    }

    private String peer(String bin, Path exported, HostPort address, String command) throws Exception {
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        ". ./peer.env && CORE_PEER_ADDRESS=" + address + " CORE_PEER_TLS_SERVERHOSTOVERRIDE=org1-peer0."
                                + network.namespace() + ".svc exec \"$0\"/" + command,
                        bin)
                .directory(exported.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
