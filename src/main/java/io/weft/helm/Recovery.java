package io.weft.helm;

import io.weft.helm.InstalledRelease.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to be done with a release before it can be installed or upgraded, decided from its history alone. The
 * network's Lease keeps other runs away, so a pending state is always what an interrupted run left.
 *
 * <p>A revision that is still pending may have made all its objects: Helm also leaves it so when it could not write the
 * last word into its record. So its record is discarded, never its objects, whose storage may hold a ledger by now; the
 * next command takes them over.
 *
 * @param discard records of revisions that never came to be
 * @param uninstall whether to remove what there is and start afresh
 * @param upgrade whether the next command is an upgrade rather than an installation
 */
record Recovery(List<InstalledRelease> discard, boolean uninstall, boolean upgrade) {
    Recovery {
        discard = List.copyOf(discard);
    }

    /**
     * @param history the newest revision first
     */
    static Recovery of(List<InstalledRelease> history) {
        List<InstalledRelease> discard = new ArrayList<>();
        for (InstalledRelease release : history) {
            if (release.status().pending()) {
                discard.add(release);
                continue;
            }
            boolean keep = release.status() == Status.DEPLOYED
                    || release.status() == Status.FAILED
                    || release.status() == Status.SUPERSEDED;
            return new Recovery(discard, !keep, keep);
        }
        return new Recovery(discard, false, false);
    }
}
