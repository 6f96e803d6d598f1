package io.weft.embedded.ca;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.embedded.http.HttpServer;
import io.weft.embedded.http.HttpServer.Request;
import io.weft.embedded.http.HttpServer.Response;
import io.weft.model.HostPort;
import io.weft.pki.Credential;
import io.weft.pki.InvalidPemException;
import io.weft.problem.RejectedException;
import io.weft.problem.UnreachableException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Fabric CA: its REST API over TLS, with the answers of Fabric's own server. One CA for each server. Whom it
 * registered and what it issued is kept in its folder and survives a kill; who starts it again with the same folder
 * finds it as it was.
 *
 * <p>Configured as Fabric's own server is by default: certificates for a year (profile {@code ca}: five), any number of
 * enrollments, ten wrong passwords, no removal of identities. Not there: Idemix, LDAP, several CAs in one server, keys
 * that are not on P-256; they are refused.
 *
 * @see <a href="https://hyperledger-fabric-ca.readthedocs.io/en/latest/">Fabric CA</a>
 */
public final class CertificateAuthorityServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateAuthorityServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int THREADS = 4;
    /** What Fabric CA makes of a YAML {@code true}. */
    private static final String TRUE = "1";

    private static final int MAX_BODY_BYTES = 4 << 20;
    private static final String PLAIN = "text/plain; charset=utf-8";

    /**
     * What a server is started with. The text form hides the password.
     *
     * @param name the CA's name ({@code caname}); callers who give another are refused
     * @param signing the authority that issues, with its key
     * @param tls what the listener shows; names the host it is reached by
     * @param registrar enrollment ID of the first identity, of type {@code client}, which may do everything
     * @param password its password; without effect when the folder knows the registrar already
     * @param listen port 0: a free one
     * @param folder where identities and certificates are kept, for the owner's eyes only; made when absent
     */
    public record Settings(
            String name,
            Credential signing,
            Credential tls,
            String registrar,
            String password,
            InetSocketAddress listen,
            Path folder) {
        public Settings {
            requireNonNull(name, "name");
            requireNonNull(signing, "signing");
            requireNonNull(tls, "tls");
            requireNonNull(registrar, "registrar");
            requireNonNull(password, "password");
            requireNonNull(listen, "listen");
            requireNonNull(folder, "folder");
        }

        @Override
        public String toString() {
            return "Settings[" + name + ", " + registrar + ", " + listen + ", " + folder + "]";
        }
    }

    private final String name;
    private final HttpServer server;
    private final ExecutorService workers;
    private final Registry registry;
    private final Api api;
    /** Guards the registry, and with it the order of calls. */
    private final Object order = new Object();

    private boolean isClosed;

    private CertificateAuthorityServer(Settings settings, Registry registry, Api api) {
        this.name = settings.name();
        this.registry = registry;
        this.api = api;
        this.workers = Executors.newFixedThreadPool(THREADS, threads(settings.name()));
        try {
            this.server = HttpServer.start(
                    settings.listen(),
                    Optional.of(settings.tls()),
                    "fabric-ca-" + settings.name() + "-network",
                    workers,
                    this::handle);
        } catch (UnreachableException e) {
            workers.shutdown();
            throw new UnreachableException(
                    "The Fabric CA `" + settings.name() + "` cannot listen on `" + settings.listen() + "`: "
                            + e.getMessage() + "\n  Fix: choose another port, or 0 for a free one.",
                    e);
        }
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread result = new Thread(task, "fabric-ca-" + name + "-" + number.incrementAndGet());
            result.setDaemon(true);
            return result;
        };
    }

    /**
     * Opens the folder's file, registers the registrar unless it is there, and listens.
     *
     * @param clock for validity, expiry and times of revocation
     * @throws RejectedException if another process has the folder open, or the signing certificate is no authority's
     * @throws UnreachableException if the address cannot be listened on
     */
    public static CertificateAuthorityServer start(Settings settings, Clock clock) {
        SecureRandom random = new SecureRandom();
        Registry registry = Registry.open(settings.folder());
        try {
            Api api = new Api(settings.name(), settings.signing(), registry, clock, random);
            if (registry.user(settings.registrar()).isEmpty()) {
                registry.put(registrar(settings, random));
                registry.commit();
            }
            return new CertificateAuthorityServer(settings, registry, api);
        } catch (InvalidPemException e) {
            registry.close();
            throw new RejectedException(
                    "The Fabric CA `" + settings.name() + "` cannot sign: its "
                            + settings.signing().certificate() + " " + e.getMessage(),
                    e);
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    private static User registrar(Settings settings, SecureRandom random) {
        List<UserAttribute> attributes = List.of(
                new UserAttribute(UserAttribute.ROLES, "*", false),
                new UserAttribute(UserAttribute.DELEGATE_ROLES, "*", false),
                new UserAttribute(UserAttribute.REVOKER, TRUE, false),
                new UserAttribute(UserAttribute.INTERMEDIATE_CA, TRUE, false),
                new UserAttribute(UserAttribute.REVOCATION_LIST, TRUE, false),
                new UserAttribute(UserAttribute.REGISTRAR_ATTRIBUTES, "*", false),
                new UserAttribute(UserAttribute.AFFILIATION_MANAGER, TRUE, false));
        return User.create(
                settings.registrar(),
                Password.of(settings.password(), random),
                "client",
                "",
                attributes,
                User.UNLIMITED);
    }

    /** Where it listens: the host as it was given, and the port, which is never 0. */
    public HostPort address() {
        return server.address();
    }

    private Response handle(Request request) {
        URI target;
        try {
            target = new URI(request.target());
        } catch (URISyntaxException e) {
            return Response.of(400, PLAIN, "400 Bad Request\n");
        }
        byte[] body = request.bytes();
        Call call = new Call(
                request.method(),
                target,
                request.header("authorization").stream().findFirst(),
                body);
        return answer(call, body.length > MAX_BODY_BYTES)
                .map(CertificateAuthorityServer::response)
                .orElseGet(() -> Response.of(404, PLAIN, "404 page not found\n"));
    }

    private Optional<Answer> answer(Call call, boolean isTooLong) {
        try {
            if (isTooLong) {
                throw Refusal.of(
                        413,
                        Refusal.READING_BODY,
                        "Failed reading request body: it is longer than " + MAX_BODY_BYTES + " bytes");
            }
            synchronized (order) {
                if (isClosed) {
                    throw Refusal.of(503, Refusal.UNKNOWN, "The Fabric CA is stopping");
                }
                return api.handle(call);
            }
        } catch (Refusal e) {
            // What is said of a bad body quotes it, and there may be a password in it.
            LOG.debug(
                    "Fabric CA {}: {} refused with status {}, code {}: {}",
                    name,
                    call,
                    e.status(),
                    e.code(),
                    e.code() == Refusal.BAD_BODY ? "Invalid request body" : e.getMessage());
            return Optional.of(Answer.of(e));
        } catch (RuntimeException e) {
            LOG.error("Fabric CA {}: {} failed", name, call, e);
            return Optional.of(Answer.of(Refusal.plain("The embedded Fabric CA failed; its log says how.")));
        }
    }

    private static Response response(Answer answer) {
        Response response = Response.of(answer.status(), "application/json", text(answer));
        return answer.location().map(place -> response.with("Location", place)).orElse(response);
    }

    private static String text(Answer answer) {
        try {
            return JSON.writeValueAsString(answer.envelope());
        } catch (JsonProcessingException e) {
            throw new AssertionError("A JSON tree can be written", e);
        }
    }

    /** Stops listening. What was answered before is kept. May be called again. */
    @Override
    public void close() {
        server.close();
        workers.shutdown();
        synchronized (order) {
            if (!isClosed) {
                isClosed = true;
                registry.close();
            }
        }
    }

    @Override
    public String toString() {
        return "Fabric CA `" + name + "` at " + address();
    }
}
