package io.weft.deploy;

import io.weft.ca.CaInfo;
import io.weft.ca.FabricCaClient;
import io.weft.helm.Difference;
import io.weft.helm.HelmReleases;
import io.weft.helm.InstalledRelease;
import io.weft.helm.InstalledRelease.Status;
import io.weft.helm.ReleaseRequest;
import io.weft.kubernetes.Json;
import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import io.weft.kubernetes.PodProgress.Stage;
import io.weft.kubernetes.Store.Creation;
import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import io.weft.plan.Finding;
import io.weft.plan.Holder;
import io.weft.plan.Holder.CaHolder;
import io.weft.plan.Holder.ChaincodeHolder;
import io.weft.plan.Holder.OrderingNodeHolder;
import io.weft.plan.Holder.PeerHolder;
import io.weft.plan.NetworkState;
import io.weft.plan.PlannedStep;
import io.weft.plan.Planner;
import io.weft.plan.Release;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.plan.Step.InstallRelease;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.release.ReleaseSpec;
import io.weft.release.ReleaseSpecs;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The Helm releases of a network: compared by values, chart version and the objects they consist of. */
final class Releases {
    static final List<Kind> WORKLOADS = List.of(Kind.STATEFUL_SET, Kind.DEPLOYMENT);
    private static final Duration CA_PATIENCE = Duration.ofSeconds(10);

    private final Surroundings surroundings;
    private final NetworkRecord record;
    private final Keys keys;
    private final Packages packages;
    private final Pods pods;
    private final Connections connections;
    private final HelmReleases helm;
    private final Map<String, InstalledRelease> installed = new ConcurrentHashMap<>();
    private final Map<String, List<Difference>> drift = new ConcurrentHashMap<>();
    private final Map<String, KubeObject> workloads = new ConcurrentHashMap<>();
    private final Set<String> upgraded = ConcurrentHashMap.newKeySet();

    Releases(
            Surroundings surroundings,
            NetworkRecord record,
            Keys keys,
            Packages packages,
            Pods pods,
            Connections connections,
            HelmReleases helm) {
        this.surroundings = surroundings;
        this.record = record;
        this.keys = keys;
        this.packages = packages;
        this.pods = pods;
        this.connections = connections;
        this.helm = helm;
    }

    /** Reads what Helm remembers of the releases in a namespace. */
    void readReleases(String namespace) {
        helm.latest(namespace).forEach((name, release) -> installed.put(key(namespace, name), release));
    }

    /** Compares the objects of this network's releases with what Helm remembers of them. */
    void readDrift() {
        helm.drift(installed.values().stream().filter(this::isOwn).toList())
                .forEach((release, differences) -> drift.put(key(release.namespace(), release.name()), differences));
    }

    /** Reads the controllers of the network's pods in a namespace. */
    void readWorkloads(String namespace) {
        surroundings
                .cluster()
                .objects()
                .list(WORKLOADS, namespace, Map.of(ReleaseSpecs.NETWORK_ID, record.id()))
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
        return new ReleaseSpecs(surroundings.network(), record.id());
    }

    String name(Release release) {
        return specs().name(release);
    }

    String namespace(Release release) {
        return specs().namespace(release);
    }

    Finding examine(Release release) {
        Optional<InstalledRelease> found = find(release);
        if (found.isEmpty()) {
            return Finding.ABSENT;
        }
        requireOwn(found.get());
        Optional<ReleaseRequest> wanted = knownSpec(release).map(Releases::request);
        if (wanted.isEmpty()) {
            return Finding.unknown("Its keys are not known yet.");
        }
        List<String> fixed =
                FixedStorage.differences(found.get().values(), wanted.get().values());
        if (!fixed.isEmpty()) {
            return Finding.fixed(fixed);
        }
        List<String> differences = new ArrayList<>();
        if (found.get().status() != Status.DEPLOYED) {
            differences.add("Its state is `" + found.get().status() + "`.");
        } else if (!found.get()
                .satisfies(wanted.get(), helm.charts().get(wanted.get().chart()))) {
            differences.add("Its values or its chart have changed.");
        }
        drift(found.get()).forEach(difference -> differences.add(difference.toString()));
        return differences.isEmpty() ? Finding.DONE : Finding.different(differences);
    }

    private List<Difference> drift(InstalledRelease found) {
        return drift.getOrDefault(key(found.namespace(), found.name()), List.of());
    }

    static ReleaseRequest request(ReleaseSpec spec) {
        return new ReleaseRequest(spec.namespace(), spec.name(), spec.chart(), spec.values());
    }

    /** Whether the release's pod ran when its objects were read: only then its node can be asked. */
    boolean ran(Release release) {
        return workload(release)
                .filter(object -> Json.number(object.content(), "status", "readyReplicas") > 0)
                .isPresent();
    }

    private Optional<KubeObject> workload(Release release) {
        return WORKLOADS.stream()
                .map(kind -> workloads.get(kind + " " + namespace(release) + "/" + name(release)))
                .filter(object -> object != null)
                .findFirst();
    }

    Finding examineReadiness(Release release) {
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
        boolean observed =
                Json.number(content, "status", "observedGeneration") >= Json.number(content, "metadata", "generation");
        return ready >= wanted && updated >= wanted && observed
                ? Finding.DONE
                : Finding.unknown(ready + " of " + wanted + " pods are ready.");
    }

    boolean install(Release release) {
        ReleaseRequest wanted = request(spec(release));
        Optional<InstalledRelease> found = find(release);
        if (found.isPresent()) {
            requireOwn(found.get());
            if (found.get().satisfies(wanted, helm.charts().get(wanted.chart()))
                    && drift(found.get()).isEmpty()) {
                return false;
            }
            requirePossible(found.get(), wanted);
            upgraded.add(wanted.name());
            helm.apply(wanted, surroundings.timeout());
        } else {
            helm.install(wanted, surroundings.timeout());
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

    /** This network's releases that its spec does not name, for example {@code release trade/org3-peer0}. */
    List<String> leftovers() {
        Set<String> wanted = Planner.plan(surroundings.network(), NetworkState.NOTHING).steps().stream()
                .map(PlannedStep::step)
                .filter(InstallRelease.class::isInstance)
                .map(step -> ((InstallRelease) step).release())
                .map(release -> key(namespace(release), name(release)))
                .collect(Collectors.toSet());
        return installed.values().stream()
                .filter(this::isOwn)
                .map(release -> key(release.namespace(), release.name()))
                .filter(key -> !wanted.contains(key))
                .sorted()
                .map(key -> "release " + key)
                .toList();
    }

    private boolean isOwn(InstalledRelease found) {
        return record.id().equals(networkId(found).orElse(""));
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
                    + "; this network is `" + record.id()
                    + "`. It was not touched. Remove it, or choose another namespace.");
        }
    }

    /** Claims live as long as their release, so they are looked at only where there is none. */
    Finding examineStorage(Release release) {
        return find(release).isPresent() || specs().claims(release).isEmpty() ? Finding.DONE : Finding.ABSENT;
    }

    /** A StatefulSet takes over any claim that has the right name, with whatever an earlier network left on it. */
    boolean claimStorage(Release release) {
        boolean changed = false;
        for (Map<String, Object> wanted : specs().claims(release)) {
            Creation<KubeObject> creation = surroundings
                    .cluster()
                    .objects()
                    .createIfAbsent(new KubeObject(Kind.PERSISTENT_VOLUME_CLAIM, wanted));
            requireOwnClaim(creation.value());
            changed |= creation.created();
        }
        return changed;
    }

    private void requireOwnClaim(KubeObject claim) {
        String other = claim.labels().get(ReleaseSpecs.NETWORK_ID);
        if (!record.id().equals(other)) {
            throw new ConflictException("PersistentVolumeClaim `" + claim.namespace() + "/" + claim.name() + "` "
                    + (other == null ? "was not made by weft" : "holds data of network `" + other + "`")
                    + "; this network is `" + record.id()
                    + "`. It was not touched. Delete it, or choose another namespace.");
        }
    }

    private Optional<InstalledRelease> find(Release release) {
        return Optional.ofNullable(installed.get(key(namespace(release), name(release))));
    }

    void awaitReady(Release release, Consumer<String> note) {
        if (upgraded.contains(name(release))) {
            pods.awaitRollout(namespace(release), name(release), note);
        } else {
            pods.await(namespace(release), name(release), Stage.READY, note);
        }
        if (release instanceof CaRelease ca) {
            requireSameAuthority(ca);
        }
    }

    /**
     * Asks a release's program as soon as it runs, which is a second or more before it is ready.
     *
     * @param what is waited for, within a sentence
     */
    <T> T ask(Release release, String what, Supplier<T> question, Consumer<String> note) {
        if (upgraded.contains(name(release))) {
            pods.awaitRollout(namespace(release), name(release), note);
        } else {
            pods.await(namespace(release), name(release), Stage.RUNNING, note);
        }
        note.accept("connecting");
        return connections.insist(what, question);
    }

    /** A Fabric CA is ready when it answers, and answers with the organization's own signing CA. */
    private void requireSameAuthority(CaRelease release) {
        HostPort address = connections.tunnel(name(release), namespace(release), Connections.CA_PORT);
        Certificate own = keys.authorities(release.organization()).signing().certificate();
        FabricCaClient client = new FabricCaClient(
                URI.create("https://" + address),
                List.of(keys.authorities(release.organization()).tls().certificate()),
                CA_PATIENCE,
                surroundings.random());
        CaInfo info = connections.insist("the Fabric CA of `" + release.organization() + "`", client::info);
        if (!info.chain().contains(own)) {
            throw new RejectedException("The Fabric CA of `" + release.organization()
                    + "` answers with another CA certificate than the organization's. Its database is of another"
                    + " network: remove the release's volume claim.");
        }
    }

    /** The release as it should be; its keys must exist. */
    ReleaseSpec spec(Release release) {
        return knownSpec(release).orElseGet(() -> {
            holders(release).forEach(keys::contents);
            return knownSpec(release).orElseThrow();
        });
    }

    private Optional<ReleaseSpec> knownSpec(Release release) {
        StringBuilder checksum = new StringBuilder();
        for (Holder holder : holders(release)) {
            Optional<String> known = keys.knownChecksum(holder);
            if (known.isEmpty()) {
                return Optional.empty();
            }
            checksum.append(known.get());
        }
        if (release instanceof OrderingNodeRelease node) {
            return Optional.of(specs().orderingNode(node, checksum.toString()));
        }
        if (release instanceof PeerRelease peer) {
            return Optional.of(specs().peer(peer, checksum.toString()));
        }
        if (release instanceof CaRelease ca) {
            return Optional.of(specs().ca(ca, checksum.toString()));
        }
        ChaincodeRelease chaincode = (ChaincodeRelease) release;
        String packageId = packages.of(chaincode.organization(), chaincode.chaincode())
                .id()
                .toString();
        return Optional.of(specs().chaincode(chaincode, packageId, checksum.toString()));
    }

    /** Whose Secrets a release mounts. */
    private List<Holder> holders(Release release) {
        if (release instanceof OrderingNodeRelease node) {
            return List.of(new OrderingNodeHolder(node.node()));
        }
        if (release instanceof PeerRelease peer) {
            return List.of(new PeerHolder(peer.node()));
        }
        if (release instanceof CaRelease ca) {
            return List.of(new CaHolder(ca.organization()));
        }
        ChaincodeRelease chaincode = (ChaincodeRelease) release;
        return packages.chaincode(chaincode.chaincode()).tls()
                ? List.of(new ChaincodeHolder(chaincode.organization(), chaincode.chaincode()))
                : List.of();
    }
}
