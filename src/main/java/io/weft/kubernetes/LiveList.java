package io.weft.kubernetes;

import io.fabric8.kubernetes.client.http.HttpResponse;
import io.weft.problem.WeftException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of one kind in a namespace, kept up to date: a list, then a watch from the list's version. When the watch
 * ends it is opened again where it stopped; when that version is too old (410) or the connection was lost, the list is
 * read again, and differences count as changes, so that nothing is missed.
 */
final class LiveList implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveList.class);
    private static final int WATCH_SECONDS = 240;
    /** A watch that outlives its own time limit hangs on a dead connection. */
    private static final int GRACE_SECONDS = 15;

    private final Api api;
    private final Kind kind;
    private final String namespace;
    private final Map<String, String> labels;
    private final boolean metadataOnly;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, KubeObject> objects = new LinkedHashMap<>();
    private final List<Runnable> listeners = new ArrayList<>();
    private WeftException failure;
    private volatile boolean closed;
    private volatile InputStream stream;
    private String version;

    private LiveList(Api api, Kind kind, String namespace, Map<String, String> labels, boolean metadataOnly) {
        this.api = api;
        this.kind = kind;
        this.namespace = namespace;
        this.labels = labels;
        this.metadataOnly = metadataOnly;
    }

    /** Reads the list before it returns, so that whoever waits afterwards sees at least what is there now. */
    static LiveList open(Api api, Kind kind, String namespace, Map<String, String> labels, boolean metadataOnly) {
        LiveList result = new LiveList(api, kind, namespace, labels, metadataOnly);
        result.list();
        api.threads().execute(result::follow);
        return result;
    }

    /** What is there now. */
    List<KubeObject> objects() {
        lock.lock();
        try {
            return List.copyOf(objects.values());
        } finally {
            lock.unlock();
        }
    }

    /** Runs after every change, on the thread that reads the watch; must be quick. */
    void onChange(Runnable listener) {
        lock.lock();
        try {
            listeners.add(listener);
        } finally {
            lock.unlock();
        }
    }

    /** Makes those who wait ask their condition again, because something else that it depends on has changed. */
    void lookAgain() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the condition gives a value. It is asked at once, and after every change.
     *
     * @return empty if the time is over
     * @throws WeftException if the API server can no longer be asked
     */
    <T> Optional<T> await(Duration timeout, Supplier<Optional<T>> condition) {
        long end = System.nanoTime() + timeout.toNanos();
        lock.lock();
        try {
            while (true) {
                Optional<T> value = condition.get();
                if (value.isPresent()) {
                    return value;
                }
                if (failure != null) {
                    throw failure;
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return Optional.empty();
                }
                if (changed.awaitNanos(left) > 0) {
                    LOG.trace("{} in {} changed", kind, namespace);
                }
            }
        } catch (InterruptedException e) {
            throw Api.interrupted("wait for " + kind.plural() + " in namespace `" + namespace + "`");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        closeQuietly(stream);
    }

    private void list() {
        String path = kind.path(namespace) + Api.query(Api.labelQuery(labels));
        String intent = "list " + kind.plural() + " in namespace `" + namespace + "`";
        Map<String, Object> body = (metadataOnly ? api.getMetadata(path, intent) : api.get(path, intent)).body();
        List<KubeObject> found = KubeObjects.objects(kind, body);
        change(() -> {
            Set<String> present = new HashSet<>();
            for (KubeObject object : found) {
                present.add(object.uid());
                objects.put(object.uid(), object);
            }
            objects.keySet().retainAll(present);
            version = Json.text(body, "metadata", "resourceVersion");
        });
    }

    private void follow() {
        boolean relist = false;
        int failures = 0;
        while (!closed) {
            try {
                if (failures > 1) {
                    pause();
                }
                if (relist) {
                    list();
                }
                relist = watch();
                failures = 0;
            } catch (IOException e) {
                LOG.debug("The watch of {} in {} broke", kind.plural(), namespace, e);
                relist = true;
                failures++;
            } catch (CancellationException e) {
                return;
            } catch (WeftException e) {
                if (!closed) {
                    change(() -> failure = e);
                }
                return;
            }
        }
    }

    private void pause() {
        Api.sleep(Duration.ofMillis(500), "watch");
    }

    /** Follows one watch to its end; whether the list has to be read again. */
    private boolean watch() throws IOException {
        Map<String, String> parameters = Api.labelQuery(labels);
        parameters.put("watch", "true");
        parameters.put("resourceVersion", version);
        parameters.put("allowWatchBookmarks", "true");
        parameters.put("timeoutSeconds", Integer.toString(WATCH_SECONDS));
        HttpResponse<InputStream> response = api.stream(kind.path(namespace) + Api.query(parameters));
        try (InputStream body = new BufferedInputStream(response.body(), 1 << 15)) {
            stream = response.body();
            if (closed) {
                return false;
            }
            if (response.code() == 410) {
                return true;
            }
            if (response.code() != 200) {
                throw new IOException("watch answered " + response.code());
            }
            CompletableFuture<Void> guard = CompletableFuture.runAsync(
                    () -> closeQuietly(response.body()),
                    CompletableFuture.delayedExecutor(WATCH_SECONDS + GRACE_SECONDS, TimeUnit.SECONDS));
            try {
                for (byte[] line = line(body); line != null; line = line(body)) {
                    if (line.length > 0 && !accept(Json.parseObject(line))) {
                        return true;
                    }
                }
            } catch (IllegalArgumentException e) {
                throw new IOException("watch broke off within an event", e);
            } finally {
                guard.cancel(false);
            }
        }
        return false;
    }

    /** Whether the watch can go on. */
    private boolean accept(Map<String, Object> event) {
        Map<String, Object> content = Json.map(event, "object");
        KubeObject object = new KubeObject(kind, content);
        switch (Json.text(event, "type")) {
            case "ADDED", "MODIFIED" ->
                change(() -> {
                    objects.put(object.uid(), object);
                    version = object.resourceVersion();
                });
            case "DELETED" ->
                change(() -> {
                    objects.remove(object.uid());
                    version = object.resourceVersion();
                });
            case "BOOKMARK" -> version = object.resourceVersion();
            default -> {
                LOG.debug("The watch of {} in {} ended: {}", kind.plural(), namespace, Json.text(content, "message"));
                return false;
            }
        }
        return true;
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            listeners.forEach(Runnable::run);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return line.size() == 0 ? null : line.toByteArray();
            }
            line.write(next);
        }
        return line.toByteArray();
    }

    private static void closeQuietly(InputStream in) {
        if (in != null) {
            try {
                in.close();
            } catch (IOException e) {
                LOG.trace("Closing a watch", e);
            }
        }
    }
}
