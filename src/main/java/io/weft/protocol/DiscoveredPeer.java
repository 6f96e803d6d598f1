package io.weft.protocol;

import static java.util.Objects.requireNonNull;

import io.weft.model.MspId;
import java.util.List;

/**
 * A peer as another peer knows it by gossip.
 *
 * @param mspId the organization
 * @param address its external endpoint, {@code host:port}
 * @param height number of blocks of the channel it has announced
 * @param chaincodes chaincodes that it has installed and that are committed on the channel
 */
public record DiscoveredPeer(MspId mspId, String address, long height, List<String> chaincodes) {
    public DiscoveredPeer {
        requireNonNull(mspId, "mspId");
        requireNonNull(address, "address");
        chaincodes = List.copyOf(chaincodes);
    }
}
