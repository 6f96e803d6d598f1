package io.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.model.Network;
import io.weft.pki.GoldenFile;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityExportTest {
    private final Network network = Networks.small();
    private final OrganizationAuthorities authorities =
            OrganizationAuthorities.create(network, "org1", Clock.systemUTC(), new SecureRandom());
    private final Map<String, String> admin =
            new Identities(network).admin("org1").create(authorities);
    private final IdentityExport export = IdentityExport.of("org1", "admin", new MspId("Org1MSP"), admin)
            .withPeer(new HostPort("127.0.0.1", 7051), Optional.of("org1-peer0.trade.svc"))
            .withOrdererRoots(
                    List.of(authorities.tls().certificate(), authorities.tls().certificate()))
            .withOrderer(new HostPort("127.0.0.1", 7050))
            .withOrdererAdmin(new HostPort("127.0.0.1", 9443));

    @TempDir
    Path parent;

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> folder.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void an_admin_gets_msp_wallet_tls_and_environment() throws IOException {
        Path folder = export.write(parent.resolve("a/b"));

        assertThat(folder).isEqualTo(parent.resolve("a/b"));
        assertThat(files(folder))
                .containsExactly(
                        "application.env",
                        "core.yaml",
                        "msp/cacerts/ca.crt",
                        "msp/config.yaml",
                        "msp/keystore/sign.key",
                        "msp/signcerts/sign.crt",
                        "msp/tlscacerts/tlsca.crt",
                        "peer.env",
                        "tls/ca.crt",
                        "tls/client.crt",
                        "tls/client.key",
                        "tls/orderers.crt",
                        "wallet/admin@org1.id");
        assertThat(folder.resolve("msp/keystore/sign.key")).hasContent(admin.get("sign.key"));
        assertThat(folder.resolve("tls/client.key")).hasContent(admin.get("tls.key"));
        assertThat(folder.resolve("tls/orderers.crt")).hasContent(admin.get("tlsca.crt"));
        assertThat(files(parent.resolve("a"))).allMatch(path -> path.startsWith("b/"));
    }

    @Test
    void the_environment_is_the_one_of_fabrics_peer_program() throws IOException {
        GoldenFile.assertMatches(
                "identity/peer.env", export.files(Path.of("/home/me/it's here")).get("peer.env"));
    }

    @Test
    void the_settings_of_applications_are_those_that_fabric_samples_read() throws IOException {
        GoldenFile.assertMatches(
                "identity/application.env",
                export.files(Path.of("/home/me/it's here")).get("application.env"));
    }

    @Test
    void a_loopback_address_has_a_name_for_tls() throws IOException {
        Map<String, String> files = IdentityExport.of("org1", "admin", new MspId("Org1MSP"), admin)
                .withPeer(new HostPort("127.0.0.1", 7051), Optional.empty())
                .files(Path.of("/x"));

        assertThat(files.get("application.env"))
                .contains("PEER_ENDPOINT='127.0.0.1:7051'", "PEER_HOST_ALIAS='localhost'");
    }

    @Test
    void a_user_without_peer_gets_no_settings_that_would_be_guesses() throws IOException {
        Map<String, String> user = new Identities(network).user("org1", "user1").create(authorities);

        Map<String, String> files =
                IdentityExport.of("org1", "user1", new MspId("Org1MSP"), user).files(Path.of("/x"));

        assertThat(files).doesNotContainKeys("application.env", "tls/client.crt", "tls/client.key", "tls/orderers.crt");
        assertThat(files.get("peer.env")).doesNotContain("CORE_PEER_ADDRESS").doesNotContain("ORDERER");
    }

    @Test
    void the_wallet_is_the_form_of_the_former_sdks() throws IOException {
        JsonNode wallet = new ObjectMapper().readTree(export.wallet());

        assertThat(wallet.path("credentials").path("certificate").asText()).isEqualTo(admin.get("sign.crt"));
        assertThat(wallet.path("credentials").path("privateKey").asText()).isEqualTo(admin.get("sign.key"));
        assertThat(wallet.path("mspId").asText()).isEqualTo("Org1MSP");
        assertThat(wallet.path("type").asText()).isEqualTo("X.509");
        assertThat(wallet.path("version").isInt()).isTrue();
        assertThat(wallet.path("version").asInt()).isEqualTo(1);
        assertThat(wallet).hasSize(4);
    }

    @Test
    void only_the_owner_can_read_any_of_it() throws IOException {
        assumeTrue(Files.getFileStore(parent).supportsFileAttributeView("posix"), "No POSIX permissions here");

        Path folder = export.write(parent.resolve("out"));

        try (Stream<Path> paths = Files.walk(folder)) {
            paths.forEach(path -> assertThat(permissions(path))
                    .as(path.toString())
                    .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    private static String permissions(Path path) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            return PosixFilePermissions.toString(permissions);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void an_earlier_export_of_the_same_identity_is_replaced_completely() throws IOException {
        Path folder = export.write(parent.resolve("out"));
        Map<String, String> renewed = new Identities(network).admin("org1").create(authorities);

        IdentityExport.of("org1", "admin", new MspId("Org1MSP"), renewed).write(folder);

        assertThat(folder.resolve("msp/keystore/sign.key")).hasContent(renewed.get("sign.key"));
        assertThat(folder.resolve("tls/orderers.crt")).doesNotExist();
        try (Stream<Path> left = Files.list(parent)) {
            assertThat(left).containsExactly(folder);
        }
    }

    @Test
    void an_empty_folder_is_taken() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("out"));

        export.write(folder);

        assertThat(folder.resolve("peer.env")).exists();
    }

    @Test
    void a_folder_with_something_else_is_left_alone() throws IOException {
        Path folder = export.write(parent.resolve("out"));
        Files.writeString(folder.resolve("thesis.txt"), "years of work");

        assertThatThrownBy(() -> export.write(folder))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("holds something else than an export of `admin@org1`: `thesis.txt`");
        assertThat(folder.resolve("thesis.txt")).hasContent("years of work");
    }

    @Test
    void the_export_of_another_identity_is_left_alone() {
        Path folder = export.write(parent.resolve("out"));
        IdentityExport otherUser = IdentityExport.of("org1", "user1", new MspId("Org1MSP"), admin);
        IdentityExport otherMsp = IdentityExport.of("org1", "admin", new MspId("OtherMSP"), admin);

        assertThatThrownBy(() -> otherUser.write(folder)).hasMessageContaining("`wallet/admin@org1.id`");
        assertThatThrownBy(() -> otherMsp.write(folder)).hasMessageContaining("an identity of another MSP");
    }

    @Test
    void a_file_in_its_place_is_left_alone() throws IOException {
        Path file = Files.writeString(parent.resolve("out"), "text");

        assertThatThrownBy(() -> export.write(file))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("is a file");
        assertThatThrownBy(() -> export.write(file.resolve("below")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("could not be written");
    }

    @Test
    void entries_that_do_not_belong_together_are_named_and_not_shown() {
        Map<String, String> mixed = new HashMap<>(admin);
        mixed.put("sign.key", admin.get("tls.key"));
        Map<String, String> half = new HashMap<>(admin);
        half.remove("tlsca.crt");

        assertThatThrownBy(() -> IdentityExport.of("org1", "admin", new MspId("Org1MSP"), mixed))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("`sign.crt` and `sign.key` of the Secret of `org1/admin`")
                .hasMessageNotContaining("PRIVATE");
        assertThatThrownBy(() -> IdentityExport.of("org1", "admin", new MspId("Org1MSP"), half))
                .hasMessage("The Secret of `org1/admin` has no entry `tlsca.crt`.");
        assertThat(export.toString()).doesNotContain("PRIVATE").contains("admin@org1");
    }
}
