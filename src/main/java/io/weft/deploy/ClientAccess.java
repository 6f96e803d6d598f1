package io.weft.deploy;

import static java.util.Objects.requireNonNull;

import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;

/**
 * A client of a channel.
 *
 * @param signer as whom it calls
 * @param peer its gateway; the site closes the connection
 */
public record ClientAccess(Signer signer, PeerConnection peer) {
    public ClientAccess {
        requireNonNull(signer, "signer");
        requireNonNull(peer, "peer");
    }
}
