package io.weft.channel;

import static java.util.Objects.requireNonNull;

import io.weft.pki.Certificate;

/**
 * By what the others of a channel's ordering nodes know one of them.
 *
 * @param signing its signing certificate; BFT pins it
 * @param tls its TLS certificate, server's and client's in one; Raft pins it
 */
public record ConsenterCertificates(Certificate signing, Certificate tls) {
    public ConsenterCertificates {
        requireNonNull(signing, "signing");
        requireNonNull(tls, "tls");
    }
}
