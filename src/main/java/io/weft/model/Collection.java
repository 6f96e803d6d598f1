package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A private data collection.
 *
 * @param name {@code [A-Za-z0-9-]+([A-Za-z0-9_-]+)*}, not starting with {@code _implicit_org_}
 * @param policy the members: a signature policy that is an OR of organizations of the channel
 * @param requiredPeerCount how many other peers must have the data before endorsement succeeds
 * @param maxPeerCount how many other peers are tried
 * @param blockToLive purged after that many blocks; 0: never
 * @param memberOnlyRead whether only members' clients may read
 * @param memberOnlyWrite whether only members' clients may write
 * @param endorsement signature policy or channel policy path for its keys; absent: the chaincode's
 */
public record Collection(
        String name,
        String policy,
        int requiredPeerCount,
        int maxPeerCount,
        long blockToLive,
        boolean memberOnlyRead,
        boolean memberOnlyWrite,
        Optional<String> endorsement) {
    public Collection {
        requireNonNull(name, "name");
        requireNonNull(policy, "policy");
        requireNonNull(endorsement, "endorsement");
    }
}
