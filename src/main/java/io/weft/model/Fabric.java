package io.weft.model;

import static java.util.Objects.requireNonNull;

/**
 * Versions of the programs and where their images come from.
 *
 * @param version peers and ordering nodes
 * @param caVersion Fabric CA
 * @param couchdbVersion CouchDB
 * @param images image names
 */
public record Fabric(FabricVersion version, String caVersion, String couchdbVersion, Images images) {
    public Fabric {
        requireNonNull(version, "version");
        requireNonNull(caVersion, "caVersion");
        requireNonNull(couchdbVersion, "couchdbVersion");
        requireNonNull(images, "images");
    }
}
