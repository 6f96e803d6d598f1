package io.weft.embedded.orderer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.config.ConfigViews;
import io.weft.embedded.http.HttpServer.Request;
import io.weft.embedded.http.HttpServer.Response;
import io.weft.embedded.orderer.MultipartForm.Part;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;

/**
 * The channel participation API, answer for answer that of Fabric 3.1.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/orderer/common/channelparticipation/restapi.go">Fabric's
 *     restapi.go</a>
 */
final class ParticipationApi implements Function<Request, Response> {
    private static final String BASE = "/participation/v1/";
    private static final String CHANNELS = BASE + "channels";
    private static final Pattern CHANNEL = Pattern.compile(Pattern.quote(CHANNELS) + "/([^/]+)");
    private static final Pattern BLOCK = Pattern.compile(Pattern.quote(CHANNELS) + "/([^/]+)/blocks/([^/]+)");
    private static final Pattern CHANNEL_ID = Pattern.compile("[a-z][a-z0-9.-]*");
    private static final int CHANNEL_ID_LENGTH = 249;
    private static final String ONE = "GET, DELETE";

    private final Channels channels;
    private final ConfigViews views;

    ParticipationApi(Channels channels, ConfigViews views) {
        this.channels = channels;
        this.views = views;
    }

    @Override
    public Response apply(Request request) {
        Matcher block = BLOCK.matcher(request.path());
        Matcher channel = CHANNEL.matcher(request.path());
        if (request.path().equals(CHANNELS)) {
            return switch (request.method()) {
                case "GET" -> negotiated(request, this::list);
                case "POST" -> withForm(request, this::join);
                case "PUT" -> withForm(request, this::update);
                default -> notAllowed("invalid request method: " + request.method(), "GET, POST, PUT");
            };
        } else if (channel.matches()) {
            return switch (request.method()) {
                case "GET" -> negotiated(request, () -> describe(channel.group(1)));
                case "DELETE" -> negotiated(request, () -> remove(channel.group(1)));
                default -> notAllowed("invalid request method: " + request.method(), ONE);
            };
        } else if (block.matches()) {
            return request.method().equals("GET")
                    ? negotiated(request, () -> fetch(block.group(1), block.group(2)))
                    : notAllowed("invalid request method: " + request.method(), "GET");
        } else if (request.path().equals(BASE)) {
            return request.method().equals("GET")
                    ? Response.of(302, "text/html; charset=utf-8", "<a href=\"" + CHANNELS + "\">Found</a>.\n\n")
                            .with("Location", CHANNELS)
                    : new Response(405, Map.of(), ByteString.EMPTY);
        } else if ((request.path() + "/").equals(BASE)) {
            return Response.of(307, "text/html; charset=utf-8", "<a href=\"" + BASE + "\">Temporary Redirect</a>.\n\n")
                    .with("Location", BASE);
        }
        return Response.of(404, "text/plain; charset=utf-8", "404 page not found\n")
                .with("X-Content-Type-Options", "nosniff");
    }

    /** An action, or its refusal. */
    private interface Action {
        Response run();
    }

    private static Response negotiated(Request request, Action action) {
        String accept = request.header("accept").stream().findFirst().orElse("");
        boolean json = accept.isEmpty()
                || accept.contains("application/json")
                || accept.contains("application/*")
                || accept.contains("*/*");
        return json ? action.run() : error(406, "response Content-Type is application/json only");
    }

    private static Response withForm(Request request, Function<Request, Response> action) {
        List<String> types = request.header("content-type");
        if (types.stream().noneMatch(type -> type.contains("multipart/form-dat"))) {
            return error(400, "unsupported Content-Type: [" + String.join(" ", types) + "]");
        }
        return negotiated(request, () -> action.apply(request));
    }

    private Response list() {
        List<String> names = channels.names();
        String list = names.isEmpty()
                ? "null"
                : names.stream()
                        .map(name -> "{\"name\":" + quoted(name) + ",\"url\":" + quoted(url(name)) + "}")
                        .collect(Collectors.joining(",", "[", "]"));
        return json(200, "{\"systemChannel\":null,\"channels\":" + list + "}").with("Cache-Control", "no-store");
    }

    private Response describe(String channel) {
        return invalid(channel).orElseGet(() -> channels.info(channel)
                .map(info -> json(200, json(info)).with("Cache-Control", "no-store"))
                .orElseGet(() -> error(404, "channel does not exist")));
    }

    private Response remove(String channel) {
        return invalid(channel)
                .orElseGet(() -> channels.remove(channel)
                        ? new Response(204, Map.of(), ByteString.EMPTY)
                        : error(404, "cannot remove: channel does not exist"));
    }

    private Response join(Request request) {
        Form form = Form.of(request, "config-block");
        if (form.refusal().isPresent()) {
            return form.refusal().get();
        }
        Block block;
        try {
            block = Block.parseFrom(form.content());
        } catch (InvalidProtocolBufferException e) {
            return error(400, "cannot unmarshal file part config-block into a block: proto: " + e.getMessage());
        }
        String channel;
        try {
            channel = JoinBlock.channel(block, views);
        } catch (RefusedException e) {
            return error(400, "invalid join block: " + e.getMessage());
        }
        try {
            return channels.join(channel, block)
                    .map(ParticipationApi::created)
                    .orElseGet(() -> notAllowed("cannot join: channel already exists", ONE));
        } catch (RefusedException e) {
            return error(400, "cannot join: " + e.getMessage());
        }
    }

    private Response update(Request request) {
        Form form = Form.of(request, "config-update-envelope");
        if (form.refusal().isPresent()) {
            return form.refusal().get();
        }
        Envelope envelope;
        try {
            envelope = Envelope.parseFrom(form.content());
        } catch (InvalidProtocolBufferException e) {
            return error(
                    400,
                    "cannot unmarshal file part config-update-envelope into an envelope: proto: " + e.getMessage());
        }
        String channel;
        try {
            channel = JoinBlock.channel(envelope);
        } catch (RefusedException e) {
            return error(400, "invalid config update envelope: " + e.getMessage());
        }
        Optional<Channels.Joined> joined = channels.find(channel);
        if (joined.isEmpty()) {
            return error(405, "cannot update: channel does not exist");
        }
        if (!joined.get().isServing()) {
            return error(403, "cannot update: channel is not ready, he is a follower");
        }
        try {
            joined.get().configure(envelope);
        } catch (RefusedException e) {
            String phase =
                    e.status() == Status.SERVICE_UNAVAILABLE ? " with SERVICE_UNAVAILABLE: rejected by Configure" : "";
            return error(
                    400, "cannot update: failed update config of channel " + channel + phase + ": " + e.getMessage());
        }
        return created(joined.get().info());
    }

    private Response fetch(String channel, String blockId) {
        Optional<Response> invalid = invalid(channel);
        if (invalid.isPresent()) {
            return invalid.get();
        }
        if (!blockId.matches("newest|oldest|config|[+-]?[0-9]{1,18}")) {
            return error(400, "invalid block ID: '" + blockId + "' not equal <newest|oldest|config|(number)>");
        }
        Optional<Channels.Joined> joined = channels.find(channel);
        if (joined.isEmpty()) {
            return error(404, "channel does not exist");
        }
        if (!joined.get().isServing()) {
            return error(404, "channel is not ready, he is a follower");
        }
        long newest = joined.get().blocks().height() - 1;
        long number =
                switch (blockId) {
                    case "oldest" -> 0;
                    // Go makes the largest number of -1, and that is the newest block's other name.
                    case "newest", "-1" -> newest;
                    case "config" ->
                        BlockWriter.lastConfig(joined.get().blocks().block(newest));
                    default -> Long.parseLong(blockId);
                };
        try {
            ByteString bytes = joined.get().blocks().block(number).toByteString();
            return new Response(
                    200, Map.of("Cache-Control", "no-store", "Content-Type", "application/octet-stream"), bytes);
        } catch (NoSuchElementException e) {
            return error(404, "no such block number [" + Long.toUnsignedString(number) + "] in index");
        }
    }

    /** The one file of a form, or the answer to a client that sent something else. */
    private record Form(Optional<Response> refusal, ByteString content) {
        static Form of(Request request, String key) {
            String type = request.header("content-type").stream().findFirst().orElse("");
            Optional<List<Part>> parts = MultipartForm.parse(type, request.body());
            if (parts.isEmpty()) {
                return refused("cannot read form from request body: multipart: NextPart: EOF");
            }
            Optional<Part> file = parts.get().stream()
                    .filter(part -> part.isFile() && part.name().equals(key))
                    .findFirst();
            if (file.isEmpty()) {
                return refused("form does not contains part key: " + key);
            }
            // Several files of one name are one entry of Go's form, and the first of them is taken.
            boolean others = parts.get().stream()
                    .anyMatch(part -> !part.isFile() || !part.name().equals(key));
            return others
                    ? refused("form contains too many parts")
                    : new Form(Optional.empty(), file.get().content());
        }

        private static Form refused(String reason) {
            return new Form(Optional.of(error(400, reason)), ByteString.EMPTY);
        }
    }

    private static Optional<Response> invalid(String channel) {
        if (channel.length() > CHANNEL_ID_LENGTH) {
            return Optional.of(
                    error(400, "invalid channel ID: channel ID illegal, cannot be longer than " + CHANNEL_ID_LENGTH));
        }
        return CHANNEL_ID.matcher(channel).matches()
                ? Optional.empty()
                : Optional.of(error(400, "invalid channel ID: '" + channel + "' contains illegal characters"));
    }

    private static Response created(ChannelInfo info) {
        return json(201, json(info)).with("Location", url(info.name()));
    }

    private static String json(ChannelInfo info) {
        return "{\"name\":" + quoted(info.name()) + ",\"url\":" + quoted(url(info.name()))
                + ",\"consensusRelation\":" + quoted(info.relation()) + ",\"status\":" + quoted(info.status())
                + ",\"height\":" + info.height() + "}";
    }

    private static String url(String channel) {
        return CHANNELS + "/" + channel;
    }

    private static Response notAllowed(String message, String allowed) {
        return error(405, message).with("Allow", allowed);
    }

    private static Response error(int status, String message) {
        return json(status, "{\"error\":" + quoted(message) + "}");
    }

    /** Go's encoder ends with a line feed. */
    private static Response json(int status, String text) {
        return new Response(status, Map.of("Content-Type", "application/json"), ByteString.copyFromUtf8(text + "\n"));
    }

    /** A JSON string as Go's encoder writes it: fit for HTML, too. */
    private static String quoted(String text) {
        StringBuilder result = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> result.append("\\\"");
                case '\\' -> result.append("\\\\");
                case '\n' -> result.append("\\n");
                case '\r' -> result.append("\\r");
                case '\t' -> result.append("\\t");
                case '\b' -> result.append("\\b");
                case '\f' -> result.append("\\f");
                default -> {
                    if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
                        result.append(String.format("\\u%04x", (int) c));
                    } else {
                        result.append(c);
                    }
                }
            }
        }
        return result.append('"').toString();
    }
}
