package io.weft.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.embedded.ca.RunningCa;
import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import io.weft.pki.SigningKey;
import io.weft.problem.RejectedException;
import io.weft.protocol.Dialer;
import io.weft.testing.Eventually;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the client may expect of a Fabric CA, whoever wrote it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FabricCaContract {
    private static final SecureRandom RANDOM = RunningCa.RANDOM;

    private final Dialer dialer = new Dialer();
    private RunningCa server;
    private CertificateAuthority signing;
    private FabricCaClient client;
    private Credential registrar;

    abstract RunningCa start(Path folder) throws Exception;

    @BeforeAll
    void startServer(@TempDir Path folder) throws Exception {
        server = start(folder);
        signing = server.signing();
        client = server.client(dialer, Eventually.PATIENCE);
        registrar = client.enroll(RunningCa.REGISTRAR, RunningCa.PASSWORD);
    }

    @AfterAll
    void stopServer() {
        dialer.close();
        if (server != null) {
            server.close();
        }
    }

    private static Registration registration(String id, String secret, Attribute... attributes) {
        return new Registration(id, Role.CLIENT, secret, "", List.of(attributes), -1);
    }

    @Test
    void the_server_runs_with_the_key_that_weft_made() {
        CaInfo info = client.info();

        assertThat(info.name()).isEqualTo("org1");
        assertThat(info.chain()).containsExactly(signing.certificate());
        assertThat(info.version()).isNotEmpty();
    }

    @Test
    void an_enrolled_user_belongs_to_the_same_msp_and_has_its_attributes() {
        client.register(registrar, registration("auditor", "pw", new Attribute("role", "auditor", true)));

        Credential user = client.enroll("auditor", "pw");

        Certificate certificate = user.certificate();
        assertThat(certificate.isSignedBy(signing.certificate())).isTrue();
        assertThat(certificate.authorityKeyIdentifier())
                .isEqualTo(signing.certificate().subjectKeyIdentifier());
        assertThat(certificate.commonName()).isEqualTo("auditor");
        assertThat(certificate.roles()).containsExactly(Role.CLIENT);
        assertThat(certificate.hasExtendedKeyUsage()).isFalse();
        assertThat(certificate.hasLowSignature()).isTrue();
    }

    @Test
    void weft_writes_attributes_exactly_as_the_server_does() {
        client.register(
                registrar,
                registration("twin", "pw", new Attribute("b", "R&D <1>", true), new Attribute("a", "2", true)));

        String theirs = client.enroll("twin", "pw").certificate().attributes().orElseThrow();

        String ours = signing.issue(
                        DistinguishedName.of("twin"),
                        Profile.Enrollment.asFabricCaWould(
                                Role.CLIENT, "twin", java.util.Map.of("b", "R&D <1>", "a", "2")),
                        Duration.ofDays(1))
                .certificate()
                .attributes()
                .orElseThrow();
        assertThat(ours).isEqualTo(theirs);
    }

    @Test
    void registering_twice_is_refused_with_a_remedy() {
        client.register(registrar, registration("twice", "pw"));

        assertThatThrownBy(() -> client.register(registrar, registration("twice", "pw")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("refused to register `twice` with HTTP status 409")
                .hasMessageContaining("(code 74)")
                .hasMessageContaining("Fix: Update the identity");
    }

    @Test
    void register_or_update_may_be_repeated_and_leaves_exactly_what_was_asked() {
        Attribute kept = new Attribute("kept", "1", true);
        assertThat(client.registerOrUpdate(
                        registrar, registration("again", "old", kept, new Attribute("gone", "1", true))))
                .isTrue();
        assertThat(client.registerOrUpdate(registrar, registration("again", "new", kept)))
                .isFalse();
        assertThat(client.registerOrUpdate(registrar, registration("again", "new", kept)))
                .isFalse();

        RegisteredIdentity identity = client.identity(registrar, "again").orElseThrow();
        assertThat(identity.type()).isEqualTo("client");
        assertThat(identity.affiliation()).isEmpty();
        assertThat(identity.attributes())
                .contains(kept)
                .extracting(Attribute::name)
                .doesNotContain("gone");
        assertThat(client.enroll("again", "new").certificate().attributes().orElseThrow())
                .contains("\"kept\":\"1\"");
        assertThatThrownBy(() -> client.enroll("again", "old")).isInstanceOf(RejectedException.class);
    }

    @Test
    void a_wrong_password_is_clear_and_not_repeated_in_the_message() {
        assertThatThrownBy(() -> client.enroll("registrar", "not-the-password"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("refused to enroll `registrar` with HTTP status 401")
                .hasMessageContaining("(code 20)")
                .hasMessageContaining("Fix: Compare name and password")
                .hasMessageNotContaining("not-the-password");
    }

    @Test
    void an_identity_that_weft_issued_itself_may_not_call() {
        Credential own = signing.issue(
                DistinguishedName.of("registrar"),
                new Profile.Enrollment(Role.ADMIN, java.util.Map.of()),
                Duration.ofDays(1));

        assertThatThrownBy(() -> client.identities(own))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("did not issue itself");
    }

    @Test
    void a_user_without_rights_may_not_register_others() {
        client.register(registrar, registration("plain", "pw"));
        Credential plain = client.enroll("plain", "pw");

        assertThatThrownBy(() -> client.register(plain, registration("friend", "pw")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("HTTP status 403")
                .hasMessageContaining("hf.Registrar.Roles");
    }

    @Test
    void an_affiliation_becomes_organizational_units_beside_the_role() {
        client.registerOrUpdate(registrar, new Registration("seller", Role.CLIENT, "pw", "sales.north", List.of(), -1));

        Certificate certificate = client.enroll("seller", "pw").certificate();

        assertThat(certificate.organizationalUnits()).containsExactlyInAnyOrder("client", "sales", "north");
        assertThat(certificate.roles()).containsExactly(Role.CLIENT);
    }

    @Test
    void reenrollment_certifies_the_current_key_or_a_new_one() {
        client.register(registrar, registration("renewed", "pw"));
        Credential first = client.enroll("renewed", "pw");

        Credential same = client.reenroll(first, first.key());
        Credential other = client.reenroll(same, SigningKey.generate(RANDOM));

        assertThat(same.certificate().hasSameKeyAs(first.certificate())).isTrue();
        assertThat(same.certificate().serialNumber())
                .isNotEqualTo(first.certificate().serialNumber());
        assertThat(other.certificate().hasSameKeyAs(first.certificate())).isFalse();
        assertThat(other.certificate().commonName()).isEqualTo("renewed");
    }

    @Test
    void revocation_names_the_serial_numbers_and_makes_a_list() {
        client.register(registrar, registration("leaver", "pw"));
        Certificate first = client.enroll("leaver", "pw").certificate();
        Certificate second = client.enroll("leaver", "pw").certificate();

        Revocation one = client.revoke(registrar, first, RevocationReason.SUPERSEDED, false);
        Revocation all = client.revoke(registrar, "leaver", RevocationReason.KEY_COMPROMISE, true);

        assertThat(one.serialNumbers()).containsExactly(first.serialNumber());
        assertThat(one.list()).isEmpty();
        assertThat(all.serialNumbers()).contains(second.serialNumber());
        assertThat(all.list().orElseThrow()).startsWith("-----BEGIN X509 CRL-----");
        assertThat(client.revocationList(registrar)).startsWith("-----BEGIN X509 CRL-----");
        assertThatThrownBy(() -> client.enroll("leaver", "pw")).isInstanceOf(RejectedException.class);
    }

    @Test
    void an_unknown_identity_is_absent_and_known_ones_are_listed() {
        assertThat(client.identity(registrar, "nobody at all")).isEmpty();
        assertThat(client.identities(registrar))
                .extracting(RegisteredIdentity::id)
                .contains("registrar");
    }

    @Test
    void another_tls_authority_is_not_trusted() {
        String port = client.toString().replaceAll(".*:", "");
        FabricCaClient stranger = new FabricCaClient(
                dialer,
                new HostPort("localhost", Integer.parseInt(port)),
                List.of(signing.certificate()),
                Duration.ofSeconds(5),
                RANDOM);

        assertThatThrownBy(stranger::info)
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("No TLS connection")
                .hasMessageContaining("names `localhost`");
    }
}
