package io.weft.helm;

import static java.util.Objects.requireNonNull;

import com.marcnuri.helm.Helm;
import io.weft.helm.InstalledRelease.Status;
import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.Secret;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Helm releases of one cluster. Reading and comparing them asks Kubernetes alone; changing or rendering them uses the
 * Helm SDK, which is loaded at the first such call (about 0.3 s, the very first time about a second). Methods block
 * and may be called from several threads; releases are worked on side by side.
 */
public final class HelmReleases implements AutoCloseable {
    /** Revisions of a release that are kept. */
    static final int HISTORY = 3;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int PARALLEL = 8;
    private static final Pattern TRANSIENT = Pattern.compile("connection reset|connection refused|broken pipe|\\bEOF\\b"
            + "|http2: |TLS handshake timeout|i/o timeout|etcdserver: |(?i)too many requests"
            + "|the server is currently unable to handle the request|server is currently overloaded"
            + "|server was unable to return a response in the time allotted|Timeout: request did not complete"
            + "|an error on the server \\(.*has prevented the request from succeeding"
            + "|(?i)internal error occurred: etcdserver|ServiceUnavailable|object has been modified");
    private static final Logger LOG = LoggerFactory.getLogger(HelmReleases.class);

    /** Rendering asks no cluster for its version; the charts demand 1.29 or newer. */
    private static final String KUBERNETES = "1.34.0";

    private static final Map<String, String> OWNED = Map.of("owner", "helm");
    /** A revision is superseded only when there is a newer one. */
    private static final Map<String, String> NEWEST = Map.of("owner", "helm", "status!=superseded", "");

    private static final Object WARM_UP = new Object();
    private static SignalHandlers signals;

    private final Optional<Cluster> connected;
    private final Charts charts;
    private final WorkFolder work;
    private final ExecutorService threads;

    /**
     * @param cache a folder of the user's own that survives from run to run, for the SDK's library and the charts
     */
    public HelmReleases(Cluster cluster, Charts charts, Path cache) {
        this(Optional.of(cluster), charts, cache);
    }

    private HelmReleases(Optional<Cluster> connected, Charts charts, Path cache) {
        this.connected = connected;
        this.charts = requireNonNull(charts, "charts");
        this.work = new WorkFolder(cache);
        CachedNativeLibrary.keepIn(cache);
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(PARALLEL, task -> {
            Thread thread = new Thread(task, "helm-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Can render, and nothing else: it knows no cluster. */
    public static HelmReleases forRendering(Charts charts, Path cache) {
        return new HelmReleases(Optional.empty(), charts, cache);
    }

    private Cluster cluster() {
        return connected.orElseThrow(() -> new IllegalStateException("Made for rendering only"));
    }

    /** What a call of {@link #apply} did. */
    public enum Outcome {
        /** There was no release of that name, or none that could be kept. */
        INSTALLED,
        /** An earlier revision has been replaced. */
        UPGRADED
    }

    /**
     * The newest revision of every release in a namespace, by name; asks Kubernetes once.
     */
    public Map<String, InstalledRelease> latest(String namespace) {
        Map<String, InstalledRelease> result = new LinkedHashMap<>();
        for (InstalledRelease release : releases(namespace, NEWEST)) {
            result.merge(release.name(), release, (a, b) -> a.revision() >= b.revision() ? a : b);
        }
        return result;
    }

    /** All revisions that Helm has kept of a release, the newest first. */
    public List<InstalledRelease> history(String namespace, String name) {
        Map<String, String> labels = new LinkedHashMap<>(OWNED);
        labels.put("name", name);
        return releases(namespace, labels).stream()
                .sorted(Comparator.comparingInt(InstalledRelease::revision).reversed())
                .toList();
    }

    /**
     * What is missing or was changed by hand since the releases were made. Takes one call per namespace and kind.
     *
     * @return differences by release; a release without any is not in it
     */
    public Map<InstalledRelease, List<Difference>> drift(List<InstalledRelease> releases) {
        return Drift.of(releases, cluster().objects());
    }

    /**
     * Makes a release what the request says, from whatever state it is in: a pending or half-removed one is cleaned up
     * by rule first. Returns when Kubernetes has accepted the objects, not when the pods run. A failure that may pass
     * is tried again until the deadline.
     *
     * @throws ConflictException if an object of that name exists that does not belong to the release
     * @throws RejectedException if Kubernetes or Helm refuses, in their words
     * @throws TimedOutException if it takes longer than the timeout
     */
    public Outcome apply(ReleaseRequest request, Duration timeout) {
        return apply(request, timeout, false);
    }

    /**
     * Like {@link #apply(ReleaseRequest, Duration)}, and saves the look at what is there first; Helm refuses a name that
     * is in use.
     */
    public Outcome install(ReleaseRequest request, Duration timeout) {
        return apply(request, timeout, true);
    }

    private Outcome apply(ReleaseRequest request, Duration timeout, boolean presumedAbsent) {
        long end = System.nanoTime() + timeout.toNanos();
        Chart chart = charts.get(request.chart());
        String shown = "`" + request.namespace() + "/" + request.name() + "`";
        Duration pause = Duration.ofMillis(250);
        boolean look = !presumedAbsent;
        while (true) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            try {
                List<InstalledRelease> history = look ? history(request.namespace(), request.name()) : List.of();
                look = true;
                Recovery recovery = Recovery.of(history);
                recovery.discard().forEach(this::deleteRecord);
                if (recovery.uninstall()) {
                    uninstall(request.namespace(), request.name(), left);
                }
                if (recovery.upgrade()) {
                    call("upgrade release " + shown, left, () -> upgrade(request, chart));
                    prune(request.namespace(), request.name());
                    return Outcome.UPGRADED;
                }
                call("install release " + shown, left, () -> install(request, chart));
                return Outcome.INSTALLED;
            } catch (UnreachableException e) {
                if (System.nanoTime() + pause.toNanos() >= end) {
                    throw e;
                }
            }
            sleep(pause);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
        }
    }

    /**
     * Removes a release with its objects and its history; claims of StatefulSets stay. Does nothing if there is none.
     *
     * @throws TimedOutException if it takes longer than the timeout
     */
    public void uninstall(String namespace, String name, Duration timeout) {
        call("uninstall release `" + namespace + "/" + name + "`", timeout, () -> Helm.uninstall(name)
                .ignoreNotFound()
                .withNamespace(namespace)
                .withKubeConfig(work.kubeConfig(cluster().kubeConfig()))
                .call());
    }

    /** Deletes Helm's records of a release whose objects are gone already. */
    public void forget(String namespace, String name) {
        history(namespace, name).forEach(this::deleteRecord);
    }

    /** Loads the SDK in the background, so that the first change need not wait for it. */
    public void prepare() {
        threads.execute(() -> {
            try {
                warmUp();
            } catch (IOException | RuntimeException e) {
                LOG.debug("The Helm SDK cannot be loaded; the first call will say why", e);
            }
        });
    }

    /** The objects that a release would consist of, as YAML documents; contacts nobody. */
    public String template(ReleaseRequest request, Duration timeout) {
        Chart chart = charts.get(request.chart());
        return call("render release `" + request.namespace() + "/" + request.name() + "`", timeout, () -> {
            Path values = work.values(request.values());
            try {
                return new Helm(chart.folder())
                        .template()
                        .withKubeVersion(KUBERNETES)
                        .withName(request.name())
                        .withNamespace(request.namespace())
                        .withValuesFile(values)
                        .call();
            } finally {
                Files.deleteIfExists(values);
            }
        });
    }

    /** The charts that releases are made of. */
    public Charts charts() {
        return charts;
    }

    /** Removes the temporary files. A call that still hangs in the SDK is left to end with the process. */
    @Override
    public void close() {
        threads.shutdownNow();
        work.close();
    }

    private com.marcnuri.helm.Release install(ReleaseRequest request, Chart chart) throws IOException {
        Path values = work.values(request.values());
        try {
            return new Helm(chart.folder())
                    .install()
                    .withName(request.name())
                    .withNamespace(request.namespace())
                    .withDescription(ReleaseRequest.description(chart))
                    .withValuesFile(values)
                    .disableOpenApiValidation()
                    .withKubeConfig(work.kubeConfig(cluster().kubeConfig()))
                    .call();
        } finally {
            Files.deleteIfExists(values);
        }
    }

    private com.marcnuri.helm.Release upgrade(ReleaseRequest request, Chart chart) throws IOException {
        Path values = work.values(request.values());
        try {
            return new Helm(chart.folder())
                    .upgrade()
                    .withName(request.name())
                    .withNamespace(request.namespace())
                    .withDescription(ReleaseRequest.description(chart))
                    .withValuesFile(values)
                    .resetValues()
                    .disableOpenApiValidation()
                    .withKubeConfig(work.kubeConfig(cluster().kubeConfig()))
                    .call();
        } finally {
            Files.deleteIfExists(values);
        }
    }

    private List<InstalledRelease> releases(String namespace, Map<String, String> labels) {
        return cluster().secrets().list(namespace, labels).stream()
                .flatMap(secret -> InstalledRelease.decode(secret).stream())
                .toList();
    }

    private void prune(String namespace, String name) {
        history(namespace, name).stream()
                .skip(HISTORY)
                .filter(release -> release.status() != Status.DEPLOYED)
                .forEach(this::deleteRecord);
    }

    private void deleteRecord(InstalledRelease release) {
        Secret record = release.record();
        cluster()
                .secrets()
                .delete(
                        record.metadata().namespace(),
                        record.metadata().name(),
                        record.metadata().uid());
    }

    private <T> T call(String intent, Duration timeout, Callable<T> helm) {
        Future<T> future = threads.submit(() -> {
            warmUp();
            try {
                return helm.call();
            } finally {
                signals.restore();
            }
        });
        try {
            return future.get(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw translate(e.getCause(), intent);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new TimedOutException(
                    "Helm did not " + intent + " within " + timeout.toSeconds()
                            + " s; it may still be at work. Run the command again to see what became of it.",
                    e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while trying to " + intent);
        }
    }

    /** The SDK takes over the signals with its first command, so the first one is one that is over at once. */
    private void warmUp() throws IOException {
        synchronized (WARM_UP) {
            if (signals == null) {
                SignalHandlers before = SignalHandlers.capture();
                try {
                    new Helm(work.emptyChart()).template().withName("warm-up").call();
                } finally {
                    before.restore();
                }
                signals = before;
            }
        }
    }

    /** The SDK throws nothing but {@link IllegalStateException} with Helm's own text. */
    static RuntimeException translate(Throwable failure, String intent) {
        if (failure instanceof WeftException known) {
            return known;
        }
        if (failure instanceof IOException e) {
            return new UncheckedIOException("A temporary file to " + intent + " could not be written", e);
        }
        if (!(failure instanceof IllegalStateException)) {
            return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
        }
        String text = String.valueOf(failure.getMessage()).strip();
        String message = "Helm could not " + intent + ": " + text;
        if (text.contains("invalid ownership metadata")
                || text.contains("cannot be imported into the current release")) {
            return new ConflictException(
                    message + "\n  An object of that name exists that this release did not make. It was not touched;"
                            + " remove it, or use another namespace.",
                    failure);
        }
        if (text.contains("another operation (install/upgrade/rollback) is in progress")
                || text.contains("cannot re-use a name that is still in use")) {
            return new UnreachableException(message, failure);
        }
        if (TRANSIENT.matcher(text).find() || text.contains("cluster unreachable")) {
            return new UnreachableException(message, failure);
        }
        if (text.contains("context deadline exceeded") || text.contains("timed out waiting")) {
            return new TimedOutException(message, failure);
        }
        return new RejectedException(message, failure);
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted between two attempts with Helm");
        }
    }
}
