package io.weft.deploy;

import io.weft.helm.InstalledRelease;
import io.weft.kubernetes.Json;
import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import io.weft.kubernetes.KubeObjects;
import io.weft.kubernetes.Namespaces.State;
import io.weft.model.Network;
import io.weft.protocol.Deadline;
import io.weft.release.ReleaseSpecs;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Removes a network: all that carries its ID, the records of its releases, the namespaces that weft made, and last its
 * own record, so that a teardown that was killed is finished by the next one.
 */
public final class Teardown {
    private static final Set<Kind> CONTROLLERS = EnumSet.of(Kind.STATEFUL_SET, Kind.DEPLOYMENT, Kind.REPLICA_SET);
    private static final Set<String> KUBERNETES_OWN =
            Set.of("ConfigMap/kube-root-ca.crt", "ServiceAccount/default", "ConfigMap/openshift-service-ca.crt");

    private final Site site;
    private final Network network;
    private final KubeObjects objects;
    private final List<String> removed = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();

    public Teardown(Site site) {
        this.site = site;
        this.network = site.surroundings.network();
        this.objects = site.surroundings.cluster().objects();
    }

    /** What was deleted, for example {@code Secret trade/org1-ca-keys}. */
    public List<String> removed() {
        return List.copyOf(removed);
    }

    /** What was found and left alone. */
    public List<String> kept() {
        return List.copyOf(kept);
    }

    /**
     * Removes everything in the namespaces and waits until it is gone.
     *
     * @param note hears what is going on
     * @throws io.weft.problem.TimedOutException naming what is left and what holds it
     */
    public void removeObjects(Consumer<String> note) {
        Optional<String> id = site.record.read();
        if (id.isEmpty()) {
            return;
        }
        Deadline deadline = Deadline.after(site.surroundings.timeout());
        // A controller that has not noticed its own end yet replaces a pod that goes; so look until there is nothing.
        for (List<KubeObject> left = remaining(id.get()); !left.isEmpty(); left = remaining(id.get())) {
            note.accept("Removing " + left.size() + " objects ...");
            remove(left);
            note.accept("Waiting until " + left.size() + " objects are gone ...");
            objects.awaitGone(left, deadline.remaining());
        }
        for (String namespace : present()) {
            forgetReleases(namespace, id.get());
        }
        removeRecord();
    }

    /** Removes the namespaces that weft made, if nothing else is in them. */
    public void removeNamespaces(Consumer<String> note) {
        for (String namespace : present()) {
            removeNamespace(namespace, note);
        }
    }

    private List<String> present() {
        // Also those of organizations that the spec has lost since.
        return Stream.concat(network.namespaces().stream(), site.record.namespaces().stream())
                .distinct()
                .filter(name -> !(state(name) instanceof State.Absent))
                .toList();
    }

    private State state(String namespace) {
        return site.surroundings.cluster().namespaces().state(namespace);
    }

    private List<KubeObject> remaining(String id) {
        return present().stream()
                .flatMap(namespace -> objects.inventory(namespace, Map.of(ReleaseSpecs.NETWORK_ID, id)).stream())
                .filter(object -> !isRecord(object))
                .toList();
    }

    /** Controllers go first: a pod whose StatefulSet is still there comes back. */
    private void remove(List<KubeObject> own) {
        Map<Boolean, List<KubeObject>> batches =
                own.stream().collect(Collectors.partitioningBy(object -> CONTROLLERS.contains(object.kind())));
        for (boolean controllers : new boolean[] {true, false}) {
            site.together(batches.get(controllers), object -> {
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
        return object.kind() == Kind.CONFIG_MAP
                && object.name().equals(site.surroundings.names().networkRecord());
    }

    /** The records that Helm keeps, of releases whose values carry the ID. */
    private void forgetReleases(String namespace, String id) {
        for (InstalledRelease release : site.helm.latest(namespace).values()) {
            if (id.equals(String.valueOf(Json.at(release.values(), "commonLabels", ReleaseSpecs.NETWORK_ID)
                    .orElse("")))) {
                site.helm.forget(namespace, release.name());
                noteRemoved("release " + namespace + "/" + release.name());
            }
        }
    }

    private void removeRecord() {
        objects.find(
                        Kind.CONFIG_MAP,
                        network.namespace(),
                        site.surroundings.names().networkRecord())
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
        if (!site.spaces.isOwn(state)) {
            kept.add("namespace `" + name + "`, which weft did not make");
            return;
        }
        if (!others.isEmpty()) {
            kept.add("namespace `" + name + "`, because something else is in it");
            return;
        }
        note.accept("Removing namespace `" + name + "` ...");
        State.Active active = (State.Active) state;
        site.surroundings.cluster().namespaces().delete(active.metadata());
        site.surroundings.cluster().namespaces().awaitGone(active.metadata(), site.surroundings.timeout());
        noteRemoved("Namespace " + name);
    }
}
