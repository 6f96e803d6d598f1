package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.weft.problem.UnreachableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to one API server. A request that meets a busy or failing server, or a broken connection, is repeated within
 * its deadline, writes included: a write whose reply was lost shows as 404 or 409 the second time, which callers treat
 * as done or compare. Thread-safe; every thread it starts is a daemon.
 */
final class Api implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final int PACKED_BUFFER = 1 << 16;
    static final String METADATA_ONLY =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    private final KubeConfig kubeConfig;
    private final RetryPolicy retries;
    private final ExecutorService threads;
    private final HttpClient http;
    private volatile boolean answered;
    private volatile Duration clockOffset = Duration.ZERO;

    Api(KubeConfig kubeConfig, RetryPolicy retries) {
        this.kubeConfig = requireNonNull(kubeConfig, "kubeConfig");
        this.retries = requireNonNull(retries, "retries");
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "kubernetes-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        this.http = client(kubeConfig);
    }

    private static HttpClient client(KubeConfig kubeConfig) {
        try {
            return new JdkHttpClientFactory()
                    .newBuilder(Credentials.config(kubeConfig))
                    .build();
        } catch (KubernetesClientException e) {
            // The library's message may quote what it could not read, and that may be a key.
            throw new UnreachableException("The certificates or the key of context `" + kubeConfig.context()
                    + "` cannot be used (" + e.getCause().getClass().getSimpleName() + "). Fetch a new kubeconfig.");
        }
    }

    KubeConfig kubeConfig() {
        return kubeConfig;
    }

    /** Daemon threads for work that waits for this server. */
    ExecutorService threads() {
        return threads;
    }

    /** The time by the API server's clock, exact to about a second once it has answered. */
    Instant serverTime() {
        return Instant.now().plus(clockOffset);
    }

    /** How far the API server's clock is ahead of this machine's; known to about a second, zero before any answer. */
    Duration clockOffset() {
        return clockOffset;
    }

    Reply get(String path, String intent) {
        return send("GET", path, Optional.empty(), "application/json", intent);
    }

    Reply getMetadata(String path, String intent) {
        return send("GET", path, Optional.empty(), METADATA_ONLY, intent);
    }

    Reply post(String path, Map<String, Object> body, String intent) {
        return send("POST", path, Optional.of(body), "application/json", intent);
    }

    Reply put(String path, Map<String, Object> body, String intent) {
        return send("PUT", path, Optional.of(body), "application/json", intent);
    }

    /** Merges into the object what the body has of it (RFC 7386). */
    Reply patch(String path, Map<String, Object> body, String intent) {
        return send("PATCH", path, Optional.of(body), "application/json", intent);
    }

    Reply delete(String path, Map<String, Object> options, String intent) {
        return send("DELETE", path, Optional.of(options), "application/json", intent);
    }

    static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }

    static Map<String, String> labelQuery(Map<String, String> labels) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (!labels.isEmpty()) {
            parameters.put(
                    "labelSelector",
                    labels.entrySet().stream()
                            .map(entry -> entry.getValue().isEmpty()
                                    ? entry.getKey()
                                    : entry.getKey() + "=" + entry.getValue())
                            .collect(Collectors.joining(",")));
        }
        return parameters;
    }

    private Reply send(String method, String path, Optional<Map<String, Object>> body, String accept, String intent) {
        Instant start = Instant.now();
        Instant end = start.plus(retries.deadline());
        Optional<String> content = body.map(Json::write);
        int internalErrors = 0;
        Optional<Reply> last = Optional.empty();
        for (int attempt = 1; ; attempt++) {
            Duration pause;
            try {
                Duration left = Duration.between(Instant.now(), end);
                Duration limit = shorter(left.compareTo(SHORTEST) > 0 ? left : SHORTEST, ATTEMPT_TIMEOUT);
                // The server packs what is long, and unpacking takes a fraction of what decrypting takes.
                HttpRequest.Builder request = http.newHttpRequestBuilder()
                        .uri(uri(path))
                        .header("Accept", accept)
                        .header("Accept-Encoding", "gzip");
                String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
                content.ifPresent(json -> request.method(method, type, json));
                HttpResponse<byte[]> response = get(
                        http.sendAsync(
                                request.timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                                        .build(),
                                byte[].class),
                        limit);
                answered = true;
                noteTime(response);
                Reply reply = new Reply(response.code(), unpacked(response), intent, kubeConfig);
                LOG.debug("{} {} answered {} at attempt {}", method, path, reply.status(), attempt);
                if (!RetryPolicy.retryable(reply.status())) {
                    return reply;
                }
                if (reply.status() == 500 && ++internalErrors >= RetryPolicy.MAX_INTERNAL_ERRORS) {
                    return reply;
                }
                pause = retries.delay(attempt, retryAfter(response));
                if (Instant.now().plus(pause).isAfter(end)) {
                    return reply;
                }
                last = Optional.of(reply);
            } catch (IOException e) {
                LOG.debug("{} {} failed at attempt {}", method, path, attempt, e);
                pause = retries.delay(attempt, Duration.ZERO);
                Instant limit = answered ? end : start.plus(retries.contact());
                // What the deadline cuts short fails in more ways than by a timeout: a body that is being read ends
                // with "connection closed locally".
                if (last.isPresent() && !Instant.now().plus(SHORTEST).isBefore(end)) {
                    return last.get(); // What was said before this attempt tells more.
                }
                last = Optional.empty();
                if (hopeless(e) || Instant.now().plus(pause).isAfter(limit)) {
                    throw unreachable(e, intent, Duration.between(start, Instant.now()), attempt);
                }
            } catch (InterruptedException e) {
                throw interrupted(intent);
            }
            sleep(pause, intent);
        }
    }

    private static byte[] unpacked(HttpResponse<byte[]> response) throws IOException {
        if (!"gzip".equals(response.header("Content-Encoding"))) {
            return response.body();
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()), PACKED_BUFFER)) {
            return in.readAllBytes();
        }
    }

    /**
     * Opens a watch.
     *
     * @return the open stream with status 200, or the status that was answered instead
     * @throws IOException if the connection fails
     */
    HttpResponse<InputStream> stream(String path) throws IOException {
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(uri(path))
                .header("Accept", "application/json")
                .build();
        try {
            return get(http.sendAsync(request, InputStream.class), ATTEMPT_TIMEOUT);
        } catch (InterruptedException e) {
            throw interrupted("watch");
        }
    }

    CompletableFuture<WebSocket> webSocket(String path, String protocol, WebSocket.Listener listener) {
        return http.newWebSocketBuilder().subprotocol(protocol).uri(uri(path)).buildAsync(listener);
    }

    private static <T> T get(CompletableFuture<T> future, Duration limit) throws IOException, InterruptedException {
        try {
            return future.get(limit.toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new HttpTimeoutException("no answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof TimeoutException) {
                throw new HttpTimeoutException("no answer within " + limit.toMillis() + " ms");
            }
            if (cause instanceof IOException failure) {
                throw failure;
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IOException(cause);
        }
    }

    /** Waits; an interrupt ends the whole operation. */
    static void sleep(Duration duration, String intent) {
        try {
            Thread.sleep(Math.max(0, duration.toMillis()));
        } catch (InterruptedException e) {
            throw interrupted(intent);
        }
    }

    static CancellationException interrupted(String intent) {
        Thread.currentThread().interrupt();
        return new CancellationException("Interrupted while trying to " + intent);
    }

    @Override
    public void close() {
        http.close();
        threads.shutdownNow();
    }

    private URI uri(String path) {
        return URI.create(kubeConfig.server() + path);
    }

    private void noteTime(HttpResponse<?> response) {
        Optional.ofNullable(response.header("Date")).ifPresent(text -> {
            try {
                Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant()
                        .plusMillis(500);
                Duration difference = Duration.between(Instant.now(), date);
                clockOffset = difference.abs().toMillis() < 2000 ? Duration.ZERO : difference;
            } catch (DateTimeParseException e) {
                LOG.debug("Not a date: {}", text);
            }
        });
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        String text = response.header("Retry-After");
        if (text == null) {
            return Duration.ZERO;
        }
        try {
            return Duration.ofSeconds(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            try {
                Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                Duration wait = Duration.between(Instant.now(), until);
                return wait.isNegative() ? Duration.ZERO : wait;
            } catch (DateTimeParseException notADate) {
                return Duration.ZERO;
            }
        }
    }

    /** Whether the same failure is certain to come again. */
    private static boolean hopeless(IOException failure) {
        if (failure instanceof SSLHandshakeException) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof CertificateException) {
                    return true;
                }
            }
        }
        return unknownHost(failure);
    }

    private static boolean unknownHost(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    private UnreachableException unreachable(IOException failure, String intent, Duration tried, int attempts) {
        String subject = "The Kubernetes API at " + kubeConfig.server() + " (context `" + kubeConfig.context() + "`)";
        String effort = " Gave up to " + intent + " after " + attempts + (attempts == 1 ? " attempt" : " attempts")
                + " in " + tried.toMillis() + " ms.";
        if (unknownHost(failure)) {
            return new UnreachableException(
                    subject + " has a host name that does not resolve. Check the network (VPN?) and the kubeconfig.",
                    failure);
        }
        if (hopeless(failure)) {
            return new UnreachableException(
                    subject + " presents a certificate that the kubeconfig's authority did not issue: "
                            + innermost(failure) + ". Either the kubeconfig is of an earlier cluster, or a proxy"
                            + " intercepts TLS. Fetch a new kubeconfig, or reach the API without the proxy.",
                    failure);
        }
        if (failure instanceof ConnectException && !(failure instanceof HttpTimeoutException)) {
            return new UnreachableException(
                    subject + " refuses connections. Is the cluster running?" + effort, failure);
        }
        if (failure instanceof HttpTimeoutException) {
            return new UnreachableException(subject + " does not answer." + effort, failure);
        }
        if (failure instanceof SSLException) {
            return new UnreachableException(
                    subject + " cannot be spoken to over TLS: " + innermost(failure) + "." + effort, failure);
        }
        return new UnreachableException(
                subject + " breaks off the connection: " + innermost(failure) + "." + effort, failure);
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static Duration shorter(Duration one, Duration other) {
        Duration result = one.compareTo(other) < 0 ? one : other;
        return result.toMillis() < 1 ? Duration.ofMillis(1) : result;
    }
}
