package io.weft.ca;

import java.util.List;
import java.util.Optional;

/**
 * What a revocation did. It has no effect on a network until the list is in the MSP of its channels.
 *
 * @param serialNumbers of the certificates revoked now, in hexadecimal digits
 * @param list the revocation list as PEM ({@code X509 CRL}), if it was asked for
 */
public record Revocation(List<String> serialNumbers, Optional<String> list) {
    public Revocation {
        serialNumbers = List.copyOf(serialNumbers);
    }
}
