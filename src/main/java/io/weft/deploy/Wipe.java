package io.weft.deploy;

import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import io.weft.kubernetes.KubeObjects;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.plan.Release;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.release.ReleaseSpecs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Empties the ledgers: stops ordering nodes and peers, deletes their volumes and the channels' first blocks, starts the
 * nodes again. Identities, releases and the certificate authorities' databases stay. The network's record says that a
 * wipe is under way until it is complete, so that no run in between takes a half-wiped network for a whole one.
 */
public final class Wipe {
    private static final List<Kind> KINDS = List.of(Kind.STATEFUL_SET, Kind.POD, Kind.PERSISTENT_VOLUME_CLAIM);
    private static final String RELEASE = "app.kubernetes.io/instance";

    private final Site site;
    private final Network network;
    private final KubeObjects objects;

    public Wipe(Site site) {
        this.site = site;
        this.network = site.surroundings.network();
        this.objects = site.surroundings.cluster().objects();
    }

    /** Whether an earlier wipe was begun and not finished. The record must have been read. */
    public boolean isUnfinished() {
        return site.record.isWiping();
    }

    /**
     * Wipes. The network must exist.
     *
     * @param note hears what is going on
     */
    public void run(Consumer<String> note) {
        site.record.setWiping(true);
        Names names = site.surroundings.names();
        network.channels().forEach(channel -> objects.find(
                        Kind.CONFIG_MAP, network.namespace(), names.channelRecord(channel.name()))
                .filter(record -> site.record.id().equals(record.labels().get(ReleaseSpecs.NETWORK_ID)))
                .ifPresent(objects::delete));
        List<Release> nodes = Stream.concat(
                        network.orderingNodes().<Release>map(OrderingNodeRelease::new),
                        network.peers().<Release>map(PeerRelease::new))
                .toList();
        Map<String, List<KubeObject>> found = new HashMap<>();
        for (String namespace : network.namespaces()) {
            objects.list(KINDS, namespace, Map.of(ReleaseSpecs.NETWORK_ID, site.record.id())).values().stream()
                    .flatMap(List::stream)
                    .forEach(object -> found.computeIfAbsent(
                                    namespace + "/" + object.labels().get(RELEASE), key -> new ArrayList<>())
                            .add(object));
        }
        note.accept("Stopping " + nodes.size() + " nodes and deleting their volumes ...");
        // Each node for itself: one that has stopped need not wait for those that have not.
        site.together(nodes, node -> {
            String key = site.releases.namespace(node) + "/" + site.releases.name(node);
            restartEmpty(node, found.getOrDefault(key, List.of()));
        });
        site.record.setWiping(false);
    }

    private void restartEmpty(Release node, List<KubeObject> its) {
        List<KubeObject> workloads = its.stream()
                .filter(object -> object.kind() == Kind.STATEFUL_SET)
                .toList();
        List<KubeObject> gone = its.stream()
                .filter(object -> object.kind() != Kind.STATEFUL_SET)
                .toList();
        workloads.forEach(object -> objects.scale(object, 0));
        gone.forEach(objects::delete);
        objects.awaitGone(gone, site.surroundings.timeout());
        site.releases.claimStorage(node);
        workloads.forEach(object -> objects.scale(object, 1));
    }
}
