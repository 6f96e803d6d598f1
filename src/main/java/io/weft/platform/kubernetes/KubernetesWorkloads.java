package io.weft.platform.kubernetes;

import io.weft.helm.Difference;
import io.weft.helm.HelmReleases;
import io.weft.helm.InstalledRelease;
import io.weft.helm.InstalledRelease.Status;
import io.weft.helm.ReleaseRequest;
import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.Json;
import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import io.weft.kubernetes.KubeObjects;
import io.weft.kubernetes.PodProgress.Stage;
import io.weft.kubernetes.Store.Creation;
import io.weft.model.Network;
import io.weft.plan.Finding;
import io.weft.plan.Release;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.platform.Wanted;
import io.weft.platform.Workloads;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.release.ReleaseSpec;
import io.weft.release.ReleaseSpecs;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Helm releases of a network: compared by values, chart version and the objects they consist of. */
final class KubernetesWorkloads implements Workloads {
    private static final List<Kind> WORKLOADS = List.of(Kind.STATEFUL_SET, Kind.DEPLOYMENT);
    private static final List<Kind> PROGRAMS = List.of(Kind.STATEFUL_SET, Kind.DEPLOYMENT, Kind.POD);
    private static final List<Kind> WIPED = List.of(Kind.STATEFUL_SET, Kind.POD);
    /** How long a node may take to end whose ledgers are deleted next. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Network network;
    private final Cluster cluster;
    private final HelmReleases helm;
    private final Duration timeout;
    private final Supplier<String> networkId;
    private final Pods pods;
    private final Map<String, InstalledRelease> installed = new ConcurrentHashMap<>();
    private final Map<String, List<Difference>> drift = new ConcurrentHashMap<>();
    private final Map<String, KubeObject> workloads = new ConcurrentHashMap<>();
    private final Set<String> upgraded = ConcurrentHashMap.newKeySet();

    KubernetesWorkloads(
            Network network, Cluster cluster, HelmReleases helm, Duration timeout, Supplier<String> networkId) {
        this.network = network;
        this.cluster = cluster;
        this.helm = helm;
        this.timeout = timeout;
        this.networkId = networkId;
        this.pods = new Pods(cluster, networkId, timeout);
    }

    /** Reads what Helm remembers of the releases in a namespace. */
    @Override
    public void readReleases(String namespace) {
        helm.latest(namespace).forEach((name, release) -> installed.put(key(namespace, name), release));
    }

    /** Compares the objects of this network's releases with what Helm remembers of them. */
    @Override
    public void readDrift() {
        helm.drift(installed.values().stream().filter(this::isOwn).toList())
                .forEach((release, differences) -> drift.put(key(release.namespace(), release.name()), differences));
    }

    /** Reads the controllers of the network's pods in a namespace. */
    @Override
    public void readRunning(String namespace) {
        cluster.objects()
                .list(WORKLOADS, namespace, Map.of(ReleaseSpecs.NETWORK_ID, networkId.get()))
                .values()
                .forEach(objects -> objects.forEach(object -> workloads.put(key(object), object)));
    }

    private static String key(String namespace, String name) {
        return namespace + "/" + name;
    }

    private static String key(KubeObject object) {
        return object.kind() + " " + object.namespace() + "/" + object.name();
    }

    private ReleaseSpecs specs() {
        return new ReleaseSpecs(network, networkId.get());
    }

    private String name(Release release) {
        return specs().name(release);
    }

    private String namespace(Release release) {
        return specs().namespace(release);
    }

    private ReleaseRequest request(Wanted wanted) {
        Release release = wanted.release();
        if (release instanceof OrderingNodeRelease node) {
            return request(specs().orderingNode(node, wanted.checksum()));
        }
        if (release instanceof PeerRelease peer) {
            return request(specs().peer(peer, wanted.checksum()));
        }
        if (release instanceof CaRelease ca) {
            return request(specs().ca(ca, wanted.checksum()));
        }
        return request(specs().chaincode((ChaincodeRelease) release, wanted.packageId(), wanted.checksum()));
    }

    static ReleaseRequest request(ReleaseSpec spec) {
        return new ReleaseRequest(spec.namespace(), spec.name(), spec.chart(), spec.values());
    }

    @Override
    public Finding examine(Release release, Optional<Wanted> wanted) {
        Optional<InstalledRelease> found = find(release);
        if (found.isEmpty()) {
            return Finding.ABSENT;
        }
        requireOwn(found.get());
        if (wanted.isEmpty()) {
            return Finding.unknown("Its keys are not known yet.");
        }
        ReleaseRequest request = request(wanted.get());
        List<String> fixed = FixedStorage.differences(found.get().values(), request.values());
        if (!fixed.isEmpty()) {
            return Finding.fixed(fixed);
        }
        List<String> differences = new ArrayList<>();
        if (found.get().status() != Status.DEPLOYED) {
            differences.add("Its state is `" + found.get().status() + "`.");
        } else if (!found.get().satisfies(request, helm.charts().get(request.chart()))) {
            differences.add("Its values or its chart have changed.");
        }
        drift(found.get()).forEach(difference -> differences.add(difference.toString()));
        return differences.isEmpty() ? Finding.DONE : Finding.different(differences);
    }

    private List<Difference> drift(InstalledRelease found) {
        return drift.getOrDefault(key(found.namespace(), found.name()), List.of());
    }

    /** Whether the release's pod ran when its objects were read. */
    @Override
    public boolean ran(Release release) {
        return workload(release)
                .filter(object -> object.isObserved()
                        && Json.number(object.content(), "status", "readyReplicas") > 0
                        && Json.number(object.content(), "status", "updatedReplicas") > 0)
                .isPresent();
    }

    private Optional<KubeObject> workload(Release release) {
        return WORKLOADS.stream()
                .map(kind -> workloads.get(kind + " " + namespace(release) + "/" + name(release)))
                .filter(object -> object != null)
                .findFirst();
    }

    @Override
    public Finding examineReadiness(Release release) {
        Optional<KubeObject> workload = workload(release);
        if (workload.isEmpty()) {
            return Finding.ABSENT;
        }
        Map<String, Object> content = workload.get().content();
        long wanted = Json.number(content, "spec", "replicas");
        if (wanted == 0) {
            return Finding.unknown("It is scaled to 0 pods.");
        }
        long ready = Json.number(content, "status", "readyReplicas");
        long updated = Json.number(content, "status", "updatedReplicas");
        return ready >= wanted && updated >= wanted && workload.get().isObserved()
                ? Finding.DONE
                : Finding.unknown(ready + " of " + wanted + " pods are ready.");
    }

    @Override
    public boolean install(Wanted what) {
        ReleaseRequest wanted = request(what);
        Optional<InstalledRelease> found = find(what.release());
        if (found.isPresent()) {
            requireOwn(found.get());
            if (found.get().satisfies(wanted, helm.charts().get(wanted.chart()))
                    && drift(found.get()).isEmpty()) {
                return false;
            }
            requirePossible(found.get(), wanted);
            upgraded.add(wanted.name());
            helm.apply(wanted, timeout);
        } else {
            helm.install(wanted, timeout);
        }
        return true;
    }

    private static void requirePossible(InstalledRelease found, ReleaseRequest wanted) {
        List<String> fixed = FixedStorage.differences(found.values(), wanted.values());
        if (!fixed.isEmpty()) {
            throw new RejectedException(
                    "Release `" + found.namespace() + "/" + found.name() + "`: " + String.join("\n  ", fixed));
        }
    }

    @Override
    public List<String> leftovers(Collection<Release> wanted) {
        Set<String> names = wanted.stream()
                .map(release -> key(namespace(release), name(release)))
                .collect(Collectors.toSet());
        return installed.values().stream()
                .filter(this::isOwn)
                .map(release -> key(release.namespace(), release.name()))
                .filter(key -> !names.contains(key))
                .sorted()
                .map(key -> "release " + key)
                .toList();
    }

    private boolean isOwn(InstalledRelease found) {
        return networkId.get().equals(networkId(found).orElse(""));
    }

    private static Optional<String> networkId(InstalledRelease found) {
        return Json.at(found.values(), "commonLabels", ReleaseSpecs.NETWORK_ID).map(String::valueOf);
    }

    private void requireOwn(InstalledRelease found) {
        if (!isOwn(found)) {
            throw new ConflictException("Release `" + found.namespace() + "/" + found.name() + "` "
                    + networkId(found)
                            .map(id -> "belongs to network `" + id + "`")
                            .orElse("was not made by weft")
                    + "; this network is `" + networkId.get()
                    + "`. It was not touched. Remove it, or choose another namespace.");
        }
    }

    @Override
    public boolean claimsStorage() {
        return true;
    }

    /** Claims live as long as their release, so they are looked at only where there is none. */
    @Override
    public Finding examineStorage(Release release) {
        return find(release).isPresent() || specs().claims(release).isEmpty() ? Finding.DONE : Finding.ABSENT;
    }

    /** A StatefulSet takes over any claim that has the right name, with whatever an earlier network left on it. */
    @Override
    public boolean claimStorage(Release release) {
        boolean changed = false;
        for (Map<String, Object> wanted : specs().claims(release)) {
            Creation<KubeObject> creation =
                    cluster.objects().createIfAbsent(new KubeObject(Kind.PERSISTENT_VOLUME_CLAIM, wanted));
            requireOwnClaim(creation.value());
            changed |= creation.created();
        }
        return changed;
    }

    private void requireOwnClaim(KubeObject claim) {
        String other = claim.labels().get(ReleaseSpecs.NETWORK_ID);
        if (!networkId.get().equals(other)) {
            throw new ConflictException("PersistentVolumeClaim `" + claim.namespace() + "/" + claim.name() + "` "
                    + (other == null ? "was not made by weft" : "holds data of network `" + other + "`")
                    + "; this network is `" + networkId.get()
                    + "`. It was not touched. Delete it, or choose another namespace.");
        }
    }

    private Optional<InstalledRelease> find(Release release) {
        return Optional.ofNullable(installed.get(key(namespace(release), name(release))));
    }

    @Override
    public void awaitReady(Release release, Consumer<String> note) {
        await(release, Stage.READY, note);
    }

    @Override
    public void awaitRunning(Release release, Consumer<String> note) {
        await(release, Stage.RUNNING, note);
    }

    private void await(Release release, Stage stage, Consumer<String> note) {
        if (upgraded.contains(name(release))) {
            pods.awaitRollout(namespace(release), name(release), note);
        } else {
            pods.await(namespace(release), name(release), stage, note);
        }
    }

    @Override
    public boolean stop(Release release) {
        KubeObjects objects = cluster.objects();
        Map<Kind, List<KubeObject>> found = programs(release);
        List<KubeObject> pods = found.getOrDefault(Kind.POD, List.of());
        if (pods.isEmpty()) {
            return false;
        }
        controllers(found).forEach(object -> objects.scale(object, 0));
        objects.awaitGone(pods, timeout);
        return true;
    }

    @Override
    public void start(Release release, Consumer<String> note) {
        controllers(programs(release)).forEach(object -> cluster.objects().scale(object, 1));
        pods.await(namespace(release), name(release), Stage.READY, note);
    }

    private Map<Kind, List<KubeObject>> programs(Release release) {
        return cluster.objects()
                .list(
                        PROGRAMS,
                        namespace(release),
                        Map.of(ReleaseSpecs.NETWORK_ID, networkId.get(), "app.kubernetes.io/instance", name(release)));
    }

    private static List<KubeObject> controllers(Map<Kind, List<KubeObject>> found) {
        return found.entrySet().stream()
                .filter(entry -> entry.getKey() != Kind.POD)
                .flatMap(entry -> entry.getValue().stream())
                .toList();
    }

    /** Has each node replaced by one that empties its volumes first; each for itself, so that none waits for the slowest. */
    @Override
    public void wipe(Consumer<String> note) {
        Map<String, List<KubeObject>> found = new HashMap<>();
        for (String namespace : network.namespaces()) {
            Map<String, String> own = Map.of(ReleaseSpecs.NETWORK_ID, networkId.get());
            cluster.objects().list(WIPED, namespace, own).values().stream()
                    .flatMap(List::stream)
                    .forEach(object -> found.computeIfAbsent(
                                    key(namespace, object.labels().get("app.kubernetes.io/instance")),
                                    key -> new ArrayList<>())
                            .add(object));
        }
        List<List<KubeObject>> nodes = Stream.concat(
                        network.orderingNodes().<Release>map(OrderingNodeRelease::new),
                        network.peers().<Release>map(PeerRelease::new))
                .flatMap(node -> Optional.ofNullable(found.get(key(namespace(node), name(node)))).stream())
                .toList();
        String word = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        note.accept("Stopping " + nodes.size() + " nodes and emptying their volumes ...");
        SideBySide.work(nodes, node -> restartEmpty(node, word));
    }

    private void restartEmpty(List<KubeObject> node, String word) {
        KubeObjects objects = cluster.objects();
        List<KubeObject> gone =
                node.stream().filter(object -> object.kind() == Kind.POD).toList();
        node.stream()
                .filter(object -> object.kind() == Kind.STATEFUL_SET)
                .forEach(object -> objects.merge(object, EmptyVolumes.patch(object, word)));
        gone.forEach(pod -> objects.delete(pod, FAREWELL));
        objects.awaitGone(gone, timeout);
    }

    @Override
    public void close() {
        pods.close();
    }
}
