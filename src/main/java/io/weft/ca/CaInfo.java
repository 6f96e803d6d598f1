package io.weft.ca;

import static java.util.Objects.requireNonNull;

import io.weft.pki.Certificate;
import java.util.List;

/**
 * What a Fabric CA says of itself.
 *
 * @param name its name; empty when it has none
 * @param version of the server
 * @param chain its certificate first, then those above it
 */
public record CaInfo(String name, String version, List<Certificate> chain) {
    public CaInfo {
        requireNonNull(name, "name");
        requireNonNull(version, "version");
        chain = List.copyOf(chain);
    }
}
