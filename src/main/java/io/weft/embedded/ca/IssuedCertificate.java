package io.weft.embedded.ca;

import static java.util.Objects.requireNonNull;

import io.weft.pki.Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * A certificate that was issued here.
 *
 * @param owner enrollment ID
 * @param serial hexadecimal digits without leading zeros
 * @param authority key identifier of its issuer, likewise; empty if the certificate has none
 * @param revokedAt whole seconds; absent: it is good
 * @param reason number of RFC 5280, once revoked
 */
record IssuedCertificate(
        String owner,
        String serial,
        String authority,
        String pem,
        Instant notAfter,
        Optional<Instant> revokedAt,
        int reason) {
    IssuedCertificate {
        requireNonNull(owner, "owner");
        requireNonNull(serial, "serial");
        requireNonNull(authority, "authority");
        requireNonNull(pem, "pem");
        requireNonNull(notAfter, "notAfter");
        requireNonNull(revokedAt, "revokedAt");
    }

    static IssuedCertificate of(Certificate certificate) {
        return new IssuedCertificate(
                certificate.commonName(),
                certificate.serialNumber(),
                authority(certificate),
                certificate.pem(),
                certificate.notAfter(),
                Optional.empty(),
                0);
    }

    static String authority(Certificate certificate) {
        return withoutZeros(certificate.authorityKeyIdentifier().orElse(""));
    }

    static String withoutZeros(String hex) {
        int start = 0;
        while (start < hex.length() && hex.charAt(start) == '0') {
            start++;
        }
        return hex.substring(start);
    }

    boolean isRevoked() {
        return revokedAt.isPresent();
    }

    IssuedCertificate revoked(Instant at, int why) {
        return new IssuedCertificate(owner, serial, authority, pem, notAfter, Optional.of(at), why);
    }
}
