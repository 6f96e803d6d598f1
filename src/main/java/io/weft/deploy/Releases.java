package io.weft.deploy;

import io.weft.ca.CaInfo;
import io.weft.ca.FabricCaClient;
import io.weft.helm.Drift;
import io.weft.helm.Helm;
import io.weft.helm.ReleaseRecord;
import io.weft.kubernetes.Json;
import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import io.weft.kubernetes.PodProgress.Stage;
import io.weft.kubernetes.Secret;
import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import io.weft.plan.Finding;
import io.weft.plan.Holder;
import io.weft.plan.Holder.CaHolder;
import io.weft.plan.Holder.ChaincodeHolder;
import io.weft.plan.Holder.OrderingNodeHolder;
import io.weft.plan.Holder.PeerHolder;
import io.weft.plan.Release;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.release.ReleaseSpec;
import io.weft.release.ReleaseSpecs;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The Helm releases of a network: compared by values, chart version and the objects they consist of. */
final class Releases {
    static final List<Kind> WORKLOADS = List.of(Kind.STATEFUL_SET, Kind.DEPLOYMENT);
    private static final List<Kind> KINDS = List.of(
            Kind.STATEFUL_SET,
            Kind.DEPLOYMENT,
            Kind.SERVICE,
            Kind.CONFIG_MAP,
            Kind.POD_DISRUPTION_BUDGET,
            Kind.SERVICE_ACCOUNT);
    private static final Duration CA_PATIENCE = Duration.ofSeconds(10);

    private final Surroundings surroundings;
    private final NetworkRecord record;
    private final Keys keys;
    private final Packages packages;
    private final Pods pods;
    private final Connections connections;
    private final Supplier<Helm> helm;
    private final Map<String, List<ReleaseRecord>> records = new ConcurrentHashMap<>();
    private final Map<String, KubeObject> live = new ConcurrentHashMap<>();
    private final Set<String> upgraded = ConcurrentHashMap.newKeySet();

    Releases(
            Surroundings surroundings,
            NetworkRecord record,
            Keys keys,
            Packages packages,
            Pods pods,
            Connections connections,
            Supplier<Helm> helm) {
        this.surroundings = surroundings;
        this.record = record;
        this.keys = keys;
        this.packages = packages;
        this.pods = pods;
        this.connections = connections;
        this.helm = helm;
    }

    /** Takes over what Helm remembers of releases in a namespace. */
    void remember(Secret secret) {
        ReleaseRecord found = ReleaseRecord.parse(secret.data().get("release"));
        records.computeIfAbsent(key(found.namespace(), found.name()), k -> new ArrayList<>())
                .add(found);
    }

    /** Reads the objects of the network's releases in a namespace. */
    void readObjects(String namespace) {
        surroundings
                .cluster()
                .objects()
                .list(KINDS, namespace, Map.of(ReleaseSpecs.NETWORK_ID, record.id()))
                .values()
                .forEach(objects -> objects.forEach(object -> live.put(key(object), object)));
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
        Optional<ReleaseRecord> found = latest(release);
        if (found.isEmpty()) {
            return Finding.ABSENT;
        }
        requireOwn(found.get());
        Optional<ReleaseSpec> wanted = knownSpec(release);
        if (wanted.isEmpty()) {
            return Finding.unknown("Its keys are not known yet.");
        }
        if (!found.get().status().equals("deployed")) {
            return Finding.different(List.of("Its state is `" + found.get().status() + "`."));
        }
        List<String> differences = new ArrayList<>();
        if (!found.get().isOf(wanted.get())) {
            differences.add("Its values or its chart have changed.");
        }
        differences.addAll(drift(found.get()));
        return differences.isEmpty() ? Finding.DONE : Finding.different(differences);
    }

    private List<String> drift(ReleaseRecord found) {
        List<String> result = new ArrayList<>();
        for (Map<String, Object> wanted : Drift.objects(found.manifest())) {
            Optional<Kind> kind = Kind.of(String.valueOf(wanted.get("apiVersion")), String.valueOf(wanted.get("kind")));
            if (kind.isEmpty() || !KINDS.contains(kind.get())) {
                continue;
            }
            String name = Json.text(wanted, "metadata", "name");
            KubeObject object = live.get(kind.get() + " " + found.namespace() + "/" + name);
            if (object == null) {
                result.add(kind.get() + " `" + name + "` is missing.");
            } else {
                result.addAll(Drift.differences(wanted, object.content()));
            }
        }
        return result;
    }

    /** Whether the release's pod ran when its objects were read: only then its node can be asked. */
    boolean ran(Release release) {
        return workload(release)
                .filter(object -> Json.number(object.content(), "status", "readyReplicas") > 0)
                .isPresent();
    }

    private Optional<KubeObject> workload(Release release) {
        return WORKLOADS.stream()
                .map(kind -> live.get(kind + " " + namespace(release) + "/" + name(release)))
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
        long ready = Json.number(content, "status", "readyReplicas");
        long updated = Json.number(content, "status", "updatedReplicas");
        boolean observed = Json.number(content, "status", "observedGeneration")
                >= Json.number(content, "metadata", "generation");
        return ready >= wanted && updated >= wanted && observed
                ? Finding.DONE
                : Finding.unknown(ready + " of " + wanted + " pods are ready.");
    }

    boolean install(Release release) {
        ReleaseSpec wanted = spec(release);
        List<ReleaseRecord> history = records.getOrDefault(key(wanted.namespace(), wanted.name()), List.of());
        history.forEach(this::requireOwn);
        Optional<ReleaseRecord> found = latest(release);
        if (found.isEmpty()) {
            requireNoForeignClaims(wanted);
            helm.get().install(wanted);
            return true;
        }
        boolean everDeployed = history.stream()
                .anyMatch(r -> r.status().equals("deployed") || r.status().equals("superseded"));
        if (found.get().status().equals("deployed") && found.get().isOf(wanted) && drift(found.get()).isEmpty()) {
            return false;
        }
        upgraded.add(wanted.name());
        if (!everDeployed || found.get().status().equals("uninstalling")) {
            helm.get().uninstall(wanted.name(), wanted.namespace());
            helm.get().install(wanted);
            return true;
        }
        history.stream()
                .filter(r -> r.status().startsWith("pending-"))
                .forEach(this::forget);
        helm.get().upgrade(wanted);
        prune(history);
        return true;
    }

    /** Helm keeps every revision unless told otherwise, and its SDK cannot be told. */
    private void prune(List<ReleaseRecord> history) {
        history.stream()
                .sorted(Comparator.comparingInt(ReleaseRecord::revision).reversed())
                .skip(2)
                .forEach(this::forget);
    }

    private void forget(ReleaseRecord revision) {
        String secret = "sh.helm.release.v1." + revision.name() + ".v" + revision.revision();
        surroundings
                .cluster()
                .secrets()
                .find(revision.namespace(), secret)
                .ifPresent(s -> surroundings
                        .cluster()
                        .secrets()
                        .delete(revision.namespace(), secret, s.metadata().uid()));
    }

    private void requireOwn(ReleaseRecord found) {
        Object id = Json.at(found.values(), "commonLabels", ReleaseSpecs.NETWORK_ID).orElse(null);
        if (!record.id().equals(id)) {
            throw new ConflictException("Release `" + found.namespace() + "/" + found.name() + "` "
                    + (id == null ? "was not made by weft" : "belongs to network `" + id + "`") + "; this network is `"
                    + record.id() + "`. It was not touched. Remove it, or choose another namespace.");
        }
    }

    /** A StatefulSet takes over any claim that has the right name, with whatever an earlier network left on it. */
    private void requireNoForeignClaims(ReleaseSpec wanted) {
        surroundings
                .cluster()
                .objects()
                .list(Kind.PERSISTENT_VOLUME_CLAIM, wanted.namespace(), Map.of())
                .stream()
                .filter(claim -> claim.name().endsWith("-" + wanted.name() + "-0"))
                .filter(claim -> !record.id().equals(claim.labels().get(ReleaseSpecs.NETWORK_ID)))
                .findFirst()
                .ifPresent(claim -> {
                    String other = claim.labels().get(ReleaseSpecs.NETWORK_ID);
                    throw new ConflictException("PersistentVolumeClaim `" + claim.namespace() + "/" + claim.name() + "` "
                            + (other == null ? "was not made by weft" : "holds data of network `" + other + "`")
                            + "; this network is `" + record.id()
                            + "`. It was not touched. Delete it, or choose another namespace.");
                });
    }

    private Optional<ReleaseRecord> latest(Release release) {
        return records.getOrDefault(key(namespace(release), name(release)), List.of()).stream()
                .max(Comparator.comparingInt(ReleaseRecord::revision));
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

    /** Waits until the release's program runs, so that a tunnel to it can be opened. */
    void awaitRunning(Release release, Consumer<String> note) {
        if (upgraded.contains(name(release))) {
            pods.awaitRollout(namespace(release), name(release), note);
        } else {
            pods.await(namespace(release), name(release), Stage.RUNNING, note);
        }
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
        return knownSpec(release)
                .orElseGet(() -> {
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
        String packageId = packages.of(chaincode.organization(), chaincode.chaincode()).id().toString();
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

    /** Names of all releases that Helm knows in a namespace and that carry this network's ID. */
    Set<String> ownReleases(String namespace) {
        Set<String> result = new HashSet<>();
        records.values().forEach(history -> history.stream()
                .filter(r -> r.namespace().equals(namespace))
                .filter(r -> record.id()
                        .equals(Json.at(r.values(), "commonLabels", ReleaseSpecs.NETWORK_ID).orElse(null)))
                .forEach(r -> result.add(r.name())));
        return result;
    }
}
