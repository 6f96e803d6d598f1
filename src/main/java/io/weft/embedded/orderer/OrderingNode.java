package io.weft.embedded.orderer;

import io.weft.model.HostPort;
import io.weft.msp.LocalMsp;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;

/** An ordering node. */
public final class OrderingNode implements AutoCloseable {
    public record Settings(
            String name,
            LocalMsp msp,
            Credential tls,
            List<Certificate> tlsRoots,
            List<Certificate> adminRoots,
            InetSocketAddress listen,
            InetSocketAddress admin,
            InetSocketAddress operations,
            Path folder) {}

    public static OrderingNode start(Settings settings, OrderingService service) {
        throw new UnsupportedOperationException();
    }

    public String name() {
        throw new UnsupportedOperationException();
    }

    public HostPort address() {
        throw new UnsupportedOperationException();
    }

    public HostPort adminAddress() {
        throw new UnsupportedOperationException();
    }

    public HostPort operationsAddress() {
        throw new UnsupportedOperationException();
    }

    /** As a client's {@code Broadcast}, with one envelope. */
    public BroadcastResponse broadcast(Envelope envelope) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
