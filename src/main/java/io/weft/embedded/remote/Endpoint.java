package io.weft.embedded.remote;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.embedded.config.ChannelView;
import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import io.weft.pki.InvalidPemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;

/**
 * Where a node of another process answers.
 *
 * @param address its host must be in the node's TLS certificate
 * @param mspId its organization; empty if that is not known
 * @param tlsRoots what its TLS certificate must chain to
 */
public record Endpoint(HostPort address, String mspId, List<Certificate> tlsRoots) {
    public Endpoint {
        requireNonNull(address, "address");
        requireNonNull(mspId, "mspId");
        tlsRoots = List.copyOf(tlsRoots);
    }

    /** The ordering nodes of a channel, as its configuration has them for clients. */
    public static List<Endpoint> orderingNodes(ChannelView view) {
        List<Endpoint> result = new ArrayList<>();
        for (String mspId : view.ordererOrganizations()) {
            for (String address : view.ordererAddresses(mspId)) {
                result.add(new Endpoint(HostPort.parse(address), mspId, tlsRoots(view, List.of(mspId))));
            }
        }
        if (result.isEmpty()) {
            List<Certificate> all = tlsRoots(view, view.ordererOrganizations());
            view.ordererAddresses().forEach(address -> result.add(new Endpoint(HostPort.parse(address), "", all)));
        }
        return result;
    }

    /** The first consenter of a channel, where the configuration says that the others reach it; empty if there is none. */
    public static Optional<Endpoint> firstConsenter(ChannelView view) {
        return view.consenters().stream()
                .findFirst()
                .map(first -> new Endpoint(
                        first.address(),
                        first.mspId(),
                        tlsRoots(
                                view, first.mspId().isEmpty() ? view.ordererOrganizations() : List.of(first.mspId()))));
    }

    /** The TLS authorities that a channel's configuration has for organizations. Those that cannot be read are left out. */
    public static List<Certificate> tlsRoots(ChannelView view, Collection<String> mspIds) {
        return mspIds.stream()
                .distinct()
                .flatMap(mspId -> Optional.ofNullable(view.msps().get(mspId)).stream())
                .flatMap(Endpoint::tlsRoots)
                .toList();
    }

    private static Stream<Certificate> tlsRoots(FabricMSPConfig msp) {
        return Stream.concat(msp.getTlsRootCertsList().stream(), msp.getTlsIntermediateCertsList().stream())
                .flatMap(Endpoint::certificates);
    }

    private static Stream<Certificate> certificates(ByteString pem) {
        try {
            return Certificate.parseAll(pem.toStringUtf8()).stream();
        } catch (InvalidPemException e) {
            return Stream.empty();
        }
    }

    /** {@code host:port}. */
    @Override
    public String toString() {
        return address.toString();
    }
}
