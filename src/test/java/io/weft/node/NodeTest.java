package io.weft.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.ca.FabricCaClient;
import io.weft.model.HostPort;
import io.weft.pki.Credential;
import io.weft.problem.RejectedException;
import io.weft.protocol.Dialer;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each node from what the charts give its pod. */
class NodeTest {
    @TempDir
    Path folder;

    private static String found(String pattern, String title) {
        Matcher matcher = Pattern.compile(pattern).matcher(title);
        assertThat(matcher.find()).as(title).isTrue();
        return matcher.group(1);
    }

    private static HttpResponse<String> health(RunningProgram program) throws Exception {
        String address = found("operations at ([0-9.]+:\\d+)", program.title());
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + address + "/healthz"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static void assertHealthy(RunningProgram program) throws Exception {
        HttpResponse<String> answer = health(program);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"status\":\"OK\"");
        assertThat(program.unused()).as("settings of the chart without effect").isEmpty();
    }

    @Test
    void an_ordering_node_starts_from_its_pod() throws Exception {
        Pod pod = new Pod(folder).orderer();

        try (RunningProgram program = Node.start(List.of("orderer", "start"), pod.environment)) {
            assertHealthy(program);
            assertThat(program.title()).startsWith("Embedded ordering node `node0` of `OrdererMSP` at 127.0.0.1:");
        }
        assertThat(pod.path("var/production/orderer")).isNotEmptyDirectory();
    }

    @Test
    void a_peer_starts_from_its_pod() throws Exception {
        Pod pod = new Pod(folder).peer();

        try (RunningProgram program = Node.start(List.of("peer", "node", "start"), pod.environment)) {
            assertHealthy(program);
            assertThat(program.title())
                    .contains(" of `Org1MSP` at 127.0.0.1:")
                    .contains("known to others as org1-node0.trade.svc:");
        }
        assertThat(pod.path("var/production")).isNotEmptyDirectory();
    }

    @Test
    void a_fabric_ca_starts_from_its_pod_and_enrolls_the_registrar() throws Exception {
        Pod pod = new Pod(folder).ca();

        try (RunningProgram program = Node.start(List.of("fabric-ca-server", "start"), pod.environment);
                Dialer dialer = new Dialer()) {
            assertHealthy(program);
            String address = found("at (127.0.0.1:\\d+),", program.title());
            Credential registrar = new FabricCaClient(
                            dialer,
                            HostPort.parse(address),
                            List.of(pod.tlsCa.certificate()),
                            Duration.ofSeconds(30),
                            new SecureRandom())
                    .enroll("admin", "it's secret");
            assertThat(registrar.certificate().isSignedBy(pod.ca.certificate())).isTrue();
        }
        assertThat(Files.readString(pod.path("var/fabric-ca/fabric-ca-server-config.yaml")))
                .contains("fabric-ca-server.db");
        assertThat(pod.path("var/fabric-ca/fabric-ca-server.db")).isNotEmptyDirectory();
    }

    @Test
    void a_peer_with_couchdb_is_refused() throws Exception {
        Pod pod = new Pod(folder).peer();
        pod.write("etc/fabric/core.yaml", pod.rendered("fabric-peer/couchdb", "core.yaml"));

        assertThatThrownBy(() -> Node.start(List.of("peer", "node", "start"), pod.environment))
                .isInstanceOf(RejectedException.class)
                .hasMessage("The setting `ledger.state.stateDatabase` is `CouchDB`, but embedded nodes know only"
                        + " `goleveldb`: they have no CouchDB and refuse rich queries; run Fabric's own image for it.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CORE_PEER_TLS_ENABLED | false | peer.tls.enabled",
                "CORE_PEER_TLS_CLIENTAUTHREQUIRED | true | peer.tls.clientAuthRequired",
                "CORE_OPERATIONS_TLS_ENABLED | true | operations.tls.enabled",
                "CORE_PEER_BCCSP_DEFAULT | PKCS11 | peer.BCCSP.Default",
                "CORE_PEER_LISTENADDRESS | 7051:peer | is no `host:port`",
                "CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG | {} | connection.json"
            })
    void a_peer_is_refused_what_it_cannot_do(String variable, String value, String reason) throws Exception {
        Pod pod = new Pod(folder).peer();
        pod.environment.put(variable, value);

        assertThatThrownBy(() -> Node.start(List.of("peer", "node", "start"), pod.environment))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void the_ledger_of_a_real_peer_is_not_touched() throws Exception {
        Pod pod = new Pod(folder).peer();
        Files.createDirectories(pod.path("var/production/ledgersData"));

        assertThatThrownBy(() -> Node.start(List.of("peer", "node", "start"), pod.environment))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("ledgersData` was written by Fabric's own program");
        assertThat(pod.path("var/production")).isDirectoryContaining("glob:**ledgersData");
    }

    @ParameterizedTest
    @ValueSource(strings = {"intermediatecerts", "crls", "admincerts"})
    void an_msp_folder_with_more_than_weft_makes_is_refused(String name) throws Exception {
        Pod pod = new Pod(folder).orderer();
        pod.write("etc/fabric/msp/" + name + "/more.pem", pod.ca.certificate().pem());

        assertThatThrownBy(() -> Node.start(List.of("orderer"), pod.environment))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("has `" + name + "`, which embedded nodes do not know");
    }

    @Test
    void an_msp_folder_without_node_ous_is_refused() throws Exception {
        Pod pod = new Pod(folder).orderer();
        pod.write("etc/fabric/msp/config.yaml", "NodeOUs:\n  Enable: false\n");

        assertThatThrownBy(() -> Node.start(List.of("orderer"), pod.environment))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("does not enable the Node OUs");
    }

    @Test
    void an_msp_folder_with_two_roots_is_refused() throws Exception {
        Pod pod = new Pod(folder).orderer();
        pod.write(
                "etc/fabric/msp/cacerts/second.crt",
                Pod.authority("second").certificate().pem());

        assertThatThrownBy(() -> Node.start(List.of("orderer"), pod.environment))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("has 2 certificates");
    }

    @Test
    void a_key_of_somebody_else_is_refused_and_not_told() throws Exception {
        Pod pod = new Pod(folder).orderer();
        String key = pod.ca.credential().keyPem();
        pod.write("etc/fabric/msp/keystore/sign.key", key);

        assertThatThrownBy(() -> Node.start(List.of("orderer"), pod.environment))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("has no P-256 key of the certificate")
                .hasMessageNotContaining(key.lines().skip(1).findFirst().orElseThrow());
    }

    @Test
    void a_chaincode_without_the_key_of_its_tls_names_the_file() {
        Map<String, String> environment = Map.of(
                "CORE_CHAINCODE_ID_NAME", "asset_1:00",
                "CORE_PEER_LOCALMSPID", "Org1MSP",
                "CHAINCODE_SERVER_ADDRESS", "127.0.0.1:0",
                "CHAINCODE_TLS_DISABLED", "false",
                "CHAINCODE_TLS_KEY", "/none");

        assertThatThrownBy(() -> Node.start(List.of("sample-chaincode"), environment))
                .isInstanceOf(RejectedException.class)
                .hasMessage("`CHAINCODE_TLS_KEY` is `/none`, which cannot be read.");
    }

    @Test
    void other_commands_of_fabric_are_refused() {
        assertThatThrownBy(() -> Node.start(List.of("peer", "channel", "list"), Map.of()))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("but not `peer channel list`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | info",
                "warning | warn",
                "gossip=debug:ERROR | error",
                "debug:grpc=info | debug",
                "panic | error"
            })
    void the_level_of_a_logging_spec_is_that_of_everything_without_one(String spec, String level) {
        assertThat(Node.level(Map.of("FABRIC_LOGGING_SPEC", spec))).isEqualTo(level);
    }

    /** Where the classes of this run come from, however its runner loads them. */
    private static String classPath() {
        StringBuilder result = new StringBuilder(System.getProperty("java.class.path"));
        if (NodeTest.class.getClassLoader() instanceof URLClassLoader loader) {
            for (URL url : loader.getURLs()) {
                result.append(File.pathSeparator).append(url.getPath());
            }
        }
        return result.toString();
    }

    @Test
    @Timeout(240)
    void a_process_serves_until_sigterm_and_then_ends_well() throws Exception {
        Pod pod = new Pod(folder).orderer();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", classPath()),
                        Node.class.getName(),
                        "orderer",
                        "start")
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(new HashMap<>(pod.environment));
        Process process = builder.start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder log = new StringBuilder();
            String line = lines.readLine();
            while (line != null && !line.contains(" serves, for development")) {
                log.append(line).append('\n');
                line = lines.readLine();
            }
            assertThat(line).as("a line that says it serves, after:\n%s", log).isNotNull();

            // The process's own method would close the stream that its last words come by.
            process.toHandle().destroy();

            assertThat(lines.lines()).anyMatch(last -> last.endsWith("Ended."));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
