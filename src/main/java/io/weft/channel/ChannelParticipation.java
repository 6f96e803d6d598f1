package io.weft.channel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;

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
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Endpoint endpoint;
    private final HttpClient client;

    /**
     * @param endpoint the node's admin listener; needs a client certificate that the listener trusts
     * @param executor runs the client's callbacks
     */
    public ChannelParticipation(Endpoint endpoint, Executor executor) {
        this.endpoint = endpoint;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(executor)
                .sslContext(AdminTls.context(endpoint))
                .build();
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** The names of the channels that the node has joined. */
    public List<String> channels(Duration timeout) {
        JsonNode answer =
                json(expect(send(request(PATH, timeout).GET(), "list its channels"), "list its channels", 200));
        List<String> result = new ArrayList<>();
        answer.path("channels")
                .forEach(channel -> result.add(channel.path("name").asText()));
        return List.copyOf(result);
    }

    /** What the node says of itself on a channel; empty if it has not joined. */
    public Optional<ChannelStatus> channel(String channel, Duration timeout) {
        String action = "describe channel `" + channel + "`";
        HttpResponse<byte[]> response =
                send(request(PATH + "/" + channel, timeout).GET(), action);
        return response.statusCode() == 404 ? Optional.empty() : Optional.of(status(expect(response, action, 200)));
    }

    /**
     * Makes the node join a channel. It begins to take part at once.
     *
     * @param block the channel's block 0
     */
    public JoinOutcome join(GenesisBlock block, Duration timeout) {
        String action = "join channel `" + block.channel() + "`";
        HttpResponse<byte[]> response = send(
                request(PATH, timeout)
                        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(multipart("config-block", block.bytes()))),
                action);
        if (response.statusCode() == 405) {
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
        HttpResponse<byte[]> response =
                send(request(PATH + "/" + channel, timeout).DELETE(), action);
        if (response.statusCode() == 404) {
            return false;
        }
        expect(response, action, 204);
        return true;
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        return HttpRequest.newBuilder(URI.create("https://" + endpoint.dial() + path))
                .header("Accept", "application/json")
                .timeout(timeout);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, String action) {
        String context = endpoint + " was asked to " + action;
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (HttpTimeoutException e) {
            throw new TimedOutException(context + ", but gave no answer in time.", e);
        } catch (IOException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof CertificateException) {
                    throw new RejectedException(
                            context + ", but its TLS certificate is not the one expected: " + cause.getMessage() + ".",
                            e);
                }
            }
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            if (reason.contains("bad_certificate")
                    || reason.contains("certificate_required")
                    || reason.contains("unknown_ca")
                    || reason.contains("certificate_unknown")) {
                throw new RejectedException(
                        context + ", but refused the client certificate (" + reason
                                + "): the admin listener trusts another CA.",
                        e);
            }
            throw new UnreachableException(context + ", but did not answer: " + reason + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("Interrupted while waiting for a node");
            cancelled.initCause(e);
            throw cancelled;
        }
    }

    private HttpResponse<byte[]> expect(HttpResponse<byte[]> response, String action, int status) {
        if (response.statusCode() == status) {
            return response;
        }
        throw new RejectedException(endpoint + " was asked to " + action + ", and refused (" + response.statusCode()
                + "): " + meaning(response.statusCode()) + reason(response));
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

    private static String reason(HttpResponse<byte[]> response) {
        String body = new String(response.body(), StandardCharsets.UTF_8).strip();
        try {
            String error = JSON.readTree(body).path("error").asText();
            return error.isEmpty() ? "" : " The node said: " + error;
        } catch (JsonProcessingException e) {
            return body.isEmpty() ? "" : " The node said: " + body;
        }
    }

    private JsonNode json(HttpResponse<byte[]> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new RejectedException(endpoint + " answered with something that is no JSON.", e);
        }
    }

    private ChannelStatus status(HttpResponse<byte[]> response) {
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
