package io.weft.embedded.ca;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.weft.model.HostPort;
import io.weft.pki.Credential;
import io.weft.pki.InvalidPemException;
import io.weft.problem.RejectedException;
import io.weft.problem.UnreachableException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
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
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";
    private static final int THREADS = 4;
    /** What Fabric CA makes of a YAML {@code true}. */
    private static final String TRUE = "1";

    private static final int MAX_BODY_BYTES = 4 << 20;

    static {
        // The JDK's server sends an answer in two packets and, unless told otherwise, holds the second back until the
        // first is acknowledged, 40 ms later. It reads this once, and an application's own choice stays.
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
    }

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
    private final HttpsServer server;
    private final ExecutorService workers;
    private final Registry registry;
    private final Api api;
    private final HostPort address;
    /** Guards the registry, and with it the order of calls. */
    private final Object order = new Object();

    private boolean isClosed;

    private CertificateAuthorityServer(Settings settings, HttpsServer server, Registry registry, Api api) {
        this.name = settings.name();
        this.server = server;
        this.registry = registry;
        this.api = api;
        this.address = new HostPort(
                settings.listen().getHostString(), server.getAddress().getPort());
        this.workers = Executors.newFixedThreadPool(THREADS, threads(settings.name()));
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> daemon("fabric-ca-" + name + "-" + number.incrementAndGet(), task);
    }

    private static Thread daemon(String name, Runnable task) {
        Thread result = new Thread(task, name);
        result.setDaemon(true);
        return result;
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
            CertificateAuthorityServer result =
                    new CertificateAuthorityServer(settings, listen(settings), registry, api);
            result.serve();
            return result;
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

    private static HttpsServer listen(Settings settings) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {settings.tls().keyManager()}, null, null);
            HttpsServer result = HttpsServer.create(settings.listen(), 0);
            result.setHttpsConfigurator(new HttpsConfigurator(context));
            return result;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("Every Java runtime can serve TLS", e);
        } catch (IOException e) {
            throw new UnreachableException(
                    "The Fabric CA `" + settings.name() + "` cannot listen on `" + settings.listen() + "`: "
                            + e.getMessage() + ".\n  Fix: choose another port, or 0 for a free one.",
                    e);
        }
    }

    /** The server's own thread is a daemon if the one that starts it is. */
    private void serve() {
        server.setExecutor(workers);
        server.createContext("/", this::handle);
        Thread starter = daemon("fabric-ca-" + name + "-start", server::start);
        starter.start();
        boolean isInterrupted = false;
        while (starter.isAlive()) {
            try {
                starter.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where it listens: the host as it was given, and the port, which is never 0. */
    public HostPort address() {
        return address;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
            // The caller listens for the answer only when it has sent everything.
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            Call call = new Call(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
                    body);
            Optional<Answer> answer = answer(call, body.length > MAX_BODY_BYTES);
            if (answer.isPresent()) {
                send(exchange, answer.get());
            } else {
                sendNotFound(exchange);
            }
        }
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

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        answer.location().ifPresent(place -> exchange.getResponseHeaders().set("Location", place));
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        write(exchange, answer.status(), bytes(answer));
    }

    private static byte[] bytes(Answer answer) {
        try {
            return JSON.writeValueAsBytes(answer.envelope());
        } catch (JsonProcessingException e) {
            throw new AssertionError("A JSON tree can be written", e);
        }
    }

    private static void sendNotFound(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        write(exchange, 404, "404 page not found\n".getBytes(StandardCharsets.UTF_8));
    }

    private static void write(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** Stops listening. What was answered before is kept. May be called again. */
    @Override
    public void close() {
        server.stop(0);
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
        return "Fabric CA `" + name + "` at " + address;
    }
}
