package io.weft.kubernetes;

import io.weft.problem.ConflictException;
import io.weft.problem.UnreachableException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One Kubernetes cluster as one context sees it. Connecting makes no request: the first operation does, and says
 * within seconds when the API server cannot be reached or does not accept the credentials. Thread-safe.
 */
public final class Cluster implements AutoCloseable {
    private final KubeConfig kubeConfig;
    private final Api api;
    private final Tunnels tunnels;

    private Cluster(KubeConfig kubeConfig, RetryPolicy retries) {
        this.kubeConfig = kubeConfig;
        this.api = new Api(kubeConfig, retries);
        this.tunnels = new Tunnels(api);
    }

    /**
     * @throws UnreachableException if the context's credentials cannot be read or got from its plugin
     */
    public static Cluster connect(KubeConfig kubeConfig) {
        return connect(kubeConfig, RetryPolicy.standard());
    }

    static Cluster connect(KubeConfig kubeConfig, RetryPolicy retries) {
        return new Cluster(kubeConfig, retries);
    }

    /** The context this cluster was connected with. */
    public KubeConfig kubeConfig() {
        return kubeConfig;
    }

    /** URL of the API server. */
    public URI server() {
        return kubeConfig.server();
    }

    /** The API server's version, for example {@code v1.34.4}. */
    public String version() {
        return Json.text(api.get("/version", "ask for the version").body(), "gitVersion");
    }

    /**
     * How far the API server's clock is ahead of this machine's, from its last answer; zero when they agree within two
     * seconds or it has not answered yet. Certificates are judged by the cluster's clock.
     */
    public Duration clockOffset() {
        return api.clockOffset();
    }

    public Store<Secret> secrets() {
        return new Store<>(api, Kind.SECRET, Secret::of, Secret::over, Secret::metadata);
    }

    public Store<ConfigMap> configMaps() {
        return new Store<>(api, Kind.CONFIG_MAP, ConfigMap::of, ConfigMap::over, ConfigMap::metadata);
    }

    public Namespaces namespaces() {
        return new Namespaces(api);
    }

    public KubeObjects objects() {
        return new KubeObjects(api);
    }

    public AccessRules accessRules() {
        return new AccessRules(api);
    }

    /** Tunnels to this cluster's pods; they are closed with the cluster. */
    public Tunnels tunnels() {
        return tunnels;
    }

    /**
     * Takes a Lease, so that no other run works on the same network.
     *
     * @param lease namespace, name, labels and annotations of the Lease
     * @param duration how long it counts after this process has died; 15 s is usual
     * @param wait how long to wait for another run to finish
     * @throws ConflictException if another run still holds it, naming who and since when
     */
    public Lock lock(Metadata lease, Lock.Holder holder, Duration duration, Duration wait) {
        return Lock.acquire(api, lease, holder, duration, wait);
    }

    /**
     * Watches the pods of a namespace.
     *
     * @param labels which pods; an empty value asks only that the label be there
     * @param progress called from other threads, one call at a time, and must return at once
     */
    public PodWatch watchPods(
            String namespace, Map<String, String> labels, Patience patience, Consumer<PodProgress> progress) {
        return PodWatch.open(api, namespace, labels, patience, progress);
    }

    /** The namespace that the context prefers. */
    public Optional<String> defaultNamespace() {
        return kubeConfig.namespace();
    }

    /** Closes tunnels and connections; everything that still waits fails. */
    @Override
    public void close() {
        tunnels.close();
        api.close();
    }
}
