package io.weft.platform.kubernetes;

import io.weft.helm.HelmReleases;
import io.weft.helm.InstalledRelease;
import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.Json;
import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import io.weft.kubernetes.KubeObjects;
import io.weft.kubernetes.Namespaces.State;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.platform.Teardown;
import io.weft.protocol.Deadline;
import io.weft.release.ReleaseSpecs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Removes all that carries a network's ID, the records of its releases, the namespaces that weft made, and last its own
 * record, so that a teardown that was killed is finished by the next one.
 */
final class KubernetesTeardown implements Teardown {
    private static final Set<Kind> CONTROLLERS = EnumSet.of(Kind.STATEFUL_SET, Kind.DEPLOYMENT, Kind.REPLICA_SET);
    private static final Set<String> KUBERNETES_OWN =
            Set.of("ConfigMap/kube-root-ca.crt", "ServiceAccount/default", "ConfigMap/openshift-service-ca.crt");

    private final Network network;
    private final Names names;
    private final Cluster cluster;
    private final HelmReleases helm;
    private final Duration timeout;
    private final KubeObjects objects;
    private final List<String> removed = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();

    KubernetesTeardown(Network network, Cluster cluster, HelmReleases helm, Duration timeout) {
        this.network = network;
        this.names = new Names(network);
        this.cluster = cluster;
        this.helm = helm;
        this.timeout = timeout;
        this.objects = cluster.objects();
    }

    @Override
    public List<String> removed() {
        return List.copyOf(removed);
    }

    @Override
    public List<String> kept() {
        return List.copyOf(kept);
    }

    @Override
    public void removeObjects(String networkId, Collection<String> namespaces, Consumer<String> note) {
        List<String> present = present(namespaces);
        Deadline deadline = Deadline.after(timeout);
        // A controller that has not noticed its own end yet replaces a pod that goes; so look until there is nothing.
        for (List<KubeObject> left = remaining(networkId, present);
                !left.isEmpty();
                left = remaining(networkId, present)) {
            note.accept("Removing " + left.size() + " objects ...");
            remove(left);
            note.accept("Waiting until " + left.size() + " objects are gone ...");
            objects.awaitGone(left, deadline.remaining());
        }
        for (String namespace : present) {
            forgetReleases(namespace, networkId);
        }
        removeRecord();
    }

    @Override
    public void removeNamespaces(Collection<String> namespaces, Consumer<String> note) {
        for (String namespace : present(namespaces)) {
            removeNamespace(namespace, note);
        }
    }

    private List<String> present(Collection<String> namespaces) {
        return namespaces.stream()
                .filter(name -> !(state(name) instanceof State.Absent))
                .toList();
    }

    private State state(String namespace) {
        return cluster.namespaces().state(namespace);
    }

    private List<KubeObject> remaining(String id, List<String> present) {
        return present.stream()
                .flatMap(namespace -> objects.inventory(namespace, Map.of(ReleaseSpecs.NETWORK_ID, id)).stream())
                .filter(object -> !isRecord(object))
                .toList();
    }

    /** Controllers go first: a pod whose StatefulSet is still there comes back. */
    private void remove(List<KubeObject> own) {
        Map<Boolean, List<KubeObject>> batches =
                own.stream().collect(Collectors.partitioningBy(object -> CONTROLLERS.contains(object.kind())));
        for (boolean controllers : new boolean[] {true, false}) {
            SideBySide.work(batches.get(controllers), object -> {
                if (objects.delete(object)) {
                    noteRemoved(object.kind() + " " + object.namespace() + "/" + object.name());
                }
            });
        }
    }

    private synchronized void noteRemoved(String what) {
        removed.add(what);
    }

    private boolean isRecord(KubeObject object) {
        return object.kind() == Kind.CONFIG_MAP && object.name().equals(names.networkRecord());
    }

    /** The records that Helm keeps, of releases whose values carry the ID. */
    private void forgetReleases(String namespace, String id) {
        for (InstalledRelease release : helm.latest(namespace).values()) {
            if (id.equals(String.valueOf(Json.at(release.values(), "commonLabels", ReleaseSpecs.NETWORK_ID)
                    .orElse("")))) {
                helm.forget(namespace, release.name());
                noteRemoved("release " + namespace + "/" + release.name());
            }
        }
    }

    private void removeRecord() {
        objects.find(Kind.CONFIG_MAP, network.namespace(), names.networkRecord())
                .ifPresent(record -> {
                    objects.delete(record);
                    noteRemoved("ConfigMap " + record.namespace() + "/" + record.name());
                });
    }

    private void removeNamespace(String name, Consumer<String> note) {
        State state = state(name);
        List<KubeObject> others = objects.inventory(name, Map.of()).stream()
                .filter(object -> !KUBERNETES_OWN.contains(object.kind() + "/" + object.name()))
                .toList();
        others.forEach(object -> kept.add(object.toString()));
        if (!KubernetesSpaces.isOwn(network, state)) {
            kept.add("namespace `" + name + "`, which weft did not make");
            return;
        }
        if (!others.isEmpty()) {
            kept.add("namespace `" + name + "`, because something else is in it");
            return;
        }
        note.accept("Removing namespace `" + name + "` ...");
        State.Active active = (State.Active) state;
        cluster.namespaces().delete(active.metadata());
        cluster.namespaces().awaitGone(active.metadata(), timeout);
        noteRemoved("Namespace " + name);
    }
}
