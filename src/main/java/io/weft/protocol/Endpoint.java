package io.weft.protocol;

import static java.util.Objects.requireNonNull;

import io.weft.model.HostPort;
import io.weft.pki.Credential;
import java.util.List;
import java.util.Optional;

/**
 * Where a node answers, and how both sides know each other.
 *
 * @param node what messages call it, for example {@code org1/peer0}
 * @param dial the address to dial: often the loopback end of a tunnel
 * @param authority the address that other nodes know it by; its host must be in the node's TLS certificate
 * @param tlsRoots PEM certificates that the node's TLS certificate must chain to; each element holds one or more
 * @param client what to show if the node asks for a certificate. Peers ask always, verify only under mutual TLS, and
 *     answer discovery requests only if they got one, whoever issued it
 */
public record Endpoint(
        String node, HostPort dial, HostPort authority, List<String> tlsRoots, Optional<Credential> client) {
    public Endpoint {
        requireNonNull(node, "node");
        requireNonNull(dial, "dial");
        requireNonNull(authority, "authority");
        tlsRoots = List.copyOf(tlsRoots);
        requireNonNull(client, "client");
    }

    /** {@code `org1/peer0` (org1-peer0.trade.svc:7051)}. */
    @Override
    public String toString() {
        return "`" + node + "` (" + authority + ")";
    }
}
