package io.weft.local;

import io.weft.local.Control.Answer;
import io.weft.local.Control.Listener;
import io.weft.local.Control.NodeState;
import io.weft.local.Control.Request;
import io.weft.local.Control.State;
import io.weft.problem.ConflictException;
import io.weft.problem.WeftException;
import io.weft.protocol.Deadline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the nodes of one network: those whose folders describe them, from the start on, and what it is told over a loopback
 * port. Whoever can read the state folder may tell it. There is one for each network at a time.
 */
public final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration STARTED_BY = Duration.ofMinutes(5);
    private static final int CONNECT_MILLIS = 500;
    private static final int TOKEN_BYTES = 24;

    private final StateFolder folder;
    private final FileLock lock;
    private final ServerSocket socket;
    private final String token;
    private final NodeStarter starter;
    private final Map<String, Entry> nodes = new ConcurrentHashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "weft-nodes");
        thread.setDaemon(true);
        return thread;
    });
    private boolean closed;

    private Daemon(StateFolder folder, FileLock lock, ServerSocket socket, String token) {
        this.folder = folder;
        this.lock = lock;
        this.socket = socket;
        this.token = token;
        this.starter = new NodeStarter(folder);
    }

    /**
     * The background process.
     *
     * @param args the network's state folder
     */
    public static void main(String[] args) throws InterruptedException {
        Daemon daemon;
        try {
            daemon = start(Path.of(args[0]));
        } catch (ConflictException e) {
            return; // Another one was faster, and does what this one would have done.
        }
        Runtime.getRuntime().addShutdownHook(new Thread(daemon::close, "weft-end"));
        daemon.awaitEnd();
    }

    /**
     * Begins to run the nodes of a network.
     *
     * @param path the network's state folder
     * @throws ConflictException if somebody runs them already
     */
    static Daemon start(Path path) {
        StateFolder folder = StateFolder.at(path);
        FileLock lock = FileLock.tryTake(folder.daemonLock(), "")
                .orElseThrow(() -> new ConflictException(
                        "The nodes of network `" + folder.network() + "` are run by another process already."));
        try {
            ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            byte[] secret = new byte[TOKEN_BYTES];
            new SecureRandom().nextBytes(secret);
            Daemon daemon = new Daemon(folder, lock, socket, HexFormat.of().formatHex(secret));
            daemon.startAll();
            daemon.threads.execute(daemon::accept);
            StateFolder.writeJson(
                    folder.daemon(),
                    new Listener(ProgramNode.Running.of(ProcessHandle.current()), socket.getLocalPort(), daemon.token));
            return daemon;
        } catch (IOException e) {
            lock.close();
            throw StateFolder.unusable("listen for", folder.path(), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Waits until somebody has it end. */
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** A node and how it is. Guarded by itself. */
    private static final class Entry {
        private NodeDescription description;
        private LocalNode node;
        private State state = State.STOPPED;
        private String detail = "";
        private int starts;
    }

    /** The descriptions in a network's folder. */
    static List<NodeDescription> descriptions(StateFolder folder) {
        return StateFolder.list(folder.nodes()).stream()
                .flatMap(namespace -> StateFolder.list(namespace).stream())
                .flatMap(node -> StateFolder.readJson(node.resolve("node.json"), NodeDescription.class).stream())
                .toList();
    }

    private void startAll() {
        List<NodeDescription> all = descriptions(folder);
        CompletableFuture.allOf(all.stream()
                        .map(node ->
                                CompletableFuture.runAsync(() -> ProgramNode.endStale(folder, node.key()), threads))
                        .toArray(CompletableFuture[]::new))
                .join();
        all.forEach(node -> threads.execute(() -> start(node.key())));
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                return; // Closed.
            }
        }
    }

    private void serve(Socket connection) {
        try (connection;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            String line = in.readLine();
            if (line == null) {
                return;
            }
            Request request = RecordJson.parse(line, Request.class);
            Answer answer;
            boolean shutdown = false;
            if (!MessageDigest.isEqual(
                    token.getBytes(StandardCharsets.UTF_8),
                    String.valueOf(request.token()).getBytes(StandardCharsets.UTF_8))) {
                answer = new Answer("The caller does not know the token in `" + folder.daemon() + "`.", Map.of());
            } else {
                answer = carryOut(request);
                shutdown = request.order() == Control.Order.SHUTDOWN;
            }
            connection.getOutputStream().write((RecordJson.line(answer) + "\n").getBytes(StandardCharsets.UTF_8));
            connection.getOutputStream().flush();
            if (shutdown) {
                ended.countDown();
            }
        } catch (IOException e) {
            log("A request could not be answered: " + e);
        }
    }

    private Answer carryOut(Request request) {
        try {
            switch (request.order()) {
                case STATUS -> {}
                case START -> request.nodes().forEach(this::start);
                case STOP -> together(request.nodes(), key -> stop(key, LocalNode::close));
                case DISCARD -> together(request.nodes(), key -> stop(key, LocalNode::discard));
                case AWAIT -> request.nodes().forEach(key -> await(key, Duration.ofMillis(request.millis())));
                case SHUTDOWN -> closeNodes();
            }
            return new Answer("", states());
        } catch (WeftException e) {
            return new Answer(String.valueOf(e.getMessage()), states());
        }
    }

    private Map<String, NodeState> states() {
        Map<String, NodeState> result = new TreeMap<>();
        nodes.forEach((key, entry) -> {
            synchronized (entry) {
                notice(entry);
                String digest = entry.description == null ? "" : entry.description.digest();
                result.put(key, new NodeState(entry.state, entry.detail, digest));
            }
        });
        return result;
    }

    private static void notice(Entry entry) {
        if (entry.state == State.READY || entry.state == State.STARTING) {
            Optional<String> end = entry.node == null ? Optional.empty() : entry.node.end();
            if (end.isPresent()) {
                entry.state = State.ENDED;
                entry.detail = end.get();
                entry.notifyAll();
            }
        }
    }

    /** Starts a node as its folder describes it, unless it runs just so. */
    private void start(String key) {
        NodeDescription wanted = StateFolder.readJson(folder.description(key), NodeDescription.class)
                .orElseThrow(() -> new ConflictException("There is no node `" + key + "`."));
        Entry entry = nodes.computeIfAbsent(key, k -> new Entry());
        int start;
        synchronized (entry) {
            notice(entry);
            boolean runs = entry.state == State.READY || entry.state == State.STARTING;
            if (runs && entry.description.digest().equals(wanted.digest())) {
                return;
            }
            if (entry.node != null) {
                entry.node.close();
            }
            entry.description = wanted;
            entry.state = State.STARTING;
            entry.detail = "";
            entry.node = null;
            start = ++entry.starts;
            try {
                entry.node = starter.start(wanted);
            } catch (RuntimeException e) {
                entry.state = State.ENDED;
                entry.detail = e instanceof WeftException ? String.valueOf(e.getMessage()) : String.valueOf(e);
                log(wanted + " cannot be started: " + e);
                if (!(e instanceof WeftException)) {
                    throw e;
                }
                return;
            } finally {
                entry.notifyAll();
            }
        }
        threads.execute(() -> watch(entry, wanted, start));
    }

    /** Waits until a node accepts connections, or ends. */
    private void watch(Entry entry, NodeDescription node, int start) {
        Deadline deadline = Deadline.after(STARTED_BY);
        boolean listens = false;
        while (!listens) {
            listens = node.listens().stream()
                    .allMatch(purpose -> accepts(node.ports().get(purpose)));
            synchronized (entry) {
                if (entry.starts != start || entry.state != State.STARTING) {
                    return;
                }
                notice(entry);
                if (entry.state == State.ENDED) {
                    log(entry.detail);
                    return;
                }
                if (listens) {
                    entry.state = State.READY;
                    entry.notifyAll();
                    return;
                }
            }
            if (!deadline.pause(LOOK)) {
                return;
            }
        }
    }

    private static boolean accepts(int port) {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void await(String key, Duration patience) {
        Entry entry = nodes.get(key);
        if (entry == null) {
            return;
        }
        Deadline deadline = Deadline.after(patience);
        synchronized (entry) {
            notice(entry);
            while (entry.state == State.STARTING && !deadline.hasPassed()) {
                try {
                    entry.wait(Math.max(
                            1, deadline.remaining(Duration.ofMillis(200)).toMillis()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                notice(entry);
            }
        }
    }

    private void stop(String key, Consumer<LocalNode> how) {
        Entry entry = nodes.get(key);
        if (entry == null) {
            return;
        }
        synchronized (entry) {
            if (entry.node != null) {
                how.accept(entry.node);
                entry.node = null;
            }
            entry.state = State.STOPPED;
            entry.detail = "";
            entry.notifyAll();
        }
    }

    private void together(List<String> keys, Consumer<String> work) {
        CompletableFuture.allOf(keys.stream()
                        .map(key -> CompletableFuture.runAsync(() -> work.accept(key), threads))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private void closeNodes() {
        // Chaincode outlives the peers that talk to it.
        Map<Boolean, List<String>> byKind = new LinkedHashMap<>();
        nodes.forEach((key, entry) -> byKind.computeIfAbsent(
                        entry.description != null && entry.description.kind() == NodeDescription.Kind.CHAINCODE,
                        kind -> new ArrayList<>())
                .add(key));
        byKind.keySet().stream()
                .sorted(Comparator.naturalOrder())
                .forEach(kind -> together(byKind.get(kind), key -> stop(key, LocalNode::close)));
        starter.close();
    }

    private static void log(String text) {
        LOG.warn("{} {}", Instant.now(), text);
    }

    /** Stops all nodes and gives the network free. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            socket.close();
        } catch (IOException e) {
            log("The control port could not be closed: " + e);
        }
        closeNodes();
        StateFolder.delete(folder.daemon());
        lock.close();
        ended.countDown();
        threads.shutdownNow();
    }
}
