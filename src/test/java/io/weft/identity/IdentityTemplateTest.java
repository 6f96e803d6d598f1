package io.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Organization;
import io.weft.pki.Certificate;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.Role;
import io.weft.pki.SigningKey;
import io.weft.problem.Problem;
import io.weft.problem.RejectedException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdentityTemplateTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:20:30Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Network network = Networks.small();
    private final Identities identities = new Identities(network);
    private final OrganizationAuthorities authorities = OrganizationAuthorities.create(network, "org1", CLOCK, RANDOM);
    private final IdentityTemplate peer = identities.node(new NodeRef("org1", "peer0"));

    private OrganizationAuthorities after(Duration time) {
        return OrganizationAuthorities.parse(
                "trade/org1-ca-keys", authorities.contents(), Clock.offset(CLOCK, time), RANDOM);
    }

    private static Map<String, String> with(Map<String, String> contents, String entry, String value) {
        Map<String, String> result = new HashMap<>(contents);
        result.put(entry, value);
        return result;
    }

    private static Map<String, String> without(Map<String, String> contents, String entry) {
        Map<String, String> result = new HashMap<>(contents);
        result.remove(entry);
        return result;
    }

    private static String said(IdentityCheck check) {
        return String.join(
                "\n", check.problems().stream().map(Problem::toString).toList());
    }

    @Test
    void a_peers_secret_holds_what_the_chart_mounts() {
        Map<String, String> contents = peer.create(authorities);

        assertThat(peer.namespace() + "/" + peer.name()).isEqualTo("trade/org1-peer0-identity");
        assertThat(contents)
                .containsOnlyKeys("sign.crt", "sign.key", "ca.crt", "tls.crt", "tls.key", "tlsca.crt", "config.yaml");
        Certificate sign = Certificate.parse(contents.get("sign.crt"));
        assertThat(sign.commonName()).isEqualTo("org1-peer0");
        assertThat(sign.roles()).containsExactly(Role.PEER);
        assertThat(sign.isSignedBy(authorities.signing().certificate())).isTrue();
        assertThat(sign.attributes()).isEmpty();
        Certificate tls = Certificate.parse(contents.get("tls.crt"));
        assertThat(tls.isSignedBy(authorities.tls().certificate())).isTrue();
        assertThat(tls.hosts())
                .containsExactly(
                        "org1-peer0",
                        "org1-peer0.trade",
                        "org1-peer0.trade.svc",
                        "org1-peer0.trade.svc.cluster.local",
                        "localhost",
                        "127.0.0.1",
                        "0:0:0:0:0:0:0:1",
                        "peer0.example.com",
                        "192.0.2.7");
        assertThat(tls.notAfter()).isEqualTo(NOW.plus(Networks.VALIDITY.node()));
    }

    @Test
    void an_ordering_nodes_secret_also_holds_the_root_of_its_admin_listener() {
        OrganizationAuthorities orderers = OrganizationAuthorities.create(network, "orderer", CLOCK, RANDOM);

        Map<String, String> contents =
                identities.node(new NodeRef("orderer", "orderer0")).create(orderers);

        assertThat(contents.get("adminca.crt"))
                .isEqualTo(orderers.admin().certificate().pem());
        assertThat(Certificate.parse(contents.get("sign.crt")).roles()).containsExactly(Role.ORDERER);
    }

    @Test
    void the_admin_can_dial_the_admin_listener() {
        Map<String, String> contents =
                identities.user("org1", Organization.ADMIN).create(authorities);

        assertThat(Certificate.parse(contents.get("sign.crt")).roles()).containsExactly(Role.ADMIN);
        Certificate tls = Certificate.parse(contents.get("tls.crt"));
        assertThat(tls.isSignedBy(authorities.admin().certificate())).isTrue();
        assertThat(tls.allowsClient()).isTrue();
        assertThat(tls.allowsServer()).isFalse();
    }

    @Test
    void a_users_certificate_carries_its_attributes() {
        Map<String, String> contents = identities.user("org1", "user1").create(authorities);

        assertThat(contents).containsOnlyKeys("sign.crt", "sign.key", "ca.crt", "tlsca.crt", "config.yaml");
        assertThat(Certificate.parse(contents.get("sign.crt")).attributes())
                .hasValue("{\"attrs\":{\"hf.Affiliation\":\"\",\"hf.EnrollmentID\":\"user1\",\"hf.Type\":\"client\","
                        + "\"role\":\"auditor\"}}");
    }

    @Test
    void the_ca_server_gets_a_registrar_with_its_own_password() {
        Map<String, String> one = identities.caServer("org1").create(authorities);
        Map<String, String> two = identities.caServer("org1").create(authorities);

        assertThat(one).containsOnlyKeys("tls.crt", "tls.key", "tlsca.crt", "username", "password");
        assertThat(one.get("password")).hasSize(32).isNotEqualTo(two.get("password"));
        assertThat(Certificate.parse(one.get("tls.crt")).hosts()).contains("org1-ca.trade.svc", "ca.example.com");
    }

    @Test
    void a_chaincode_gets_a_server_pair_and_a_client_pair() {
        Map<String, String> contents =
                identities.chaincode("org1", "trading", "asset").create(authorities);

        assertThat(contents).containsOnlyKeys("tls.crt", "tls.key", "client.crt", "client.key", "client-ca.crt");
        assertThat(Certificate.parse(contents.get("tls.crt")).hosts()).contains("org1-cc-trading-asset.trade.svc");
        assertThat(Certificate.parse(contents.get("client.crt"))
                        .isSignedBy(Certificate.parse(contents.get("client-ca.crt"))))
                .isTrue();
    }

    @Test
    void everything_that_was_just_made_is_found_in_order() {
        for (IdentityTemplate template : identities.of("org1")) {
            IdentityCheck check = template.check(template.create(authorities), authorities);
            assertThat(check.problems()).as(template.name()).isEmpty();
            assertThat(check.repairs()).as(template.name()).isEmpty();
        }
        assertThat(identities.of("org1"))
                .extracting(IdentityTemplate::name)
                .containsExactly(
                        "org1-peer0-identity",
                        "org1-user-admin",
                        "org1-user-user1",
                        "org1-ca-server",
                        "org1-cc-trading-asset-tls");
    }

    @Test
    void a_missing_host_name_is_repaired_with_the_same_key() {
        Map<String, String> contents = peer.create(authorities);
        Credential narrow = authorities
                .tls()
                .issue(
                        DistinguishedName.of("org1-peer0"),
                        new Profile.TlsServer(List.of("org1-peer0", "localhost")),
                        Duration.ofDays(900),
                        SigningKey.parse(contents.get("tls.key"), RANDOM));
        Map<String, String> old = with(contents, "tls.crt", narrow.certificatePem());

        IdentityCheck check = peer.check(old, authorities);
        Map<String, String> repaired = peer.repair(old, authorities);

        assertThat(check.isUsable()).isTrue();
        assertThat(check.repairs()).containsOnlyKeys("tls.crt");
        assertThat(check.repairs().get("tls.crt"))
                .contains("lacks the names `org1-peer0.trade`")
                .contains("`::1`");
        assertThat(without(repaired, "tls.crt")).isEqualTo(without(old, "tls.crt"));
        assertThat(Certificate.parse(repaired.get("tls.crt")).hasSameKeyAs(narrow.certificate()))
                .isTrue();
        assertThat(peer.check(repaired, authorities).repairs()).isEmpty();
        assertThat(peer.repair(repaired, authorities)).isEqualTo(repaired);
    }

    @Test
    void a_certificate_that_ends_soon_or_has_ended_is_renewed_with_the_same_key() {
        Map<String, String> contents = identities.user("org1", "user1").create(authorities);
        IdentityTemplate user = identities.user("org1", "user1");

        assertThat(user.check(contents, after(Duration.ofDays(330))).repairs()).isEmpty();
        assertThat(user.check(contents, after(Duration.ofDays(340))).repairs().get("sign.crt"))
                .isEqualTo("The certificate ends at `2027-11-22T10:20:30Z`.");
        OrganizationAuthorities later = after(Duration.ofDays(400));
        assertThat(user.check(contents, later).repairs().get("sign.crt")).startsWith("The certificate ended at");
        Map<String, String> renewed = user.repair(contents, later);
        assertThat(renewed.get("sign.key")).isEqualTo(contents.get("sign.key"));
        assertThat(user.check(renewed, later).repairs()).isEmpty();
    }

    @Test
    void next_to_the_authoritys_end_nothing_is_renewed_in_vain() {
        OrganizationAuthorities late = after(Duration.ofDays(15 * 365 - 20));
        Map<String, String> contents = peer.create(late);

        assertThat(peer.check(contents, late).repairs()).isEmpty();
    }

    @Test
    void changed_attributes_are_repaired() {
        IdentityTemplate user = identities.user("org1", "user1");
        Map<String, String> contents = user.create(authorities);
        Credential plain = authorities
                .signing()
                .issue(
                        DistinguishedName.of("user1"),
                        Profile.Enrollment.asFabricCaWould(Role.CLIENT, "user1", Map.of()),
                        Duration.ofDays(100),
                        SigningKey.parse(contents.get("sign.key"), RANDOM));

        assertThat(user.check(with(contents, "sign.crt", plain.certificatePem()), authorities)
                        .repairs()
                        .get("sign.crt"))
                .contains("attributes differ");
    }

    @Test
    void an_admin_with_the_unit_of_a_client_is_repaired() {
        IdentityTemplate admin = identities.admin("org1");
        Map<String, String> contents = admin.create(authorities);
        Credential client = authorities
                .signing()
                .issue(
                        DistinguishedName.of("admin"),
                        new Profile.Enrollment(Role.CLIENT, Map.of()),
                        Duration.ofDays(100),
                        SigningKey.parse(contents.get("sign.key"), RANDOM));
        Map<String, String> wrong = with(contents, "sign.crt", client.certificatePem());

        assertThat(admin.check(wrong, authorities).repairs().get("sign.crt"))
                .isEqualTo("The certificate has the organizational units `[client]`; exactly one Node OU, `admin`, was"
                        + " expected.");
        assertThat(Certificate.parse(admin.repair(wrong, authorities).get("sign.crt"))
                        .roles())
                .containsExactly(Role.ADMIN);
    }

    @Test
    void a_server_that_may_not_dial_is_repaired() {
        Map<String, String> contents = peer.create(authorities);
        Credential client = authorities
                .tls()
                .issue(
                        DistinguishedName.of("org1-peer0"),
                        new Profile.TlsClient(),
                        Duration.ofDays(900),
                        SigningKey.parse(contents.get("tls.key"), RANDOM));

        assertThat(peer.check(with(contents, "tls.crt", client.certificatePem()), authorities)
                        .repairs())
                .containsOnlyKeys("tls.crt");
    }

    @Test
    void a_missing_certificate_is_issued_for_the_key_that_is_there() {
        Map<String, String> contents = peer.create(authorities);
        Map<String, String> half = without(contents, "sign.crt");

        assertThat(peer.check(half, authorities).isRepairable()).isTrue();
        Map<String, String> repaired = peer.repair(half, authorities);
        assertThat(repaired.get("sign.key")).isEqualTo(contents.get("sign.key"));
        assertThat(Certificate.parse(repaired.get("sign.crt"))
                        .hasSameKeyAs(Certificate.parse(contents.get("sign.crt"))))
                .isTrue();
    }

    @Test
    void a_missing_configuration_is_written_again() {
        Map<String, String> contents = peer.create(authorities);

        Map<String, String> repaired = peer.repair(without(contents, "config.yaml"), authorities);

        assertThat(repaired).isEqualTo(contents);
    }

    @Test
    void a_missing_key_is_an_error_and_never_replaced() {
        Map<String, String> half = without(peer.create(authorities), "tls.key");

        assertThat(said(peer.check(half, authorities)))
                .startsWith("Secret trade/org1-peer0-identity tls.key: The private key is missing.")
                .contains("Fix: Put the entry back from a backup");
        assertThatThrownBy(() -> peer.repair(half, authorities))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("tls.key");
    }

    @Test
    void a_key_of_another_certificate_is_an_error() {
        Map<String, String> contents = peer.create(authorities);
        Map<String, String> mixed = with(contents, "tls.key", contents.get("sign.key"));

        IdentityCheck check = peer.check(mixed, authorities);

        assertThat(check.isUsable()).isFalse();
        assertThat(said(check)).contains("tls.crt: The certificate is for another key than `tls.key`");
    }

    @Test
    void an_issuer_of_the_same_name_but_another_key_is_named_as_such() {
        OrganizationAuthorities other = OrganizationAuthorities.create(network, "org1", CLOCK, RANDOM);

        assertThat(said(peer.check(peer.create(other), authorities)))
                .contains("sign.crt: The certificate's issuer has the same name as the signing CA of `org1`")
                .contains("but a different key.")
                .contains("tls.crt: The certificate's issuer has the same name as the TLS CA");
    }

    @Test
    void an_issuer_of_another_organization_is_named() {
        OrganizationAuthorities other = OrganizationAuthorities.create(network, "orderer", CLOCK, RANDOM);

        assertThat(said(peer.check(peer.create(other), authorities)))
                .contains("CN=orderer-ca`, which is not the signing CA of `org1`");
    }

    @Test
    void a_certificate_of_another_identity_is_an_error() {
        Map<String, String> user = identities.user("org1", "user1").create(authorities);

        assertThat(said(identities.admin("org1").check(user, authorities)))
                .contains("sign.crt: The certificate is that of `user1`; `admin` was expected.");
    }

    @Test
    void a_certificate_of_the_future_is_an_error_that_blames_a_clock() {
        Map<String, String> contents = peer.create(authorities);
        OrganizationAuthorities early = new OrganizationAuthorities(
                backInTime(authorities.signing()), backInTime(authorities.tls()), backInTime(authorities.admin()));

        assertThat(said(peer.check(contents, early)))
                .contains("not valid before `2026-11-22T10:15:30Z`")
                .contains("1440 minutes too early")
                .contains("Fix: Compare the clocks");
    }

    private static CertificateAuthority backInTime(CertificateAuthority authority) {
        return CertificateAuthority.of(
                authority.credential(),
                Clock.fixed(NOW.minus(Duration.ofMinutes(5)).minus(Duration.ofDays(1)), ZoneOffset.UTC),
                RANDOM);
    }

    @Test
    void unreadable_entries_are_errors_that_name_the_entry_and_show_nothing_of_it() {
        Map<String, String> contents = peer.create(authorities);
        String junk = "c29tZSBzZWNyZXQ";

        assertThat(said(peer.check(with(contents, "sign.crt", ""), authorities)))
                .contains("sign.crt: The certificate is empty");
        assertThat(said(peer.check(with(contents, "sign.crt", contents.get("sign.crt") + junk), authorities)))
                .contains("sign.crt: The certificate has text outside")
                .doesNotContain(junk);
        assertThat(said(peer.check(
                        with(contents, "sign.crt", contents.get("sign.crt") + contents.get("ca.crt")), authorities)))
                .contains("sign.crt: The certificate holds 2 certificates");
        assertThat(said(peer.check(with(contents, "tls.key", junk), authorities)))
                .contains("tls.key: The private key has text outside")
                .doesNotContain(junk);
        assertThat(said(peer.check(with(contents, "tls.key", contents.get("tls.crt")), authorities)))
                .contains("tls.key: The private key holds a `CERTIFICATE`");
    }

    @Test
    void a_registrar_without_a_password_is_an_error() {
        IdentityTemplate server = identities.caServer("org1");

        assertThat(said(server.check(without(server.create(authorities), "password"), authorities)))
                .contains("password: The registrar's password is missing.");
    }
}
