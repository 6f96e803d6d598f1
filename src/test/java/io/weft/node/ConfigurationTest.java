package io.weft.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.problem.RejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final String YAML = """
            peer:
              id: peer0
              listenAddress: 0.0.0.0:7051
              mspConfigPath: msp
              tls: {enabled: true, clientRootCAs: {files: [a.crt, b.crt]}}
              gossip: {bootstrap: "one:7051 two:7051", pvtData: {}}
            chaincode: {executetimeout: 30s}
            """;

    @TempDir
    Path folder;

    private Configuration read(String yaml, Map<String, String> environment) throws IOException {
        return Configuration.read(Files.writeString(folder.resolve("core.yaml"), yaml), "CORE", environment);
    }

    @Test
    void a_variable_replaces_what_the_file_says() throws IOException {
        Configuration configuration = read(YAML, Map.of("CORE_PEER_LISTENADDRESS", "127.0.0.1:0", "CORE_PEER_ID", ""));

        assertThat(configuration.listen("peer.listenAddress").getHostString()).isEqualTo("127.0.0.1");
        assertThat(configuration.text("peer.id"))
                .as("an empty variable is none")
                .isEqualTo("peer0");
    }

    @Test
    void a_variable_is_enough_where_the_file_is_silent() throws IOException {
        assertThat(read(YAML, Map.of("CORE_PEER_NETWORKID", "dev")).text("peer.networkId"))
                .isEqualTo("dev");
    }

    @Test
    void keys_are_found_in_any_case() throws IOException {
        assertThat(read(YAML, Map.of()).text("Peer.ListenAddress")).isEqualTo("0.0.0.0:7051");
    }

    @Test
    void lists_are_in_the_file_or_in_one_variable() throws IOException {
        Configuration configuration = read(YAML, Map.of("CORE_PEER_GOSSIP_BOOTSTRAP", "three:7051,four:7051"));

        assertThat(configuration.list("peer.tls.clientRootCAs.files")).containsExactly("a.crt", "b.crt");
        assertThat(configuration.list("peer.gossip.bootstrap")).containsExactly("three:7051", "four:7051");
        assertThat(read(YAML, Map.of()).list("peer.gossip.bootstrap")).containsExactly("one:7051", "two:7051");
        assertThat(configuration.list("peer.nothing")).isEmpty();
    }

    @Test
    void a_relative_path_begins_at_the_file() throws IOException {
        assertThat(read(YAML, Map.of()).path("peer.mspConfigPath")).isEqualTo(folder.resolve("msp"));
    }

    @Test
    void what_is_missing_is_named_with_its_variable() throws IOException {
        Configuration configuration = read(YAML, Map.of());

        assertThatThrownBy(() -> configuration.text("peer.localMspId"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("`peer.localMspId` is missing")
                .hasMessageContaining("`CORE_PEER_LOCALMSPID`");
    }

    @Test
    void a_value_that_embedded_nodes_do_not_know_is_refused() throws IOException {
        Configuration configuration = read(YAML, Map.of("CORE_PEER_TLS_ENABLED", "false"));

        assertThatThrownBy(
                        () -> configuration.require("peer.tls.enabled", "true", "false", "they listen with TLS alone"))
                .isInstanceOf(RejectedException.class)
                .hasMessage(
                        "The setting `peer.tls.enabled` is `false`, but embedded nodes know only `true`: they listen"
                                + " with TLS alone.");
    }

    @Test
    void settings_without_effect_are_told_when_they_are_not_as_usual() throws IOException {
        Configuration configuration = read(
                YAML + "vm: {endpoint: unix:///docker.sock}\n",
                Map.of("CORE_CHAINCODE_EXECUTETIMEOUT", "60s", "CORE_VM_DOCKER_TLS", "x", "CORE_PEER_ID", "peer1"));
        List.of("peer.id", "peer.listenAddress", "peer.mspConfigPath", "peer.tls.enabled", "peer.gossip.bootstrap")
                .forEach(configuration::find);
        configuration.allow("peer.tls.clientRootCAs.files");

        assertThat(configuration.unused(List.of("/charts/fabric-peer/config/core.yaml"), Map.of()))
                .containsExactly("vm.endpoint", "CORE_CHAINCODE_EXECUTETIMEOUT", "CORE_VM_DOCKER_TLS");
    }

    @Test
    void a_file_that_is_no_mapping_is_refused_without_quoting_it() {
        assertThatThrownBy(() -> read("password: 'secret\n", Map.of()))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("is no YAML mapping")
                .hasMessageNotContaining("secret");
    }
}
