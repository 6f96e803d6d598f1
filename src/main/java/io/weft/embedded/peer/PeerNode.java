package io.weft.embedded.peer;

import static java.util.Objects.requireNonNull;

import io.weft.model.HostPort;
import io.weft.msp.LocalMsp;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** A peer: {@code Endorser}, {@code Gateway}, {@code Deliver} and {@code Discovery} on one TLS port. */
public final class PeerNode implements AutoCloseable {
    /**
     * What makes a peer this one.
     *
     * @param name for threads and messages
     * @param msp the identity that it endorses with
     * @param tls certificate and key of its TLS port
     * @param tlsRoots who certifies TLS servers of the network
     * @param listen where to serve; port 0 for a free one
     * @param operations where to serve {@code /healthz}; port 0 for a free one
     * @param authority the address by which others are told to reach it
     * @param folder ledgers and installed packages; made if it does not exist
     */
    public record Settings(
            String name,
            LocalMsp msp,
            Credential tls,
            List<Certificate> tlsRoots,
            InetSocketAddress listen,
            InetSocketAddress operations,
            HostPort authority,
            Path folder) {
        public Settings {
            requireNonNull(name, "name");
            requireNonNull(msp, "msp");
            requireNonNull(tls, "tls");
            tlsRoots = List.copyOf(tlsRoots);
            requireNonNull(listen, "listen");
            requireNonNull(operations, "operations");
            requireNonNull(authority, "authority");
            requireNonNull(folder, "folder");
        }
    }

    private final Settings settings;

    private PeerNode(Settings settings) {
        this.settings = settings;
    }

    /** Starts a peer with the channels that its folder knows. Returns when it serves. */
    public static PeerNode start(Settings settings, Neighbourhood neighbourhood) {
        throw new UnsupportedOperationException();
    }

    public String name() {
        return settings.name();
    }

    /** Where it listens. */
    public HostPort address() {
        throw new UnsupportedOperationException();
    }

    public HostPort operationsAddress() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
