package io.weft.node;

import io.weft.embedded.http.HttpServer;
import io.weft.embedded.http.HttpServer.Request;
import io.weft.embedded.http.HttpServer.Response;
import io.weft.problem.UnreachableException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;

/** {@code /healthz} of the Fabric CA, in the form of Fabric's operations endpoint. It answers as long as the process does. */
final class HealthServer implements AutoCloseable {
    private final HttpServer server;

    private HealthServer(HttpServer server) {
        this.server = server;
    }

    /** @throws UnreachableException if the address cannot be listened on */
    static HealthServer start(InetSocketAddress address, Clock clock) {
        return new HealthServer(HttpServer.start(
                address, Optional.empty(), "fabric-ca-operations", Runnable::run, request -> answer(request, clock)));
    }

    private static Response answer(Request request, Clock clock) {
        return request.path().equals("/healthz")
                ? Response.of(200, "application/json", "{\"status\":\"OK\",\"time\":\"" + clock.instant() + "\"}")
                : Response.of(404, "text/plain", "404 page not found\n");
    }

    int port() {
        return server.address().port();
    }

    @Override
    public void close() {
        server.close();
    }
}
