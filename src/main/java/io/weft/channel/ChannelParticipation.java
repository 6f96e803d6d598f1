package io.weft.channel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Endpoint;
import io.weft.protocol.GrpcFailure;
import io.weft.protocol.HttpsConnection;
import io.weft.protocol.HttpsConnection.Request;
import io.weft.protocol.HttpsConnection.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An ordering node's channel participation API. Calls block until the answer is there or their timeout is over, and may
 * run side by side on several threads.
 *
 * <p>All calls throw {@link UnreachableException} when the node does not answer, {@link TimedOutException} when it does not
 * answer in time, and {@link RejectedException} when it refuses, or is not the node expected.
 *
 * @see <a href="https://hyperledger-fabric.readthedocs.io/en/latest/create_channel/create_channel_participation.html">Create
 *     a channel</a>
 */
public final class ChannelParticipation {
    private static final String PATH = "/participation/v1/channels";
    private static final String BOUNDARY = "weft-5d1c7d1e0b8f4c53";
    private static final String JSON_TYPE = "application/json";
    private static final Map<String, String> ACCEPT_JSON = Map.of("Accept", JSON_TYPE);
    private static final byte[] NOTHING = {};
    /** The alerts (RFC 8446, section 6.2) of a server that does not accept the client's certificate. */
    private static final Pattern REFUSES_CERTIFICATE = Pattern.compile(
            "bad_certificate|certificate_required|unknown_ca|certificate_unknown", Pattern.CASE_INSENSITIVE);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpsConnection connection;

    /** @param connection to the node's admin listener; needs a client certificate that the listener trusts */
    public ChannelParticipation(HttpsConnection connection) {
        this.connection = connection;
    }

    public Endpoint endpoint() {
        return connection.endpoint();
    }

    /** The names of the channels that the node has joined. */
    public List<String> channels(Duration timeout) {
        JsonNode answer = json(expect(send(get(PATH), timeout, "list its channels"), "list its channels", 200));
        List<String> result = new ArrayList<>();
        answer.path("channels")
                .forEach(channel -> result.add(channel.path("name").asText()));
        return List.copyOf(result);
    }

    /** What the node says of itself on a channel; empty if it has not joined. */
    public Optional<ChannelStatus> channel(String channel, Duration timeout) {
        String action = "describe channel `" + channel + "`";
        Response response = send(get(PATH + "/" + channel), timeout, action);
        return response.status() == 404 ? Optional.empty() : Optional.of(status(expect(response, action, 200)));
    }

    /**
     * Makes the node join a channel. It begins to take part at once.
     *
     * @param block the channel's block 0
     */
    public JoinOutcome join(GenesisBlock block, Duration timeout) {
        String action = "join channel `" + block.channel() + "`";
        Map<String, String> headers =
                Map.of("Accept", JSON_TYPE, "Content-Type", "multipart/form-data; boundary=" + BOUNDARY);
        Response response =
                send(new Request("POST", PATH, headers), multipart("config-block", block.bytes()), timeout, action);
        if (response.status() == 405) {
            return new JoinOutcome.NameTaken();
        }
        return new JoinOutcome.Joined(status(expect(response, action, 201)));
    }

    /**
     * Makes the node leave a channel and forget its blocks. The node goes on with that after it has answered.
     *
     * @return false if it had not joined
     */
    public boolean remove(String channel, Duration timeout) {
        String action = "leave channel `" + channel + "`";
        Response response = send(new Request("DELETE", PATH + "/" + channel, ACCEPT_JSON), timeout, action);
        if (response.status() == 404) {
            return false;
        }
        expect(response, action, 204);
        return true;
    }

    private static Request get(String path) {
        return new Request("GET", path, ACCEPT_JSON);
    }

    private Response send(Request request, Duration timeout, String action) {
        return send(request, NOTHING, timeout, action);
    }

    private Response send(Request request, byte[] body, Duration timeout, String action) {
        String context = endpoint() + " was asked to " + action;
        try {
            return connection.send(request, body, timeout);
        } catch (SocketTimeoutException e) {
            throw new TimedOutException(context + ", but gave no answer in time.", e);
        } catch (IOException e) {
            Optional<RejectedException> untrusted = GrpcFailure.untrusted(e, endpoint(), action);
            if (untrusted.isPresent()) {
                throw untrusted.get();
            }
            if (REFUSES_CERTIFICATE.matcher(e.getMessage()).find()) {
                throw new RejectedException(
                        context + ", but refused the client certificate (" + e.getMessage()
                                + "): the admin listener trusts another CA.",
                        e);
            }
            throw new UnreachableException(context + ", but did not answer: " + e.getMessage() + ".", e);
        }
    }

    private Response expect(Response response, String action, int status) {
        if (response.status() == status) {
            return response;
        }
        throw new RejectedException(endpoint() + " was asked to " + action + ", and refused (" + response.status()
                + "): " + meaning(response.status()) + reason(response));
    }

    private static String meaning(int status) {
        return switch (status) {
            case 400 -> "the channel ID or block is not valid for this node.";
            case 401 -> "the client certificate is missing or not trusted.";
            case 403 -> "the client may not do that.";
            case 404 -> "the node has not joined the channel, or its participation API is at another address.";
            case 405 -> "the node does not offer this method.";
            case 406 -> "the node cannot answer in JSON.";
            case 409 -> "the channel is being removed from this node; wait until it is gone from the list.";
            case 413 -> "the block is larger than the node's `ChannelParticipation.MaxRequestBodySize`.";
            case 500 -> "the node failed; an earlier removal may have failed too. Its log says why.";
            case 503 -> "the participation API is switched off; set `ChannelParticipation.Enabled`.";
            default -> "weft does not know what that means.";
        };
    }

    private static String reason(Response response) {
        String body = new String(response.body(), StandardCharsets.UTF_8).strip();
        try {
            String error = JSON.readTree(body).path("error").asText();
            return error.isEmpty() ? "" : " The node said: " + error;
        } catch (JsonProcessingException e) {
            return body.isEmpty() ? "" : " The node said: " + body;
        }
    }

    private JsonNode json(Response response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new RejectedException(endpoint() + " answered with something that is no JSON.", e);
        }
    }

    private ChannelStatus status(Response response) {
        JsonNode answer = json(response);
        return new ChannelStatus(
                answer.path("name").asText(),
                answer.path("consensusRelation").asText(),
                answer.path("status").asText(),
                answer.path("height").asLong());
    }

    private static byte[] multipart(String name, byte[] content) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(content.length + 256);
        body.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\""
                        + name + ".block\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(content);
        body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }
}
