package io.weft.deploy;

import io.weft.chaincode.Approver;
import io.weft.chaincode.ChaincodeDefinition;
import io.weft.chaincode.ChaincodePackage;
import io.weft.chaincode.ChannelLifecycle;
import io.weft.chaincode.CommittedChaincode;
import io.weft.chaincode.DefinitionDiff;
import io.weft.chaincode.InstalledChaincode;
import io.weft.chaincode.PackageId;
import io.weft.chaincode.PeerPackages;
import io.weft.channel.PeerChannels;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult;
import io.weft.gateway.EndorserDiscovery;
import io.weft.gateway.TransactionClient;
import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Member;
import io.weft.model.MspId;
import io.weft.model.NodeRef;
import io.weft.model.Ordering;
import io.weft.model.Organization;
import io.weft.plan.ChaincodeRef;
import io.weft.plan.Finding;
import io.weft.plan.Planner;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import io.weft.protocol.Deadline;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import io.weft.protocol.Submitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The chaincodes of a network: installed on each peer, approved by each organization, committed, answering. */
final class Chaincodes {
    /** How long a chaincode whose pod is ready may take until every peer reaches it. */
    private static final Duration LAUNCH = Duration.ofSeconds(20);

    private static final Duration RELAUNCH = Duration.ofMillis(100);

    /** Every chaincode written with a contract API answers this; any other answers with an error of its own. */
    private static final String QUESTION = "org.hyperledger.fabric:GetMetadata";

    private static final String NOT_INITIALIZED = "must call as init first";

    private final Surroundings surroundings;
    private final Keys keys;
    private final Releases releases;
    private final Packages packages;
    private final Connections connections;
    private final Map<ChaincodeRef, ChaincodeDefinition> definitions = new ConcurrentHashMap<>();
    private final Map<NodeRef, Set<String>> installed;
    private final Map<ChaincodeRef, Optional<CommittedChaincode>> committed = new ConcurrentHashMap<>();
    private final Map<ChaincodeRef, String> metadata = new ConcurrentHashMap<>();
    /** One for each channel: it remembers which ordering nodes take transactions. */
    private final Map<String, Submitter> submitters = new ConcurrentHashMap<>();

    /** @param other knows already what peers have installed */
    Chaincodes(
            Surroundings surroundings,
            Keys keys,
            Releases releases,
            Packages packages,
            Connections connections,
            Optional<Chaincodes> other) {
        this.installed = other.map(one -> one.installed).orElseGet(ConcurrentHashMap::new);
        this.surroundings = surroundings;
        this.keys = keys;
        this.releases = releases;
        this.packages = packages;
        this.connections = connections;
    }

    private Channel channel(ChaincodeRef ref) {
        return surroundings.network().channel(ref.channel());
    }

    private Signer admin(String organization) {
        return keys.signer(organization, Organization.ADMIN);
    }

    private PeerPackages peerPackages(NodeRef peer) {
        return new PeerPackages(connections.peer(peer), admin(peer.organization()));
    }

    private ChannelLifecycle lifecycle(ChaincodeRef ref) {
        return new ChannelLifecycle(ref.channel(), submitters.computeIfAbsent(ref.channel(), this::submitter));
    }

    private Submitter submitter(String channel) {
        Ordering ordering = surroundings.network().channel(channel).ordering();
        return new Submitter(
                ordering.type(),
                ordering.consenters().stream().map(connections::orderer).toList());
    }

    /** The peers of an organization that take part in the chaincode's channel; the first one speaks for it. */
    private List<NodeRef> peers(ChaincodeRef ref, String organization) {
        return Planner.peersOf(channel(ref), organization);
    }

    private Optional<NodeRef> firstPeer(ChaincodeRef ref, String organization) {
        return peers(ref, organization).stream().findFirst();
    }

    /** One peer of each organization of the channel that has any. */
    private List<NodeRef> speakers(ChaincodeRef ref) {
        return channel(ref).members().stream()
                .map(Member::organization)
                .flatMap(organization -> firstPeer(ref, organization).stream())
                .toList();
    }

    private List<PeerConnection> connect(List<NodeRef> peers) {
        return peers.stream().map(connections::peer).toList();
    }

    private Optional<NodeRef> runningSpeaker(ChaincodeRef ref) {
        return speakers(ref).stream()
                .filter(peer -> releases.ran(new PeerRelease(peer)))
                .findFirst();
    }

    Finding examineInstalled(ChaincodeRef ref, NodeRef peer) {
        if (!releases.ran(new PeerRelease(peer))) {
            return Finding.unknown("The peer does not run.");
        }
        try {
            return isInstalled(ref, peer) ? Finding.DONE : Finding.ABSENT;
        } catch (UnreachableException | TimedOutException e) {
            return Finding.unknown(e.getMessage());
        }
    }

    /** Whether the peer has the package, as it said when first asked. */
    boolean isInstalled(ChaincodeRef ref, NodeRef peer) {
        Set<String> ids = installed.computeIfAbsent(peer, node -> {
            Set<String> result = new LinkedHashSet<>();
            for (InstalledChaincode one : peerPackages(node).installed(Channels.QUESTION)) {
                result.add(one.id().toString());
            }
            return result;
        });
        return ids.contains(packages.of(peer.organization(), ref).id().toString());
    }

    boolean install(ChaincodeRef ref, NodeRef peer, Consumer<String> note) {
        ChaincodePackage wanted = packages.of(peer.organization(), ref);
        return releases.ask(
                new PeerRelease(peer),
                "peer `" + peer + "` to answer",
                () -> peerPackages(peer).install(wanted, surroundings.timeout()),
                note);
    }

    /** What holds on the channel, as a peer that ran when the network was observed says. */
    Optional<CommittedChaincode> committed(ChaincodeRef ref) {
        return committed.computeIfAbsent(ref, r -> runningSpeaker(r).flatMap(peer -> lifecycle(r)
                .committed(connections.peer(peer), admin(peer.organization()), r.name(), Channels.QUESTION)));
    }

    Finding examineCommitted(ChaincodeRef ref) {
        if (runningSpeaker(ref).isEmpty()) {
            return Finding.unknown("No peer runs that could be asked.");
        }
        try {
            Optional<CommittedChaincode> found = committed(ref);
            if (found.isEmpty()) {
                return Finding.ABSENT;
            }
            ChaincodeDefinition wanted = ChaincodeDefinition.of(
                    packages.chaincode(ref), found.get().definition().sequence());
            return wanted.equals(found.get().definition())
                    ? Finding.DONE
                    : Finding.different(differences(wanted, found.get().definition()));
        } catch (WeftException e) {
            return Finding.unknown(e.getMessage());
        }
    }

    private static List<String> differences(ChaincodeDefinition wanted, ChaincodeDefinition found) {
        return DefinitionDiff.between(wanted, found).stream()
                .map(Object::toString)
                .toList();
    }

    Finding examineInitialized(ChaincodeRef ref) {
        Finding committedFinding = examineCommitted(ref);
        if (!committedFinding.isDone()) {
            return committedFinding;
        }
        NodeRef peer = runningSpeaker(ref).orElseThrow();
        try (TransactionClient client = new TransactionClient(connections.peer(peer), admin(peer.organization()))) {
            CallResult result = client.evaluate(Call.of(ref.channel(), ref.name(), QUESTION), Channels.QUESTION);
            return result instanceof CallResult.ChaincodeError error
                            && error.message().contains(NOT_INITIALIZED)
                    ? Finding.ABSENT
                    : Finding.DONE;
        } catch (WeftException e) {
            return String.valueOf(e.getMessage()).contains(NOT_INITIALIZED)
                    ? Finding.ABSENT
                    : Finding.unknown(e.getMessage());
        }
    }

    Finding examineApproved(ChaincodeRef ref, String organization) {
        Finding committedFinding = examineCommitted(ref);
        if (!committedFinding.isDone()) {
            return committedFinding.kind() == Finding.Kind.UNKNOWN ? committedFinding : Finding.ABSENT;
        }
        NodeRef peer = firstPeer(ref, organization).orElseThrow();
        if (!releases.ran(new PeerRelease(peer))) {
            return Finding.unknown("The peer does not run.");
        }
        try {
            return lifecycle(ref)
                    .approved(
                            new Approver(admin(organization), connections.peer(peer)),
                            ref.name(),
                            committed(ref).orElseThrow().definition().sequence(),
                            Channels.QUESTION)
                    .filter(approval -> approval.packageId().equals(packageId(ref, organization)))
                    .map(approval -> Finding.DONE)
                    .orElse(Finding.ABSENT);
        } catch (UnreachableException | TimedOutException e) {
            return Finding.unknown(e.getMessage());
        }
    }

    /** The ID of what an organization's peers have of a chaincode; empty if it runs none. */
    Optional<PackageId> packageId(ChaincodeRef ref, String organization) {
        return packages.chaincode(ref).organizations().contains(organization)
                ? Optional.of(packages.of(organization, ref).id())
                : Optional.empty();
    }

    /**
     * The wanted definition under the sequence it must have: the committed one's if nothing changes, else the next.
     *
     * @param peer whom to ask; it must have joined the channel, which not every peer has when the first approves
     */
    private ChaincodeDefinition definition(ChaincodeRef ref, NodeRef peer) {
        return definitions.computeIfAbsent(ref, r -> {
            Optional<ChaincodeDefinition> found = committedNow(r, peer);
            Chaincode chaincode = packages.chaincode(r);
            if (found.isEmpty()) {
                return ChaincodeDefinition.of(chaincode, 1);
            }
            long sequence = found.get().sequence();
            ChaincodeDefinition same = ChaincodeDefinition.of(chaincode, sequence);
            return same.equals(found.get()) ? same : same.withSequence(sequence + 1);
        });
    }

    boolean approve(ChaincodeRef ref, String organization, Consumer<String> note) {
        NodeRef own = peers(ref, organization).get(0);
        note.accept("waiting for a block");
        return connections.insist("peer `" + own + "` to answer", () -> lifecycle(ref)
                .approve(
                        new Approver(admin(organization), connections.peer(own)),
                        definition(ref, own),
                        packageId(ref, organization),
                        List.of(),
                        surroundings.timeout()));
    }

    /**
     * Approves and commits on a channel that has just been made: nobody is asked what there is. Each approval is waited for
     * at every peer that is to endorse the commit.
     */
    void define(ChaincodeRef ref, Executor threads) {
        List<NodeRef> speakers = speakers(ref);
        List<PeerConnection> peers = connect(speakers);
        ChaincodeDefinition definition = ChaincodeDefinition.of(packages.chaincode(ref), 1);
        List<CompletableFuture<Void>> approvals = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            String organization = speakers.get(i).organization();
            PeerConnection own = peers.get(i);
            approvals.add(CompletableFuture.runAsync(
                    () -> lifecycle(ref)
                            .approveAnew(
                                    new Approver(admin(organization), own),
                                    definition,
                                    packageId(ref, organization),
                                    peers,
                                    surroundings.timeout()),
                    threads));
        }
        approvals.forEach(Together::await);
        lifecycle(ref)
                .commitAnew(admin(speakers.get(0).organization()), definition, peers, peers, surroundings.timeout());
    }

    boolean commit(ChaincodeRef ref, Consumer<String> note) {
        List<NodeRef> speakers = speakers(ref);
        ChaincodeDefinition definition = definition(ref, speakers.get(0));
        if (definition.sequence() > 1) {
            // What runs under the definition before goes on running if what comes after it does not start.
            awaitServices(ref, note);
        }
        note.accept("waiting for a block");
        try {
            return connections.insist("the peers of channel `" + ref.channel() + "` to answer", () -> {
                if (committedNow(ref, speakers.get(0))
                        .filter(definition::equals)
                        .isPresent()) {
                    return false;
                }
                awaitSameBlocks(ref, speakers);
                List<PeerConnection> peers = connect(speakers);
                return lifecycle(ref)
                        .commit(
                                admin(speakers.get(0).organization()),
                                definition,
                                peers,
                                peers,
                                surroundings.timeout());
            });
        } catch (RejectedException e) {
            // A run that was killed may have sent the same commit, and its block came only now.
            awaitSameBlocks(ref, speakers);
            if (committedNow(ref, speakers.get(0)).filter(definition::equals).isPresent()) {
                return false;
            }
            throw explain(ref, definition, speakers, e);
        }
    }

    private void awaitServices(ChaincodeRef ref, Consumer<String> note) {
        packages.chaincode(ref)
                .organizations()
                .forEach(organization -> releases.awaitReady(new ChaincodeRelease(organization, ref), note));
    }

    private Optional<ChaincodeDefinition> committedNow(ChaincodeRef ref, NodeRef peer) {
        return lifecycle(ref)
                .committed(connections.peer(peer), admin(peer.organization()), ref.name(), surroundings.timeout())
                .map(CommittedChaincode::definition);
    }

    /**
     * Waits until all these peers have the blocks that any of them has. Each organization waited only until its own peer
     * had the block with its approval; a peer that is to endorse the commit must have all of them.
     */
    private void awaitSameBlocks(ChaincodeRef ref, List<NodeRef> peers) {
        long highest = peers.stream().mapToLong(peer -> height(ref, peer)).max().orElse(0);
        for (NodeRef peer : peers) {
            AtomicLong seen = new AtomicLong();
            connections.until(
                    "peer `" + peer + "` to have the " + highest + " blocks of channel `" + ref.channel()
                            + "` that others have",
                    () -> {
                        seen.set(height(ref, peer));
                        return seen.get() < highest ? Optional.empty() : Optional.of(true);
                    },
                    () -> seen.get() + " blocks");
        }
    }

    private long height(ChaincodeRef ref, NodeRef peer) {
        return new PeerChannels(connections.peer(peer), admin(peer.organization()))
                .chainInfo(ref.channel(), surroundings.timeout())
                .height();
    }

    private RejectedException explain(
            ChaincodeRef ref, ChaincodeDefinition definition, List<NodeRef> speakers, RejectedException refusal) {
        List<Approver> approvers = speakers.stream()
                .map(peer -> new Approver(admin(peer.organization()), connections.peer(peer)))
                .toList();
        List<String> lines = new ArrayList<>();
        Map<MspId, List<DefinitionDiff>> differences =
                lifecycle(ref).differences(definition, approvers, surroundings.timeout());
        differences.forEach((mspId, fields) -> fields.forEach(field -> lines.add("  " + mspId + ": " + field)));
        return lines.isEmpty()
                ? refusal
                : new RejectedException(
                        refusal.getMessage() + "\nApprovals that differ from the definition:\n"
                                + String.join("\n", lines),
                        refusal);
    }

    boolean initialize(ChaincodeRef ref, Consumer<String> note) {
        Chaincode chaincode = packages.chaincode(ref);
        Chaincode.Init init = chaincode.init().orElseThrow();
        List<NodeRef> endorsers = chaincode.organizations().stream()
                .flatMap(organization -> firstPeer(ref, organization).stream())
                .toList();
        note.accept("waiting for a block");
        return connections.insist(
                "the peers of channel `" + ref.channel() + "` to answer",
                () -> whenLaunched(() -> lifecycle(ref)
                        .initialize(
                                admin(endorsers.get(0).organization()),
                                ref.name(),
                                init.function(),
                                init.arguments(),
                                connect(endorsers),
                                surroundings.timeout())));
    }

    /** Repeats a call: the pod is ready, but the cluster's nodes may not have heard of the Service's new endpoint. */
    private static <T> T whenLaunched(Supplier<T> call) {
        Deadline launch = Deadline.after(LAUNCH);
        while (true) {
            try {
                return call.get();
            } catch (RejectedException e) {
                if (!e.getMessage().contains(ChannelLifecycle.NOT_LAUNCHED) || !launch.pause(RELAUNCH)) {
                    throw e;
                }
            }
        }
    }

    void verify(ChaincodeRef ref, String organization, Consumer<String> note) {
        NodeRef peer = firstPeer(ref, organization).orElseThrow();
        PeerConnection connection = connections.peer(peer);
        Signer admin = admin(organization);
        Set<MspId> expected = new LinkedHashSet<>();
        packages.chaincode(ref)
                .organizations()
                .forEach(name ->
                        expected.add(surroundings.network().organization(name).mspId()));
        try (TransactionClient client = new TransactionClient(connection, admin)) {
            CallResult result = connections.insist("peer `" + peer + "` to answer", () -> {
                note.accept("discovery");
                new EndorserDiscovery(connection, admin)
                        .await(ref.channel(), ref.name(), expected, surroundings.timeout());
                note.accept("evaluate");
                return client.evaluateWhenReady(Call.of(ref.channel(), ref.name(), QUESTION), surroundings.timeout());
            });
            if (result instanceof CallResult.Evaluated evaluated) {
                metadata.put(ref, evaluated.payload().text());
            }
        }
    }

    /** What the chaincodes that were verified said of themselves. */
    Map<ChaincodeRef, String> metadata() {
        return Map.copyOf(metadata);
    }
}
