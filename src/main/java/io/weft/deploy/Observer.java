package io.weft.deploy;

import io.weft.model.Channel;
import io.weft.model.Network;
import io.weft.plan.Finding;
import io.weft.plan.NetworkState;
import io.weft.plan.Plan;
import io.weft.plan.PlannedStep;
import io.weft.plan.Planner;
import io.weft.plan.Step;
import io.weft.plan.Step.ApproveChaincode;
import io.weft.plan.Step.ClaimStorage;
import io.weft.plan.Step.CommitChaincode;
import io.weft.plan.Step.CreateAuthorities;
import io.weft.plan.Step.EnsureNamespace;
import io.weft.plan.Step.InitializeChaincode;
import io.weft.plan.Step.InstallChaincode;
import io.weft.plan.Step.InstallRelease;
import io.weft.plan.Step.JoinOrderingNode;
import io.weft.plan.Step.JoinPeer;
import io.weft.platform.Item;
import io.weft.platform.Workloads;
import io.weft.release.ReleaseSpecs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Finds out what is there: the platform with few calls, then every node that runs, all at the same time. Writes nothing. */
final class Observer {
    private final Network network;
    private final Surroundings surroundings;
    private final NetworkRecord record;
    private final Keys keys;
    private final Releases releases;
    private final Workloads workloads;
    private final Channels channels;
    private final Worker worker;
    private final Executor threads;

    Observer(
            Surroundings surroundings,
            NetworkRecord record,
            Keys keys,
            Releases releases,
            Workloads workloads,
            Channels channels,
            Worker worker,
            Executor threads) {
        this.network = surroundings.network();
        this.surroundings = surroundings;
        this.record = record;
        this.keys = keys;
        this.releases = releases;
        this.workloads = workloads;
        this.channels = channels;
        this.worker = worker;
        this.threads = threads;
    }

    NetworkState observe() {
        Map<String, Finding> findings = new ConcurrentHashMap<>();
        Plan all = Planner.plan(network, NetworkState.NOTHING);
        List<Step> steps = all.steps().stream().map(PlannedStep::step).toList();
        CompletableFuture<Optional<String>> id = supply(record::read);
        together(steps.stream()
                .filter(EnsureNamespace.class::isInstance)
                .map(step -> run(() -> examine(step, findings))));
        List<String> present = network.namespaces().stream()
                .filter(name -> findings.get(new EnsureNamespace(name).id()).isDone())
                .toList();
        Optional<String> networkId = get(id);
        if (networkId.isEmpty()) {
            // Releases that lie under this network's names are foreign now; installing must know of them.
            together(present.stream().map(name -> run(() -> workloads.readReleases(name))));
            if (!workloads.claimsStorage()) {
                steps.stream()
                        .filter(ClaimStorage.class::isInstance)
                        .forEach(step -> findings.put(step.id(), Finding.DONE));
            }
            return new NetworkState(Optional.empty(), findings, List.of());
        }
        List<String> former = formerNamespaces();
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        CompletableFuture<List<String>> channelsLeft = supply(channels::leftovers);
        former.forEach(name -> reads.add(run(() -> workloads.readReleases(name))));
        for (String namespace : present) {
            reads.add(run(() -> readSecrets(namespace)));
            reads.add(run(() -> workloads.readRunning(namespace)));
        }
        network.channels().stream().map(Channel::name).forEach(name -> reads.add(run(() -> channels.read(name))));
        CompletableFuture<Void> manifests = CompletableFuture.allOf(present.stream()
                        .map(name -> run(() -> workloads.readReleases(name)))
                        .toArray(CompletableFuture[]::new))
                .thenRunAsync(workloads::readDrift, threads);
        together(reads.stream());
        examine(steps.stream().filter(CreateAuthorities.class::isInstance), findings);
        // Nodes take their time to answer: meanwhile there is work to do for the processor.
        CompletableFuture<Void> nothing = CompletableFuture.completedFuture(null);
        together(steps.stream()
                .filter(step -> !(step instanceof EnsureNamespace) && !(step instanceof CreateAuthorities))
                .sorted(Comparator.comparing(step -> !asksNodes(step)))
                .map(step -> (readsManifests(step) ? manifests : nothing)
                        .thenRunAsync(() -> examine(step, findings), threads)));
        return new NetworkState(
                networkId,
                findings,
                Stream.of(releases.leftovers(), get(channelsLeft))
                        .flatMap(List::stream)
                        .toList());
    }

    /** Namespaces that the network once had and the spec no longer names, as far as they may be looked at. */
    private List<String> formerNamespaces() {
        return record.namespaces().stream()
                .filter(name -> !network.namespaces().contains(name))
                .filter(name -> surroundings.platform().spaces().isReadable(name))
                .toList();
    }

    private void readSecrets(String namespace) {
        for (Item secret :
                surroundings.platform().secrets().list(namespace, Map.of(ReleaseSpecs.NETWORK_ID, record.id()))) {
            keys.remember(secret);
        }
    }

    private static boolean asksNodes(Step step) {
        return step instanceof JoinOrderingNode
                || step instanceof JoinPeer
                || step instanceof InstallChaincode
                || step instanceof CommitChaincode
                || step instanceof ApproveChaincode
                || step instanceof InitializeChaincode;
    }

    private static boolean readsManifests(Step step) {
        return step instanceof InstallRelease || step instanceof ClaimStorage;
    }

    private void examine(Stream<Step> steps, Map<String, Finding> findings) {
        together(steps.map(step -> run(() -> examine(step, findings))));
    }

    private void examine(Step step, Map<String, Finding> findings) {
        Finding finding = asker(step)
                .filter(organization -> !keys.hasAdmin(organization))
                .map(organization -> Finding.unknown("The admin of `" + organization + "` is missing, who could ask."))
                .orElseGet(() -> worker.examine(step));
        findings.put(step.id(), finding);
    }

    /** The organization whose admin has to ask a node; empty if none is asked, or any will do. */
    private static Optional<String> asker(Step step) {
        if (step instanceof JoinOrderingNode join) {
            return Optional.of(join.node().organization());
        }
        if (step instanceof JoinPeer join) {
            return Optional.of(join.node().organization());
        }
        if (step instanceof InstallChaincode install) {
            return Optional.of(install.peer().organization());
        }
        return step instanceof ApproveChaincode approve ? Optional.of(approve.organization()) : Optional.empty();
    }

    private CompletableFuture<Void> run(Runnable work) {
        return CompletableFuture.runAsync(work, threads);
    }

    private <T> CompletableFuture<T> supply(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, threads);
    }

    private static void together(Stream<CompletableFuture<Void>> work) {
        get(CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)));
    }

    private static <T> T get(CompletableFuture<T> future) {
        return Together.await(future);
    }
}
