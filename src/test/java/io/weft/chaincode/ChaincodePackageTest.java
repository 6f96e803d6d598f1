package io.weft.chaincode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.model.HostPort;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.testing.TestNetworks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChaincodePackageTest {
    private static final ChaincodeServer PLAIN =
            new ChaincodeServer(new HostPort("org1-cc-trading-asset.trade.svc", 9999), Optional.empty());

    private static Map<String, byte[]> unpack(byte[] archive) throws IOException {
        Map<String, byte[]> result = new LinkedHashMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                assertThat(entry.isFile()).isTrue();
                assertThat(entry.getLastModifiedDate()).hasTime(0);
                assertThat(entry.getLongUserId() + entry.getLongGroupId()).isZero();
                assertThat(entry.getUserName() + entry.getGroupName()).isEmpty();
                assertThat(entry.getMode()).isEqualTo(0100644);
                result.put(entry.getName(), tar.readAllBytes());
            }
        }
        return result;
    }

    private static JsonNode connection(ChaincodePackage chaincode) throws IOException {
        Map<String, byte[]> outer = unpack(chaincode.bytes());
        Map<String, byte[]> inner = unpack(outer.get("code.tar.gz"));
        assertThat(inner).containsOnlyKeys("connection.json");
        return new ObjectMapper().readTree(inner.get("connection.json"));
    }

    @Test
    void the_same_input_gives_the_same_package_on_every_machine() {
        ChaincodePackage one = ChaincodePackage.of("asset_1.0", PLAIN);

        assertThat(one.bytes())
                .isEqualTo(ChaincodePackage.of("asset_1.0", PLAIN).bytes());
        assertThat(one.id().toString())
                .isEqualTo("asset_1.0:7967e6b6f8ac5eaa1c7d83328496f1ca7236f40441a7675e475001dda81a381c");
    }

    @Test
    void a_package_holds_what_peers_and_builder_read() throws IOException {
        ChaincodePackage chaincode = ChaincodePackage.of("asset_1.0", PLAIN);

        Map<String, byte[]> outer = unpack(chaincode.bytes());
        assertThat(outer.keySet()).containsExactly("metadata.json", "code.tar.gz");
        assertThat(new String(outer.get("metadata.json"), StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"ccaas\",\"label\":\"asset_1.0\"}");
        JsonNode connection = connection(chaincode);
        assertThat(connection.path("address").asText()).isEqualTo("org1-cc-trading-asset.trade.svc:9999");
        assertThat(connection.path("dial_timeout").asText()).isEqualTo("10s");
        assertThat(connection.path("tls_required").asBoolean()).isFalse();
        assertThat(connection.has("client_key")).isFalse();
    }

    @Test
    void with_tls_a_package_holds_what_the_peer_shows_and_trusts() throws IOException {
        CertificateAuthority ca = CertificateAuthority.create(
                DistinguishedName.of("tlsca"), Duration.ofDays(2), Clock.systemUTC(), new SecureRandom());
        Credential client = ca.issue(DistinguishedName.of("peer"), new Profile.TlsClient(), Duration.ofDays(1));
        ChaincodeServer server =
                new ChaincodeServer(PLAIN.address(), Optional.of(new ChaincodeServer.Tls(ca.certificate(), client)));

        JsonNode connection = connection(ChaincodePackage.of("asset_1.0", server));

        assertThat(connection.path("tls_required").asBoolean()).isTrue();
        assertThat(connection.path("client_auth_required").asBoolean()).isTrue();
        assertThat(connection.path("root_cert").asText())
                .isEqualTo(ca.certificate().pem());
        assertThat(connection.path("client_cert").asText()).isEqualTo(client.certificatePem());
        assertThat(connection.path("client_key").asText()).isEqualTo(client.keyPem());
        assertThat(server.toString())
                .doesNotContain("PRIVATE")
                .doesNotContain(client.keyPem().substring(40, 80));
    }

    @Test
    void a_label_is_made_of_name_and_version() {
        assertThat(ChaincodePackage.label(TestNetworks.chaincode("asset-transfer", "1.0+beta")))
                .isEqualTo("asset-transfer_1.0+beta");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "_a", "a b", "a/b", "ä", "a:b"})
    void labels_that_fabric_refuses_are_refused(String label) {
        assertThat(PackageId.isLabel(label)).isFalse();
        assertThatThrownBy(() -> ChaincodePackage.of(label, PLAIN)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "9", "A_b.c+d-e", "0123456789"})
    void labels_that_fabric_takes_are_taken(String label) {
        PackageId id = ChaincodePackage.of(label, PLAIN).id();

        assertThat(PackageId.parse(id.toString())).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a:", "a:12", ":0000000000000000000000000000000000000000000000000000000000000000"})
    void texts_that_are_no_package_id_are_refused(String text) {
        assertThatThrownBy(() -> PackageId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65535, 65536, 200_000})
    void stored_gzip_is_read_by_others(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);

        ByteArrayOutputStream read = new ByteArrayOutputStream();
        new GZIPInputStream(new ByteArrayInputStream(Gzip.store(content))).transferTo(read);

        assertThat(read.toByteArray()).isEqualTo(content);
    }
}
