package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A package that a peer has.
 *
 * @param id its package ID
 * @param uses channel to the chaincodes that run from it there, as {@code name:version}
 */
public record InstalledChaincode(PackageId id, Map<String, List<String>> uses) {
    public InstalledChaincode {
        requireNonNull(id, "id");
        Map<String, List<String>> copy = new TreeMap<>();
        uses.forEach((channel, names) -> copy.put(channel, List.copyOf(names)));
        uses = Collections.unmodifiableMap(copy);
    }
}
