package io.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.problem.UnreachableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeConfigTest {
    private static final String TWO = """
            current-context: dev
            contexts:
            - {name: dev, context: {cluster: c1, user: u1, namespace: fabric}}
            - {name: prod, context: {cluster: c2, user: u1}}
            clusters:
            - {name: c1, cluster: {server: "https://one.example:6443/", certificate-authority: ca.crt}}
            - {name: c2, cluster: {server: "https://two.example"}}
            users:
            - {name: u1, user: {token: s3cret}}
            """;

    @TempDir
    Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @Test
    void the_current_context_is_taken_and_its_files_are_beside_the_kubeconfig() throws IOException {
        KubeConfig config = KubeConfig.load(List.of(file("a", TWO)), Optional.empty());
        assertThat(config.context()).isEqualTo("dev");
        assertThat(config.server()).hasToString("https://one.example:6443");
        assertThat(config.namespace()).contains("fabric");
        assertThat(config.cluster())
                .containsEntry("certificate-authority", folder.resolve("ca.crt").toString());
        assertThat(config).hasToString("context `dev` (https://one.example:6443)");
    }

    @Test
    void of_entries_with_the_same_name_the_first_file_counts_and_missing_files_are_passed_over() throws IOException {
        Path first = file("first", """
                contexts: [{name: dev, context: {cluster: c2, user: u1}}]
                """);
        KubeConfig config =
                KubeConfig.load(List.of(folder.resolve("none"), first, file("second", TWO)), Optional.empty());
        assertThat(config.server()).hasToString("https://two.example");
        assertThat(config.namespace()).isEmpty();
    }

    @Test
    void what_is_written_for_helm_has_the_chosen_context_alone() throws IOException {
        KubeConfig config = KubeConfig.load(List.of(file("a", TWO)), Optional.of("prod"));
        Path derived = file("derived", config.toYaml());
        assertThat(config.toYaml()).doesNotContain("one.example");
        KubeConfig again = KubeConfig.load(List.of(derived), Optional.empty());
        assertThat(again.server()).isEqualTo(config.server());
        assertThat(again.user()).isEqualTo(config.user());
    }

    @Test
    void an_unknown_context_is_answered_with_those_there_are() throws IOException {
        Path file = file("a", TWO);
        assertThatThrownBy(() -> KubeConfig.load(List.of(file), Optional.of("test")))
                .isInstanceOf(UnreachableException.class)
                .hasMessage("There is no context `test` in the kubeconfig `" + file + "`. It has: `dev`, `prod`.");
    }

    @Test
    void without_any_file_the_places_looked_at_are_named() {
        assertThatThrownBy(() -> KubeConfig.load(List.of(folder.resolve("none")), Optional.empty()))
                .isInstanceOf(UnreachableException.class)
                .hasMessageStartingWith("There is no kubeconfig: looked at `" + folder.resolve("none") + "`.");
    }

    @Test
    void broken_yaml_is_reported_by_its_line_without_quoting_credentials() throws IOException {
        Path file = file("broken", "users:\n- name: u\n  user: {token: s3cret\ncontexts: [");
        assertThatThrownBy(() -> KubeConfig.load(List.of(file), Optional.empty()))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("is not valid YAML (line ")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void a_server_that_is_not_a_url_is_named() throws IOException {
        Path file = file("a", TWO.replace("https://one.example:6443/", "one.example"));
        assertThatThrownBy(() -> KubeConfig.load(List.of(file), Optional.empty()))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("is `one.example`; expected a URL");
    }

    @ParameterizedTest
    @CsvSource({"EC, EC", "RSA, RSA"})
    void the_algorithm_of_a_pkcs8_key_is_found_in_the_key(String algorithm, String expected) throws Exception {
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(KeyPairGenerator.getInstance(algorithm)
                                .generateKeyPair()
                                .getPrivate()
                                .getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        String user = "{client-key-data: " + Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII))
                + "}";
        KubeConfig config = KubeConfig.load(List.of(file("a", TWO.replace("{token: s3cret}", user))), Optional.empty());
        assertThat(Credentials.config(config).getClientKeyAlgo()).isEqualTo(expected);
    }

    @Test
    void a_token_comes_from_a_credential_plugin() throws Exception {
        Path plugin = file(
                "login.sh",
                "#!/bin/sh\necho '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
                        + "\"status\":{\"token\":\"from-plugin\"}}'\n");
        assertThat(plugin.toFile().setExecutable(true)).isTrue();
        String user = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login.sh, interactiveMode:"
                + " Never}}";
        KubeConfig config =
                KubeConfig.load(List.of(file("a", TWO.replace("{token: s3cret}", user))), Optional.of("prod"));
        assertThat(Credentials.config(config).getAutoOAuthToken()).isEqualTo("from-plugin");
    }

    @Test
    void a_credential_plugin_that_is_not_installed_is_named() throws Exception {
        String user = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-login, interactiveMode:"
                + " Never}}";
        KubeConfig config =
                KubeConfig.load(List.of(file("a", TWO.replace("{token: s3cret}", user))), Optional.of("prod"));
        assertThatThrownBy(() -> Credentials.config(config))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("credential plugin `no-such-login` of context `prod`");
    }
}
