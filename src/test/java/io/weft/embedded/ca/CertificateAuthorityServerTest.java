package io.weft.embedded.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.ca.FabricCaClient;
import io.weft.embedded.ca.RawCalls.Reply;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.pki.SigningKey;
import io.weft.pki.SigningRequest;
import io.weft.problem.RejectedException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Dialer;
import io.weft.testing.Eventually;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the embedded Fabric CA promises beyond Fabric's answers. */
class CertificateAuthorityServerTest {
    private static final String SECRET = "a-secret-that-nobody-may-see";

    /** Set forward by the tests. */
    private static final class SetClock extends Clock {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

        void forward(Duration duration) {
            now.updateAndGet(time -> time.plus(duration));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    }

    @TempDir
    private Path parent;

    private final Dialer dialer = new Dialer();
    private final SetClock clock = new SetClock();
    private final CertificateAuthority signing = authority("org1-ca", Duration.ofDays(3000));
    private final CertificateAuthority tls = authority("org1-ca-tls", Duration.ofDays(3000));
    private CertificateAuthorityServer server;

    private CertificateAuthority authority(String name, Duration validity) {
        return CertificateAuthority.create(DistinguishedName.of(name), validity, clock, RunningCa.RANDOM);
    }

    private Path folder() {
        return parent.resolve("ca");
    }

    private CertificateAuthorityServer.Settings settings(Credential authority, Path folder, int port) {
        return new CertificateAuthorityServer.Settings(
                "org1",
                authority,
                tls.issue(
                        DistinguishedName.of("server"),
                        new Profile.TlsServer(List.of("localhost")),
                        Duration.ofDays(30)),
                "registrar",
                SECRET,
                new InetSocketAddress("localhost", port),
                folder);
    }

    @BeforeEach
    void start() {
        server = CertificateAuthorityServer.start(settings(signing.credential(), folder(), 0), clock);
    }

    @AfterEach
    void stop() {
        dialer.close();
        server.close();
    }

    private FabricCaClient client() {
        return new FabricCaClient(
                dialer, server.address(), List.of(tls.certificate()), Eventually.PATIENCE, RunningCa.RANDOM);
    }

    private RawCalls calls() {
        return new RawCalls(URI.create("https://" + server.address()), tls.certificate());
    }

    private Reply enroll(String more) {
        String csr = SigningRequest.create(
                SigningKey.generate(RunningCa.RANDOM), DistinguishedName.of("registrar"), List.of());
        return enroll(csr, more);
    }

    private Reply enroll(String csr, String more) {
        RawCalls calls = calls();
        return calls.send(
                calls.byPassword("registrar", SECRET),
                "POST",
                "/enroll",
                "{'certificate_request':'" + RawCalls.inJson(csr) + "'" + more + "}");
    }

    @Test
    void a_server_that_starts_again_knows_whom_it_registered_enrolled_and_revoked() {
        Credential registrar = client().enroll("registrar", SECRET);
        Credential revoked = client().enroll("registrar", SECRET);
        RawCalls calls = calls();
        calls.send(calls.byToken(registrar), "POST", "/register", "{'id':'user','type':'client','secret':'pw'}");
        calls.send(
                calls.byToken(registrar),
                "POST",
                "/revoke",
                "{'serial':'" + revoked.certificate().serialNumber() + "','aki':'"
                        + revoked.certificate().authorityKeyIdentifier().orElseThrow() + "'}");
        server.close();

        server = CertificateAuthorityServer.start(settings(signing.credential(), folder(), 0), clock);

        assertThat(client().identity(registrar, "user")).isPresent();
        assertThat(client().enroll("user", "pw").certificate().commonName()).isEqualTo("user");
        assertThatThrownBy(() -> client().identities(revoked)).isInstanceOf(RejectedException.class);
    }

    @Test
    void what_was_answered_is_in_the_file_already_so_a_kill_loses_nothing() throws Exception {
        Credential registrar = client().enroll("registrar", SECRET);
        Path copy = Files.createDirectory(parent.resolve("copy"));
        Files.copy(folder().resolve("ca.mv"), copy.resolve("ca.mv"));

        try (Registry registry = Registry.open(copy)) {
            assertThat(registry.certificate(
                            registrar.certificate().serialNumber(),
                            IssuedCertificate.authority(registrar.certificate())))
                    .isPresent();
            assertThat(registry.user("registrar").orElseThrow().state()).isEqualTo(1);
        }
    }

    @Test
    void only_the_owner_may_read_the_file_and_no_password_is_in_it() throws Exception {
        Credential registrar = client().enroll("registrar", SECRET);
        RawCalls calls = calls();
        calls.send(
                calls.byToken(registrar),
                "POST",
                "/register",
                "{'id':'user','type':'client','secret':'another-secret-of-a-user'}");
        server.close();

        Path file = folder().resolve("ca.mv");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .contains("registrar")
                .doesNotContain(SECRET)
                .doesNotContain("another-secret-of-a-user")
                .doesNotContain("PRIVATE KEY");
    }

    @Test
    void two_servers_cannot_share_a_folder() {
        assertThatThrownBy(() -> CertificateAuthorityServer.start(settings(signing.credential(), folder(), 0), clock))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("cannot open its registry `" + folder().resolve("ca.mv") + "`")
                .hasMessageContaining("Fix: stop the other process");
    }

    @Test
    void a_port_that_is_taken_is_named_and_the_folder_is_free_again() throws Exception {
        Path other = parent.resolve("other");
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("localhost", 0));

            assertThatThrownBy(() -> CertificateAuthorityServer.start(
                            settings(signing.credential(), other, taken.getLocalPort()), clock))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("cannot listen on")
                    .hasMessageContaining(":" + taken.getLocalPort());
        }

        CertificateAuthorityServer.start(settings(signing.credential(), other, 0), clock)
                .close();
    }

    @Test
    void a_certificate_of_no_authority_cannot_sign() {
        Credential leaf = signing.issue(DistinguishedName.of("leaf"), new Profile.TlsClient(), Duration.ofDays(1));

        assertThatThrownBy(() -> CertificateAuthorityServer.start(settings(leaf, parent.resolve("x"), 0), clock))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("is no authority's");
    }

    @Test
    void a_certificate_that_has_expired_may_not_call() {
        Credential registrar = client().enroll("registrar", SECRET);
        assertThat(client().identities(registrar)).hasSize(1);

        clock.forward(Duration.ofDays(366));

        assertThatThrownBy(() -> client().identities(registrar))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("HTTP status 401");
    }

    @Test
    void no_certificate_outlives_its_authority() {
        server.close();
        CertificateAuthority old = authority("old-ca", Duration.ofDays(10));
        server = CertificateAuthorityServer.start(settings(old.credential(), parent.resolve("old"), 0), clock);

        assertThat(client().enroll("registrar", SECRET).certificate().notAfter())
                .isEqualTo(old.certificate().notAfter());
    }

    @Test
    void a_password_for_one_enrollment_works_once_however_many_try() throws Exception {
        Credential registrar = client().enroll("registrar", SECRET);
        RawCalls calls = calls();
        calls.send(
                calls.byToken(registrar),
                "POST",
                "/register",
                "{'id':'once','type':'client','secret':'pw','max_enrollments':1}");
        String body = "{'certificate_request':'"
                + RawCalls.inJson(SigningRequest.create(
                        SigningKey.generate(RunningCa.RANDOM), DistinguishedName.of("once"), List.of()))
                + "'}";
        ExecutorService many = Executors.newFixedThreadPool(8);
        List<Future<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            replies.add(many.submit(() -> calls.send(calls.byPassword("once", "pw"), "POST", "/enroll", body)));
        }

        List<Integer> statuses = new ArrayList<>();
        for (Future<Reply> reply : replies) {
            statuses.add(reply.get(60, TimeUnit.SECONDS).status());
        }
        many.shutdown();
        assertThat(statuses)
                .containsOnlyOnce(201)
                .filteredOn(status -> status == 401)
                .hasSize(7);
    }

    @Test
    void what_is_not_supported_is_refused_in_a_sentence() throws Exception {
        RawCalls calls = calls();

        assertThat(calls.send(calls.byNobody(), "POST", "/api/v1/idemix/credential", "{}"))
                .satisfies(reply -> assertThat(reply.status()).isEqualTo(501))
                .satisfies(reply -> assertThat(reply.body()).contains("no Idemix", "`--nodes fabric`"));
        assertThat(enroll(Requests.onLargerCurve("registrar"), "").body())
                .contains("an elliptic curve key on `P-384`", "`--nodes fabric`");
        assertThat(enroll(",'crl_override':'http://x'").body()).contains("leave `crl_override` away");
        assertThat(enroll(",'subject':{'CN':'registrar'}").body()).contains("leave `subject` away");
    }

    @Test
    void a_damaged_request_is_refused() {
        assertThat(enroll("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n", "")
                        .body())
                .contains("its contents are no certificate request", "\"success\":false");
    }

    @Test
    void a_body_of_many_megabytes_is_refused() {
        RawCalls calls = calls();

        assertThat(calls.send(calls.byNobody(), "POST", "/register", "x".repeat(5 << 20))
                        .status())
                .isEqualTo(413);
    }

    @Test
    void its_threads_keep_no_program_alive() {
        client().info();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("fabric-ca-org1")
                        || thread.getName().startsWith("HTTP-Dispatcher"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }

    @Test
    void after_close_nothing_answers_and_closing_again_does_no_harm() {
        FabricCaClient client = client();
        server.close();
        server.close();

        assertThatThrownBy(client::info).isInstanceOf(UnreachableException.class);
    }

    @Test
    void texts_do_not_show_the_password() {
        assertThat(settings(signing.credential(), folder(), 0).toString()).doesNotContain(SECRET);
        assertThat(server.toString()).isEqualTo("Fabric CA `org1` at " + server.address());
    }
}
