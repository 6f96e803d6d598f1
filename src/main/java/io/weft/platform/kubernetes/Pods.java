package io.weft.platform.kubernetes;

import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.Patience;
import io.weft.kubernetes.PodProgress;
import io.weft.kubernetes.PodProgress.Stage;
import io.weft.kubernetes.PodWatch;
import io.weft.release.ReleaseSpecs;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The network's pods, watched once for each namespace from the first question on. */
final class Pods implements AutoCloseable {
    private final Cluster cluster;
    private final Supplier<String> networkId;
    private final Duration timeout;
    private final Map<String, PodWatch> watches = new ConcurrentHashMap<>();
    private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();

    Pods(Cluster cluster, Supplier<String> networkId, Duration timeout) {
        this.cluster = cluster;
        this.networkId = networkId;
        this.timeout = timeout;
    }

    /**
     * Waits until a release's pod has come so far.
     *
     * @param note hears what it goes through meanwhile
     */
    void await(String namespace, String release, Stage stage, Consumer<String> note) {
        String key = namespace + "/" + release;
        listeners.put(key, note);
        watch(namespace).await(release, stage, timeout);
    }

    /** Waits until a release's pods are replaced after a change, and ready. */
    void awaitRollout(String namespace, String release, Consumer<String> note) {
        listeners.put(namespace + "/" + release, note);
        watch(namespace).awaitRollout(release, timeout);
    }

    private PodWatch watch(String namespace) {
        return watches.computeIfAbsent(
                namespace,
                name -> cluster.watchPods(
                        name, Map.of(ReleaseSpecs.NETWORK_ID, networkId.get()), Patience.standard(), this::hear));
    }

    private void hear(PodProgress progress) {
        Consumer<String> listener = listeners.get(progress.namespace() + "/" + progress.release());
        if (listener != null) {
            String stage = progress.stage().name().toLowerCase(Locale.ROOT);
            listener.accept(progress.detail().isEmpty() ? stage : stage + ": " + progress.detail());
        }
    }

    @Override
    public void close() {
        watches.values().forEach(PodWatch::close);
    }
}
