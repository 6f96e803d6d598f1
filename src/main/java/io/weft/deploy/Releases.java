package io.weft.deploy;

import io.weft.ca.CaInfo;
import io.weft.ca.FabricCaClient;
import io.weft.pki.Certificate;
import io.weft.plan.Finding;
import io.weft.plan.Holder;
import io.weft.plan.Holder.CaHolder;
import io.weft.plan.Holder.ChaincodeHolder;
import io.weft.plan.Holder.OrderingNodeHolder;
import io.weft.plan.Holder.PeerHolder;
import io.weft.plan.NetworkState;
import io.weft.plan.PlannedStep;
import io.weft.plan.Planner;
import io.weft.plan.Release;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.plan.Step.InstallRelease;
import io.weft.platform.Wanted;
import io.weft.platform.Workloads;
import io.weft.problem.RejectedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The releases of a network: what each is made of, installed by the platform, and whether its program answers. */
final class Releases {
    private static final Duration CA_PATIENCE = Duration.ofSeconds(10);

    private final Surroundings surroundings;
    private final Keys keys;
    private final Packages packages;
    private final Workloads workloads;
    private final Connections connections;

    Releases(Surroundings surroundings, Keys keys, Packages packages, Workloads workloads, Connections connections) {
        this.surroundings = surroundings;
        this.keys = keys;
        this.packages = packages;
        this.workloads = workloads;
        this.connections = connections;
    }

    Finding examine(Release release) {
        return workloads.examine(release, known(release));
    }

    /** Whether the release's program ran when it was looked at: only then its node can be asked. */
    boolean ran(Release release) {
        return workloads.ran(release);
    }

    Finding examineReadiness(Release release) {
        return workloads.examineReadiness(release);
    }

    boolean install(Release release) {
        return workloads.install(wanted(release));
    }

    /** This network's releases that its spec does not name, for example {@code release trade/org3-peer0}. */
    List<String> leftovers() {
        return workloads.leftovers(Planner.plan(surroundings.network(), NetworkState.NOTHING).steps().stream()
                .map(PlannedStep::step)
                .filter(InstallRelease.class::isInstance)
                .map(step -> ((InstallRelease) step).release())
                .toList());
    }

    Finding examineStorage(Release release) {
        return workloads.examineStorage(release);
    }

    boolean claimStorage(Release release) {
        return workloads.claimStorage(release);
    }

    void awaitReady(Release release, Consumer<String> note) {
        workloads.awaitReady(release, note);
        if (release instanceof CaRelease ca && !surroundings.platform().isInProcess()) {
            requireSameAuthority(ca);
        }
    }

    /**
     * Asks a release's program as soon as it runs, which is a second or more before it is ready.
     *
     * @param what is waited for, within a sentence
     */
    <T> T ask(Release release, String what, Supplier<T> question, Consumer<String> note) {
        workloads.awaitRunning(release, note);
        note.accept("connecting");
        return connections.insist(what, question);
    }

    /** A Fabric CA is ready when it answers, and answers with the organization's own signing CA. */
    private void requireSameAuthority(CaRelease release) {
        Certificate own = keys.authorities(release.organization()).signing().certificate();
        FabricCaClient client = connections.authority(release, CA_PATIENCE);
        CaInfo info = connections.insist("the Fabric CA of `" + release.organization() + "`", client::info);
        if (!info.chain().contains(own)) {
            throw new RejectedException("The Fabric CA of `" + release.organization()
                    + "` answers with another CA certificate than the organization's. Its database is of another"
                    + " network: remove the release's volume claim.");
        }
    }

    /** The release as it should be; its keys must exist. */
    private Wanted wanted(Release release) {
        return known(release).orElseGet(() -> {
            holders(release).forEach(keys::contents);
            return known(release).orElseThrow();
        });
    }

    private Optional<Wanted> known(Release release) {
        StringBuilder checksum = new StringBuilder();
        for (Holder holder : holders(release)) {
            Optional<String> known = keys.knownChecksum(holder);
            if (known.isEmpty()) {
                return Optional.empty();
            }
            checksum.append(known.get());
        }
        String packageId = release instanceof ChaincodeRelease chaincode
                ? packages.of(chaincode.organization(), chaincode.chaincode())
                        .id()
                        .toString()
                : "";
        return Optional.of(new Wanted(release, checksum.toString(), packageId));
    }

    /** Whose Secrets a release mounts. */
    private List<Holder> holders(Release release) {
        if (release instanceof OrderingNodeRelease node) {
            return List.of(new OrderingNodeHolder(node.node()));
        }
        if (release instanceof PeerRelease peer) {
            return List.of(new PeerHolder(peer.node()));
        }
        if (release instanceof CaRelease ca) {
            return List.of(new CaHolder(ca.organization()));
        }
        ChaincodeRelease chaincode = (ChaincodeRelease) release;
        return packages.chaincode(chaincode.chaincode()).tls()
                ? List.of(new ChaincodeHolder(chaincode.organization(), chaincode.chaincode()))
                : List.of();
    }
}
