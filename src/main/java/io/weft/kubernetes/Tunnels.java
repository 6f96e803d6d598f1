package io.weft.kubernetes;

import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import io.weft.model.HostPort;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ways into the cluster through the Kubernetes API: no ingress, no DNS, no rights beyond {@code pods/portforward}. Each
 * TCP connection becomes one WebSocket to the API server, which the node's kubelet joins to the pod's loopback.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubectl/generated/kubectl_port-forward/">Port forwarding</a>
 */
public final class Tunnels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnels.class);
    /** Every binary message begins with a channel: data or error of the one forwarded port. */
    private static final String PROTOCOL = "v4.channel.k8s.io";

    private static final int PORT_BYTES = 2;
    /** A WebSocket takes one message at a time, and the client library tells only by its queue that it has left. */
    private static final long SEND_POLL_NANOS = 20_000;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(150);

    /** All that listens behind a tunnel answers the first bytes at once, with a TLS handshake or an HTTP response. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(3);

    private static final Duration LAST_WORDS = Duration.ofMillis(50);

    private final Api api;
    private final Map<Key, Listener> listeners = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Tunnels(Api api) {
        this.api = api;
    }

    private record Key(String namespace, String release, int port) {}

    /**
     * The tunnel to a port of a release's pods; the same one when asked again. Does not connect yet.
     *
     * @param release Helm release, which the pods carry as {@code app.kubernetes.io/instance}
     * @param port a port on which the pod's containers listen, not a Service's
     * @throws UnreachableException if this machine has no free loopback port
     */
    public Tunnel open(String namespace, String release, int port) {
        if (closed) {
            throw new IllegalStateException("The tunnels are closed");
        }
        return listeners.computeIfAbsent(new Key(namespace, release, port), Listener::new);
    }

    /** Closes every port and every connection. */
    @Override
    public void close() {
        closed = true;
        listeners.values().forEach(Listener::close);
    }

    private final class Listener implements Tunnel {
        private final Key key;
        private final ServerSocket server;
        private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
        private volatile String knownPod = "";
        private volatile String lastProblem = "";

        Listener(Key key) {
            this.key = key;
            try {
                server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new UnreachableException(
                        "No loopback port is free for a tunnel to `" + key.namespace() + "/" + key.release() + "`: "
                                + e.getMessage() + ".",
                        e);
            }
            api.threads().execute(this::accept);
        }

        @Override
        public HostPort address() {
            return new HostPort(server.getInetAddress().getHostAddress(), server.getLocalPort());
        }

        @Override
        public String lastProblem() {
            return lastProblem;
        }

        void close() {
            closeQuietly(server);
            connections.forEach(Connection::close);
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    socket.setTcpNoDelay(true);
                    Connection connection = new Connection(this, socket);
                    connections.add(connection);
                    api.threads().execute(connection::run);
                } catch (SocketException e) {
                    LOG.trace("The tunnel to {} is closed", key, e);
                } catch (IOException | RejectedExecutionException e) {
                    LOG.debug("The tunnel to {} did not take a connection", key, e);
                }
            }
        }

        /** The pod that served last time, until that fails; then whichever runs. */
        String pod() {
            String pod = knownPod;
            if (pod.isEmpty()) {
                pod = findPod();
                knownPod = pod;
            }
            return pod;
        }

        void forget(String pod) {
            if (knownPod.equals(pod)) {
                knownPod = "";
            }
        }

        void problem(String text) {
            lastProblem = text;
            LOG.debug("Tunnel to {}: {}", key, text);
        }

        private String findPod() {
            Optional<PodView> found =
                    KubeObjects.list(api, Kind.POD, key.namespace(), Map.of(PodView.RELEASE, key.release()), false)
                            .stream()
                            .map(PodView::new)
                            .filter(pod -> !pod.finished() && pod.scheduled())
                            .max(Comparator.comparing((PodView pod) -> pod.ready())
                                    .thenComparing(pod -> pod.anyRunning())
                                    .thenComparing(
                                            pod -> PodView.time(pod.pod().content(), "metadata", "creationTimestamp")));
            return found.map(PodView::name)
                    .orElseThrow(() -> new UnreachableException(
                            "Release `" + key.namespace() + "/" + key.release() + "` has no pod on any node."));
        }

        String path(String pod) {
            return Kind.POD.path(key.namespace(), pod) + "/portforward?ports=" + key.port();
        }
    }

    /** One TCP connection and its WebSocket. */
    private final class Connection implements WebSocket.Listener {
        private final Listener listener;
        private final Socket socket;
        private final int[] portBytes = new int[2];
        private volatile WebSocket webSocket;
        private volatile boolean answered;
        private boolean asked;
        private volatile boolean ended;

        Connection(Listener listener, Socket socket) {
            this.listener = listener;
            this.socket = socket;
        }

        void run() {
            try {
                webSocket = connect();
                if (ended) {
                    return;
                }
                pump();
            } catch (IOException | WeftException e) {
                if (!ended) {
                    listener.problem(String.valueOf(e.getMessage()));
                }
            } finally {
                close();
            }
        }

        /** Looks for another pod when the known one is gone, until the deadline. */
        private WebSocket connect() {
            long end = System.nanoTime() + CONNECT_DEADLINE.toNanos();
            Duration pause = Duration.ofMillis(20);
            while (true) {
                String pod = "";
                try {
                    pod = listener.pod();
                    return get(api.webSocket(listener.path(pod), PROTOCOL, this));
                } catch (UnreachableException e) {
                    listener.forget(pod);
                    if (ended || System.nanoTime() >= end) {
                        throw e;
                    }
                }
                Api.sleep(pause, "open a tunnel");
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }

        private WebSocket get(CompletableFuture<WebSocket> future) {
            try {
                return future.get(CONNECT_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() instanceof CompletionException
                        ? e.getCause().getCause()
                        : e.getCause();
                String reason = cause instanceof WebSocketHandshakeException refused
                        ? "answered " + refused.getResponse().code()
                        : String.valueOf(cause.getMessage());
                throw new UnreachableException(
                        "The tunnel to port " + listener.key.port() + " of `" + listener.key.namespace() + "/"
                                + listener.key.release() + "` was refused: the Kubernetes API " + reason + ".",
                        cause);
            } catch (TimeoutException e) {
                future.cancel(true);
                throw new UnreachableException(
                        "The Kubernetes API did not open a tunnel to `" + listener.key.namespace() + "/"
                                + listener.key.release() + "` within " + CONNECT_DEADLINE.toSeconds() + " s.",
                        e);
            } catch (InterruptedException e) {
                throw Api.interrupted("open a tunnel");
            }
        }

        /** A tunnel into a container that is about to start may stay silent for good; another one will not. */
        private void requireAnswer() {
            if (!answered && !ended) {
                listener.problem("Port " + listener.key.port() + " of `" + listener.key.namespace() + "/"
                        + listener.key.release() + "` did not answer within " + FIRST_ANSWER.toSeconds() + " s.");
                close();
            }
        }

        /** From the client to the pod, one message at a time: the next read waits until the last is sent. */
        private void pump() throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            buffer[0] = 0;
            while (!ended) {
                int count = socket.getInputStream().read(buffer, 1, buffer.length - 1);
                if (count < 0) {
                    return;
                }
                if (!asked) {
                    asked = true;
                    CompletableFuture.delayedExecutor(FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS, api.threads())
                            .execute(this::requireAnswer);
                }
                boolean sent = webSocket.send(ByteBuffer.wrap(buffer, 0, count + 1));
                awaitSent(webSocket, () -> !ended);
                if (!sent && !ended) {
                    throw new IOException("The tunnel to `" + listener.key.namespace() + "/" + listener.key.release()
                            + "` broke while sending.");
                }
            }
        }

        @Override
        public void onMessage(WebSocket ws, ByteBuffer data) {
            int channel = data.hasRemaining() ? data.get() : -1;
            try {
                if (channel < 0 || channel > 1) {
                    throw new IOException("Kubernetes sent data on the unknown channel " + channel);
                }
                // Each channel begins with the two bytes of its port's number.
                int skipped = Math.min(PORT_BYTES - portBytes[channel], data.remaining());
                data.position(data.position() + skipped);
                portBytes[channel] += skipped;
                if (channel == 1 && data.hasRemaining()) {
                    listener.problem("Port " + listener.key.port() + " of `" + listener.key.namespace() + "/"
                            + listener.key.release() + "`: "
                            + StandardCharsets.UTF_8.decode(data).toString().strip());
                    close();
                    return;
                }
                if (data.hasRemaining()) {
                    answered = true;
                    socket.getOutputStream()
                            .write(data.array(), data.arrayOffset() + data.position(), data.remaining());
                }
            } catch (IOException e) {
                LOG.trace("A tunnel's client has gone", e);
                close();
                return;
            }
            ws.request();
        }

        @Override
        public void onClose(WebSocket ws, int code, String reason) {
            close();
        }

        @Override
        public void onError(WebSocket ws, Throwable failure) {
            if (!ended) {
                listener.problem("The tunnel to `" + listener.key.namespace() + "/" + listener.key.release()
                        + "` broke: " + failure.getMessage());
            }
            close();
        }

        void close() {
            ended = true;
            listener.connections.remove(this);
            closeQuietly(socket);
            WebSocket open = webSocket;
            if (open != null) {
                // What the client said last, most often that it ends its TLS, may still be on its way.
                long end = System.nanoTime() + LAST_WORDS.toNanos();
                awaitSent(open, () -> System.nanoTime() < end);
                open.sendClose(1000, "done");
            }
        }
    }

    private static void awaitSent(WebSocket webSocket, BooleanSupplier stillWanted) {
        while (webSocket.queueSize() > 0 && stillWanted.getAsBoolean()) {
            LockSupport.parkNanos(SEND_POLL_NANOS);
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.trace("Closing a tunnel", e);
        }
    }
}
