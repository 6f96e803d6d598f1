package io.weft.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.weft.kubernetes.KubeConfig;
import io.weft.kubernetes.RawClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Stands between weft and a Kubernetes API: remembers every request, and treats some of them as it was told. */
public final class ApiProxy implements AutoCloseable {
    private static final List<String> REQUEST_HEADERS = List.of("Accept", "Content-Type");
    private static final List<String> REPLY_HEADERS = List.of("Content-Type", "Retry-After", "Date");

    /** Reasons and messages as a real API server gives them. */
    private static final Map<Integer, String> STATUSES = Map.of(
            409, "Conflict|the object has been modified; please apply your changes to the latest version and try again",
            410, "Expired|The resourceVersion for the provided list is too old.",
            429, "TooManyRequests|Too many requests, please try again later.",
            500, "InternalError|Internal error occurred: etcdserver: leader changed",
            503, "ServiceUnavailable|the server is currently unable to handle the request",
            504, "Timeout|Timeout: request did not complete within the allotted timeout");

    private final URI target;
    private final HttpClient client;
    private final HttpServer server;
    private final ExecutorService threads;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Function<Seen, Treatment> rule = request -> Treatment.FORWARD;
    private volatile Optional<String> user = Optional.empty();

    /** A request that was made. */
    public record Seen(String method, String path, String agent) {
        /** Whether it was meant to change something that is kept. */
        public boolean isWrite() {
            return !method.equals("GET") && !path.startsWith("/apis/authorization.k8s.io/");
        }
    }

    /** What becomes of a request. */
    public sealed interface Treatment {
        Treatment FORWARD = new Forward();

        /** It arrives, and its reply too. */
        record Forward() implements Treatment {}

        /** It does not arrive; this is answered. */
        record Answer(int status, Map<String, String> headers) implements Treatment {}

        /** It does not arrive, and the connection breaks. */
        record Drop() implements Treatment {}

        /** It arrives, but the connection breaks before the reply. */
        record LoseReply() implements Treatment {}

        /** It does not arrive, and nobody answers. */
        record Hang() implements Treatment {}
    }

    public ApiProxy(KubeConfig cluster) throws IOException {
        target = cluster.server();
        client = RawClient.of(cluster);
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "api-proxy");
            thread.setDaemon(true);
            return thread;
        });
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Decides what becomes of each request from now on; called from several threads. */
    public ApiProxy treating(Function<Seen, Treatment> newRule) {
        rule = newRule;
        return this;
    }

    /** Lets all requests from now on be made in another user's name. */
    public ApiProxy as(String name) {
        user = Optional.of(name);
        return this;
    }

    public List<Seen> requests() {
        return List.copyOf(seen);
    }

    public List<Seen> writes() {
        return seen.stream().filter(Seen::isWrite).toList();
    }

    public void forget() {
        seen.clear();
    }

    /** A kubeconfig for this proxy. */
    public Path kubeConfig(Path folder) throws IOException {
        return Files.writeString(folder.resolve("proxied.yaml"), """
                current-context: proxied
                contexts: [{name: proxied, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {token: none}}]
                """.formatted(
                        server.getAddress().getPort()));
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Seen request = new Seen(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent")));
        seen.add(request);
        try {
            Treatment treatment = rule.apply(request);
            if (treatment instanceof Treatment.Answer answer) {
                answer(exchange, answer);
            } else if (treatment instanceof Treatment.Hang) {
                closed.await();
            } else if (!(treatment instanceof Treatment.Drop)) {
                forward(exchange, body, treatment instanceof Treatment.LoseReply);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private static void answer(HttpExchange exchange, Treatment.Answer answer) throws IOException {
        String[] words = STATUSES.getOrDefault(answer.status(), "Unknown|injected by the test")
                .split("\\|");
        byte[] json = """
                {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d, "reason": "%s", "message": "%s"}
                """.formatted(answer.status(), words[0], words[1]).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(answer.status(), json.length);
        exchange.getResponseBody().write(json);
    }

    private void forward(HttpExchange exchange, byte[] body, boolean lose) throws IOException, InterruptedException {
        HttpRequest.Builder request = client.newHttpRequestBuilder()
                .uri(URI.create(target + exchange.getRequestURI().toString()));
        REQUEST_HEADERS.forEach(
                name -> Optional.ofNullable(exchange.getRequestHeaders().getFirst(name))
                        .ifPresent(value -> request.header(name, value)));
        user.ifPresent(name -> request.header("Impersonate-User", name));
        if (!exchange.getRequestMethod().equals("GET")) {
            request.method(
                    exchange.getRequestMethod(),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                            .orElse("application/json"),
                    new ByteArrayInputStream(body),
                    body.length);
        }
        try {
            HttpResponse<InputStream> reply =
                    client.sendAsync(request.build(), InputStream.class).get();
            try (InputStream in = reply.body()) {
                if (lose) {
                    in.readAllBytes();
                    return;
                }
                REPLY_HEADERS.forEach(name -> Optional.ofNullable(reply.header(name))
                        .ifPresent(value -> exchange.getResponseHeaders().set(name, value)));
                exchange.sendResponseHeaders(reply.code(), 0);
                copy(in, exchange.getResponseBody());
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** A watch sends little and seldom; each piece has to go on at once. */
    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[16_384];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            out.write(buffer, 0, length);
            out.flush();
        }
        out.close();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
        client.close();
    }
}
