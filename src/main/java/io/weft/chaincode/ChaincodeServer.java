package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import io.weft.model.HostPort;
import io.weft.pki.Certificate;
import io.weft.pki.Credential;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How peers reach a chaincode that runs as a service. {@link #toString} tells nothing of keys.
 *
 * @param address where it listens, as peers see it
 * @param tls absent: peers and chaincode talk without TLS
 */
public record ChaincodeServer(HostPort address, Optional<Tls> tls) {
    /** The builder passes on an empty text if this is missing, and the peer cannot read that. */
    private static final String DIAL_TIMEOUT = "10s";

    public ChaincodeServer {
        requireNonNull(address, "address");
        requireNonNull(tls, "tls");
    }

    /**
     * Mutual TLS between peer and chaincode.
     *
     * @param root the CA that issued the chaincode server's certificate
     * @param client what the peer shows to the chaincode
     */
    public record Tls(Certificate root, Credential client) {
        public Tls {
            requireNonNull(root, "root");
            requireNonNull(client, "client");
        }
    }

    /** The contents of {@code connection.json}, in a fixed order. */
    Map<String, Object> connection() {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("address", address.toString());
        result.put("dial_timeout", DIAL_TIMEOUT);
        result.put("tls_required", tls.isPresent());
        tls.ifPresent(pair -> {
            result.put("client_auth_required", true);
            result.put("client_key", pair.client().keyPem());
            result.put("client_cert", pair.client().certificatePem());
            result.put("root_cert", pair.root().pem());
        });
        return result;
    }
}
