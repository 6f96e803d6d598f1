package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;

/**
 * Who can tell what an organization approved: nobody but its admin, and only its own peers.
 *
 * @param admin the organization's admin
 * @param peer one of its peers
 */
public record Approver(Signer admin, PeerConnection peer) {
    public Approver {
        requireNonNull(admin, "admin");
        requireNonNull(peer, "peer");
    }
}
