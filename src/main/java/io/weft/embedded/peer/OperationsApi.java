package io.weft.embedded.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.embedded.http.HttpServer.Request;
import io.weft.embedded.http.HttpServer.Response;
import java.time.Clock;
import java.util.function.Function;

/** The operations endpoint: {@code /healthz}, and those of Fabric's {@code /metrics} that tell of channels. */
final class OperationsApi implements Function<Request, Response> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PeerNode peer;
    private final Clock clock;

    OperationsApi(PeerNode peer, Clock clock) {
        this.peer = peer;
        this.clock = clock;
    }

    @Override
    public Response apply(Request request) {
        return switch (request.path()) {
            case "/healthz" -> health();
            case "/metrics" -> Response.of(200, "text/plain; version=0.0.4; charset=utf-8", metrics());
            default -> Response.of(404, "text/plain; charset=utf-8", "404 page not found\n");
        };
    }

    /** Fails when a channel's blocks are no longer committed. */
    private Response health() {
        ObjectNode result = JSON.createObjectNode();
        ArrayNode failed = JSON.createArrayNode();
        for (String name : peer.channels()) {
            peer.channel(name).flatMap(PeerChannel::failure).ifPresent(reason -> failed.addObject()
                    .put("component", name)
                    .put("reason", reason));
        }
        result.put("status", failed.isEmpty() ? "OK" : "Service Unavailable");
        result.put("time", clock.instant().toString());
        if (!failed.isEmpty()) {
            result.set("failed_checks", failed);
        }
        return Response.of(failed.isEmpty() ? 200 : 503, "application/json", result.toString());
    }

    private String metrics() {
        StringBuilder result = new StringBuilder();
        for (String name : peer.channels()) {
            peer.channel(name).ifPresent(channel -> result.append("ledger_blockchain_height{channel=\"")
                    .append(name)
                    .append("\"} ")
                    .append(channel.ledger().height())
                    .append('\n'));
        }
        return result.toString();
    }
}
