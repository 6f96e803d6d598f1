package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Container images. The four references are complete: registry, repository and tag or digest.
 *
 * @param peer for example {@code docker.io/hyperledger/fabric-peer:3.1.5}
 * @param orderer the ordering node's image
 * @param ca Fabric CA's image
 * @param couchdb CouchDB's image
 * @param pullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}
 * @param pullSecrets names of Secrets in each namespace used
 */
public record Images(
        String peer, String orderer, String ca, String couchdb, String pullPolicy, List<String> pullSecrets) {
    public Images {
        requireNonNull(peer, "peer");
        requireNonNull(orderer, "orderer");
        requireNonNull(ca, "ca");
        requireNonNull(couchdb, "couchdb");
        requireNonNull(pullPolicy, "pullPolicy");
        pullSecrets = List.copyOf(pullSecrets);
    }
}
