package io.weft.deploy;

import io.weft.kubernetes.Kind;
import io.weft.kubernetes.KubeObject;
import io.weft.kubernetes.KubeObjects;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.release.ReleaseSpecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Empties the ledgers: stops ordering nodes and peers, deletes their volumes and the channels' first blocks, starts the
 * nodes again. Identities, releases and the certificate authorities' databases stay. The network's record says that a
 * wipe is under way until it is complete, so that no run in between takes a half-wiped network for a whole one.
 */
public final class Wipe {
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
        Set<String> nodes = Stream.concat(network.orderingNodes(), network.peers())
                .map(names::node)
                .collect(Collectors.toSet());
        List<KubeObject> workloads = new ArrayList<>();
        List<KubeObject> gone = new ArrayList<>();
        for (String namespace : network.namespaces()) {
            var found = objects.list(
                    List.of(Kind.STATEFUL_SET, Kind.POD, Kind.PERSISTENT_VOLUME_CLAIM),
                    namespace,
                    Map.of(ReleaseSpecs.NETWORK_ID, site.record.id()));
            found.get(Kind.STATEFUL_SET).stream()
                    .filter(object -> nodes.contains(object.name()))
                    .forEach(workloads::add);
            Stream.of(Kind.POD, Kind.PERSISTENT_VOLUME_CLAIM)
                    .flatMap(kind -> found.get(kind).stream())
                    .filter(object -> nodes.contains(object.labels().get("app.kubernetes.io/instance")))
                    .forEach(gone::add);
        }
        note.accept("Stopping " + workloads.size() + " nodes and deleting their volumes ...");
        site.together(workloads, object -> objects.scale(object, 0));
        site.together(gone, objects::delete);
        objects.awaitGone(gone, site.surroundings.timeout());
        site.together(workloads, object -> objects.scale(object, 1));
        site.record.setWiping(false);
    }
}
