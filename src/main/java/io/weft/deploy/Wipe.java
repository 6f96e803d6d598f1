package io.weft.deploy;

import io.weft.model.Network;
import io.weft.platform.Items;
import io.weft.release.ReleaseSpecs;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Empties the ledgers: stops ordering nodes and peers, deletes what they wrote and the channels' first blocks, starts the
 * nodes again. Identities, releases and the certificate authorities' databases stay. The network's record says that a
 * wipe is under way until it is complete, so that no run in between takes a half-wiped network for a whole one.
 */
public final class Wipe {
    private final Site site;

    public Wipe(Site site) {
        this.site = site;
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
        Network network = site.surroundings.network();
        Items records = site.surroundings.platform().records();
        network.channels()
                .forEach(channel -> records.delete(
                        network.namespace(),
                        site.surroundings.names().channelRecord(channel.name()),
                        Map.of(ReleaseSpecs.NETWORK_ID, site.record.id())));
        site.workloads.wipe(note);
        site.record.setWiping(false);
    }
}
