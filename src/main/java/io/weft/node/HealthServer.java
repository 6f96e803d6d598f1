package io.weft.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weft.problem.UnreachableException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

/** {@code /healthz} of the Fabric CA, in the form of Fabric's operations endpoint. It answers as long as the process does. */
final class HealthServer implements AutoCloseable {
    private final HttpServer server;

    private HealthServer(HttpServer server) {
        this.server = server;
    }

    /** @throws UnreachableException if the address cannot be listened on */
    static HealthServer start(InetSocketAddress address, Clock clock) {
        try {
            HttpServer server = HttpServer.create(address, 0);
            server.createContext("/", exchange -> answer(exchange, 404, "404 page not found\n", "text/plain"));
            server.createContext(
                    "/healthz",
                    exchange -> answer(
                            exchange,
                            200,
                            "{\"status\":\"OK\",\"time\":\"" + clock.instant() + "\"}",
                            "application/json"));
            server.start();
            return new HealthServer(server);
        } catch (IOException e) {
            throw new UnreachableException("Nothing can listen on `" + address + "`: " + e.getMessage() + ".", e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String body, String type) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
