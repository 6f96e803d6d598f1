package io.weft.platform;

import static java.util.Objects.requireNonNull;

import io.weft.plan.Release;

/**
 * A release as it should be, as far as the network model does not say it.
 *
 * @param release what runs
 * @param checksum changes when a certificate in its Secrets does; empty if it has none
 * @param packageId {@code label:hash} of a chaincode; empty otherwise
 */
public record Wanted(Release release, String checksum, String packageId) {
    public Wanted {
        requireNonNull(release, "release");
        requireNonNull(checksum, "checksum");
        requireNonNull(packageId, "packageId");
    }
}
