package io.weft.node;

import io.weft.embedded.ca.CertificateAuthorityServer;
import io.weft.embedded.http.HttpServer;
import io.weft.embedded.http.HttpServer.Response;
import io.weft.problem.RejectedException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code fabric-ca-server start}. */
final class CaProgram {
    private static final String FABRIC = "run Fabric's own image for it";
    private static final List<String> USUAL = List.of("/charts/fabric-ca/config/fabric-ca-server-config.yaml");
    /** What the embedded Fabric CA does where the chart lets one choose. */
    private static final Map<String, String> CHOSEN =
            Map.of("signing.default.expiry", "8760h", "signing.profiles.tls.expiry", "8760h");

    private CaProgram() {}

    /** What the server is started with. Asks for every setting that it honours. */
    static CertificateAuthorityServer.Settings settings(Configuration configuration) {
        requireWhatEmbeddedNodesDo(configuration);
        IdentityFolder identity = new IdentityFolder(new SecureRandom());
        List<Map<String, String>> registrars = configuration.entries("registry.identities");
        if (registrars.size() != 1 || !registrars.get(0).keySet().containsAll(List.of("name", "pass"))) {
            throw new RejectedException("`registry.identities` has " + registrars.size()
                    + " entries, but the embedded Fabric CA starts with one, a registrar with `name` and `pass`:"
                    + " register others through its API.");
        }
        return new CertificateAuthorityServer.Settings(
                configuration.text("ca.name"),
                identity.credential(configuration.path("ca.certfile"), configuration.path("ca.keyfile")),
                identity.credential(configuration.path("tls.certfile"), configuration.path("tls.keyfile")),
                registrars.get(0).get("name"),
                registrars.get(0).get("pass"),
                configuration.listen("address", "port"),
                registry(configuration.path("db.datasource")));
    }

    /** A folder of the name that the database would have as a file. */
    private static Path registry(Path database) {
        if (Files.isRegularFile(database)) {
            throw new RejectedException("`" + database + "` was written by Fabric's own fabric-ca-server, and the"
                    + " embedded one cannot read it. Run Fabric's image again, or give it an empty volume.");
        }
        return database;
    }

    private static void requireWhatEmbeddedNodesDo(Configuration configuration) {
        configuration.require("tls.enabled", "true", "false", "they listen with TLS alone");
        configuration.require(
                "tls.clientauth.type",
                "noclientcert",
                "noclientcert",
                "they ask clients for no certificate; " + FABRIC);
        configuration.require("db.type", "sqlite3", "sqlite3", "they keep a file of their own; " + FABRIC);
        configuration.require("ldap.enabled", "false", "false", FABRIC);
        configuration.require("bccsp.default", "SW", "SW", "they read keys from files; " + FABRIC);
        configuration.require("operations.tls.enabled", "false", "false", "health is plain HTTP");
        configuration.require("cacount", "0", "0", "each serves one CA; " + FABRIC);
        configuration.require("intermediate.parentserver.url", "", "", "they sign with a root CA; " + FABRIC);
        configuration.allow("version", "registry.maxenrollments", "loglevel", "home", "debug");
    }

    static RunningProgram start(Path file, Map<String, String> environment) {
        Configuration configuration = Configuration.read(file, "FABRIC_CA_SERVER", environment);
        CertificateAuthorityServer.Settings settings = settings(configuration);
        InetSocketAddress operations = configuration.listen("operations.listenAddress");
        List<String> unused = configuration.unused(USUAL, CHOSEN);
        CertificateAuthorityServer server = CertificateAuthorityServer.start(settings, Clock.systemUTC());
        HttpServer health = health(operations, Clock.systemUTC());
        return new RunningProgram(
                "Embedded " + server + ", operations at " + operations.getHostString() + ":"
                        + health.address().port(),
                unused,
                List.of(health, server));
    }

    /** {@code /healthz} in the form of Fabric's operations endpoint. It answers as long as the process does. */
    private static HttpServer health(InetSocketAddress address, Clock clock) {
        return HttpServer.start(
                address,
                Optional.empty(),
                "fabric-ca-operations",
                Runnable::run,
                request -> request.path().equals("/healthz")
                        ? Response.of(
                                200, "application/json", "{\"status\":\"OK\",\"time\":\"" + clock.instant() + "\"}")
                        : Response.of(404, "text/plain", "404 page not found\n"));
    }
}
