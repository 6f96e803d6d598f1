package io.weft.kubernetes;

import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What the API server answered in the end, after retries.
 */
final class Reply {
    private final int status;
    private final byte[] content;
    private final String intent;
    private final KubeConfig server;

    /**
     * @param intent what was attempted, to complete "Kubernetes refused to ..."
     */
    Reply(int status, byte[] content, String intent, KubeConfig server) {
        this.status = status;
        this.content = content;
        this.intent = intent;
        this.server = server;
    }

    int status() {
        return status;
    }

    boolean ok() {
        return status >= 200 && status < 300;
    }

    /**
     * @throws WeftException if the server did not accept the request
     */
    Map<String, Object> body() {
        if (!ok()) {
            throw failure();
        }
        return Json.parseObject(content);
    }

    String text() {
        if (!ok()) {
            throw failure();
        }
        return new String(content, StandardCharsets.UTF_8);
    }

    /** The server's own sentence. */
    String message() {
        String text = new String(content, StandardCharsets.UTF_8);
        if (text.startsWith("{")) {
            try {
                String message = Json.text(Json.parseObject(content), "message");
                if (!message.isEmpty()) {
                    return message;
                }
            } catch (IllegalArgumentException e) {
                // not a Status object: the text itself is all there is
            }
        }
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() > 500 ? line.substring(0, 500) + "..." : line;
    }

    /** The {@code reason} of a Status object, or the empty string. */
    String reason() {
        try {
            return Json.text(Json.parseObject(content), "reason");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    WeftException failure() {
        String said = message();
        return switch (status) {
            case 401 ->
                new RejectedException("The Kubernetes API at " + server.server() + " does not accept the"
                        + " credentials of context `" + server.context() + "` (401 Unauthorized): the token or"
                        + " certificate has expired or belongs to another cluster. Log in again, or fetch a new"
                        + " kubeconfig.");
            case 403 -> new RejectedException("Kubernetes does not allow to " + intent + " (403 Forbidden): " + said);
            case 409 -> new ConflictException("Kubernetes refused to " + intent + " (409 Conflict): " + said);
            case 429, 502, 503, 504 ->
                new UnreachableException("The Kubernetes API at " + server.server()
                        + " was too busy or not available to " + intent + " (" + status + "): " + said);
            default -> new RejectedException("Kubernetes refused to " + intent + " (" + status + "): " + said);
        };
    }
}
