package io.weft.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** An API server that answers what it is told to, in that order, and remembers what it was asked. */
final class FakeApi implements AutoCloseable {
    private final HttpServer server;
    private final Path folder;
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();

    /** One answer; what it does with the exchange is up to it. */
    interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    FakeApi(Path folder) throws IOException {
        this.folder = folder;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.getRequestBody().readAllBytes();
            Answer answer;
            synchronized (answers) {
                answer = answers.size() > 1 ? answers.poll() : answers.peek();
            }
            answer.give(exchange);
        });
        server.start();
    }

    /** The last answer is given again and again. */
    FakeApi answering(Answer... given) {
        synchronized (answers) {
            answers.clear();
            answers.addAll(List.of(given));
        }
        return this;
    }

    static Answer json(int status, Object body) {
        return json(status, body, Map.of());
    }

    static Answer json(int status, Object body, Map<String, String> headers) {
        return exchange -> {
            byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            exchange.sendResponseHeaders(status, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        };
    }

    static Answer failure(int status, String reason, String message) {
        return json(status, Map.of("kind", "Status", "reason", reason, "message", message));
    }

    /** A watch that sends these events and then ends. */
    static Answer events(Object... events) {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (Object event : events) {
                    out.write((Json.write(event) + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        };
    }

    /** Closes the connection within the reply. */
    static Answer brokenConnection() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            exchange.close();
        };
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    KubeConfig kubeConfig() throws IOException {
        return kubeConfig("{token: secret-token}");
    }

    KubeConfig kubeConfig(String user) throws IOException {
        Path file = folder.resolve("config.yaml");
        Files.writeString(file, """
                current-context: fake
                contexts: [{name: fake, context: {cluster: c, user: u, namespace: ns}}]
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: %s}]
                """.formatted(server.getAddress().getPort(), user));
        return KubeConfig.load(List.of(file), Optional.empty());
    }

    /** Quick retries, so that tests are. */
    static RetryPolicy policy(Duration deadline) {
        return policy(Duration.ofSeconds(60), deadline);
    }

    static RetryPolicy policy(Duration contact, Duration deadline) {
        return new RetryPolicy(contact, deadline, Duration.ofMillis(4), Duration.ofMillis(20), new Random(1));
    }

    Cluster cluster() throws IOException {
        return Cluster.connect(kubeConfig(), policy(Duration.ofSeconds(60)));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
