package io.weft.embedded.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weft.ca.FabricCaClient;
import io.weft.model.HostPort;
import io.weft.pki.CertificateAuthority;
import io.weft.pki.Credential;
import io.weft.pki.DistinguishedName;
import io.weft.pki.Profile;
import io.weft.protocol.Dialer;
import io.weft.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Fabric CA with the registrar and the authorities that tests share: the embedded one, or Fabric's own program. */
public final class RunningCa implements AutoCloseable {
    public static final String REGISTRAR = "registrar";
    public static final String PASSWORD = "correct-horse-battery";
    public static final SecureRandom RANDOM = new SecureRandom();

    private final URI uri;
    private final CertificateAuthority signing;
    private final CertificateAuthority tls;
    private final Runnable stop;

    private RunningCa(int port, CertificateAuthority signing, CertificateAuthority tls, Runnable stop) {
        this.uri = URI.create("https://localhost:" + port);
        this.signing = signing;
        this.tls = tls;
        this.stop = stop;
    }

    public URI uri() {
        return uri;
    }

    public FabricCaClient client(Dialer dialer, Duration timeout) {
        return new FabricCaClient(
                dialer, HostPort.parse(uri.getAuthority()), List.of(tls.certificate()), timeout, RANDOM);
    }

    public CertificateAuthority signing() {
        return signing;
    }

    public CertificateAuthority tls() {
        return tls;
    }

    private static CertificateAuthority authority(String name) {
        return CertificateAuthority.create(
                DistinguishedName.of(name), Duration.ofDays(3000), Clock.systemUTC(), RANDOM);
    }

    private static Credential listener(CertificateAuthority tls) {
        return tls.issue(
                DistinguishedName.of("org1-ca-server"),
                new Profile.TlsServer(List.of("localhost", "127.0.0.1")),
                Duration.ofDays(30));
    }

    public static RunningCa embedded(Path folder) {
        CertificateAuthority signing = authority("org1-ca");
        CertificateAuthority tls = authority("org1-ca-tls");
        CertificateAuthorityServer server = CertificateAuthorityServer.start(
                new CertificateAuthorityServer.Settings(
                        "org1",
                        signing.credential(),
                        listener(tls),
                        REGISTRAR,
                        PASSWORD,
                        new InetSocketAddress("localhost", 0),
                        folder),
                Clock.systemUTC());
        RunningCa result = new RunningCa(server.address().port(), signing, tls, server::close);
        RawCalls calls = new RawCalls(result);
        Credential registrar = calls.enroll(REGISTRAR, PASSWORD);
        calls.send(calls.byToken(registrar), "POST", "/api/v1/affiliations?force=true", "{'name':'sales.north'}");
        return result;
    }

    /** Skips the test where {@code FABRIC_BIN} has no fabric-ca-server. */
    public static RunningCa real(Path home) throws Exception {
        String folder = System.getenv("FABRIC_BIN");
        assumeTrue(folder != null, "FABRIC_BIN names no folder with Fabric's programs");
        Path program = Path.of(folder, "fabric-ca-server");
        assumeTrue(Files.isExecutable(program), "FABRIC_BIN holds no fabric-ca-server");
        CertificateAuthority signing = authority("org1-ca");
        CertificateAuthority tls = authority("org1-ca-tls");
        Credential listener = listener(tls);
        int port = FreePorts.next();
        Files.writeString(home.resolve("ca.crt"), signing.credential().certificatePem());
        Files.writeString(home.resolve("ca.key"), signing.credential().keyPem());
        Files.writeString(home.resolve("tls.crt"), listener.certificatePem());
        Files.writeString(home.resolve("tls.key"), listener.keyPem());
        Files.writeString(home.resolve("fabric-ca-server-config.yaml"), configuration(port));
        Process server = new ProcessBuilder(program.toString(), "start", "--home", home.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("server.log").toFile())
                .start();
        RunningCa result = new RunningCa(port, signing, tls, () -> stop(server));
        awaitListener(server, port, home.resolve("server.log"));
        return result;
    }

    private static String configuration(int port) {
        return String.join(
                "\n",
                "address: 127.0.0.1",
                "port: " + port,
                "tls: {enabled: true, certfile: tls.crt, keyfile: tls.key}",
                "ca: {name: org1, certfile: ca.crt, keyfile: ca.key}",
                "db: {type: sqlite3, datasource: ca.db}",
                "operations: {listenAddress: \"127.0.0.1:0\"}",
                "cfg: {identities: {passwordattempts: 10}}",
                "registry:",
                "  maxenrollments: -1",
                "  identities:",
                "    - name: " + REGISTRAR,
                "      pass: " + PASSWORD,
                "      type: client",
                "      affiliation: \"\"",
                "      attrs:",
                "        hf.Registrar.Roles: \"*\"",
                "        hf.Registrar.DelegateRoles: \"*\"",
                "        hf.Revoker: true",
                "        hf.IntermediateCA: true",
                "        hf.GenCRL: true",
                "        hf.Registrar.Attributes: \"*\"",
                "        hf.AffiliationMgr: true",
                "affiliations: {sales: [north]}",
                "signing:",
                "  default: {usage: [digital signature], expiry: 8760h}",
                "  profiles:",
                "    ca: {usage: [cert sign, crl sign], expiry: 43800h, caconstraint: {isca: true, maxpathlen: 0}}",
                "    tls:",
                "      usage: [signing, key encipherment, server auth, client auth, key agreement]",
                "      expiry: 8760h",
                "");
    }

    private static void awaitListener(Process server, int port, Path log) throws Exception {
        Instant deadline = Instant.now().plusSeconds(20);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (IOException e) {
                if (!server.isAlive() || Instant.now().isAfter(deadline)) {
                    throw new AssertionError(Files.readString(log), e);
                }
                server.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static void stop(Process server) {
        server.destroy();
        try {
            if (!server.waitFor(5, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop.run();
    }
}
