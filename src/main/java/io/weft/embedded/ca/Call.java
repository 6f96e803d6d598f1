package io.weft.embedded.ca;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One HTTP request, read completely. */
final class Call {
    private final String method;
    private final URI target;
    private final Optional<String> authorization;
    private final byte[] body;
    private final Map<String, String> query;

    Call(String method, URI target, Optional<String> authorization, byte[] body) {
        this.method = method;
        this.target = target;
        this.authorization = authorization.filter(value -> !value.isEmpty());
        this.body = body;
        this.query = query(target.getRawQuery());
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> result = new LinkedHashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                decoded(name).ifPresent(key -> decoded(value).ifPresent(text -> result.putIfAbsent(key, text)));
            }
        }
        return result;
    }

    private static Optional<String> decoded(String text) {
        try {
            return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    String method() {
        return method;
    }

    /** Decoded. */
    String path() {
        return target.getPath();
    }

    /** Path and query exactly as they came, which is what tokens are signed over. */
    String target() {
        return target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
    }

    /** Empty when absent. */
    String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    /**
     * A parameter that is true or false; false when absent.
     *
     * @param refusal makes what is thrown for anything else, of what Fabric CA says then
     */
    boolean flag(String name, Function<String, ? extends RuntimeException> refusal) {
        String value = parameter(name).toLowerCase(Locale.ROOT);
        if (value.isEmpty()) {
            return false;
        }
        return GoBoolean.parse(value)
                .orElseThrow(() -> refusal.apply("Failed to correctly parse value of '" + name
                        + "' query parameter: strconv.ParseBool: parsing \"" + value + "\": invalid syntax"));
    }

    Optional<String> authorization() {
        return authorization;
    }

    byte[] bytes() {
        return body.clone();
    }

    /** The body's fields, if there is a body. */
    Optional<Fields> tryBody() {
        return body.length == 0 ? Optional.empty() : Optional.of(Fields.parse(body));
    }

    Fields body() {
        return tryBody().orElseThrow(() -> Refusal.of(400, Refusal.EMPTY_BODY, "Empty request body"));
    }

    /** What the log shows. */
    @Override
    public String toString() {
        return method + " " + target.getRawPath();
    }
}
