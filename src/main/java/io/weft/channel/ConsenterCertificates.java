package io.weft.channel;

import static java.util.Objects.requireNonNull;

/**
 * By what the others of a channel's ordering nodes know one of them.
 *
 * @param signing PEM of its signing certificate; BFT pins it
 * @param tls PEM of its TLS certificate, server's and client's in one; Raft pins it
 */
public record ConsenterCertificates(String signing, String tls) {
    public ConsenterCertificates {
        requireNonNull(signing, "signing");
        requireNonNull(tls, "tls");
    }
}
