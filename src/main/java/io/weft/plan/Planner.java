package io.weft.plan;

import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Member;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Organization;
import io.weft.plan.Holder.CaHolder;
import io.weft.plan.Holder.ChaincodeHolder;
import io.weft.plan.Holder.ClientHolder;
import io.weft.plan.Holder.OrderingNodeHolder;
import io.weft.plan.Holder.PeerHolder;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.plan.Step.ApproveChaincode;
import io.weft.plan.Step.AwaitReady;
import io.weft.plan.Step.ClaimStorage;
import io.weft.plan.Step.CommitChaincode;
import io.weft.plan.Step.CreateAuthorities;
import io.weft.plan.Step.CreateGenesisBlock;
import io.weft.plan.Step.EnsureNamespace;
import io.weft.plan.Step.InitializeChaincode;
import io.weft.plan.Step.InstallChaincode;
import io.weft.plan.Step.InstallRelease;
import io.weft.plan.Step.IssueIdentity;
import io.weft.plan.Step.JoinOrderingNode;
import io.weft.plan.Step.JoinPeer;
import io.weft.plan.Step.RecordNetwork;
import io.weft.plan.Step.VerifyChaincode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Lays out the steps of a network and marks those that are not done. */
public final class Planner {
    private final Network network;
    private final Set<NodeRef> speakers;
    private final Map<String, Draft> drafts = new LinkedHashMap<>();

    private record Draft(Step step, List<Prerequisite> prerequisites) {}

    private Planner(Network network) {
        this.network = network;
        this.speakers = network.channels().stream()
                .flatMap(channel -> channel.members().stream()
                        .flatMap(member ->
                                peersOf(channel, member.organization()).stream().limit(1)))
                .collect(Collectors.toSet());
    }

    /**
     * Makes the plan for a network.
     *
     * @param network what is wanted
     * @param state what was observed; {@link NetworkState#NOTHING} for the complete list of steps
     */
    public static Plan plan(Network network, NetworkState state) {
        Planner planner = new Planner(network);
        planner.layOut();
        return new Plan(network, state, planner.compare(state));
    }

    /** The peers of an organization that take part in a channel. */
    public static List<NodeRef> peersOf(Channel channel, String organization) {
        return channel.members().stream()
                .filter(member -> member.organization().equals(organization))
                .flatMap(member -> member.peers().stream())
                .map(peer -> new NodeRef(organization, peer))
                .toList();
    }

    private void layOut() {
        for (String namespace : network.namespaces()) {
            add(new EnsureNamespace(namespace));
        }
        RecordNetwork record = new RecordNetwork(network.namespace());
        add(record, all(new EnsureNamespace(network.namespace())));
        network.orderingNodes().forEach(node -> storage(new OrderingNodeRelease(node), record));
        network.peers().forEach(node -> storage(new PeerRelease(node), record));
        network.organizations().forEach(organization -> storage(new CaRelease(organization.name()), record));
        for (Organization organization : network.organizations()) {
            add(new CreateAuthorities(organization.name()), all(record, new EnsureNamespace(organization.namespace())));
        }
        orderingNodes();
        peers();
        network.channels().forEach(this::chaincodeServices);
        network.channels().forEach(this::joins);
        for (Channel channel : network.channels()) {
            channel.chaincodes().forEach(chaincode -> lifecycle(channel, chaincode));
        }
        certificateAuthorities();
        readiness();
        for (Channel channel : network.channels()) {
            channel.chaincodes().forEach(chaincode -> verification(channel, chaincode));
        }
    }

    private void storage(Release release, Step record) {
        String namespace = network.organization(release.organization()).namespace();
        add(new ClaimStorage(release), all(record, new EnsureNamespace(namespace)));
    }

    private void orderingNodes() {
        for (Organization organization : network.organizations()) {
            issue(new ClientHolder(organization.name(), Organization.ADMIN));
        }
        network.orderingNodes().forEach(node -> issue(new OrderingNodeHolder(node)));
        network.orderingNodes()
                .forEach(node -> add(
                        new InstallRelease(new OrderingNodeRelease(node)),
                        all(
                                new ClaimStorage(new OrderingNodeRelease(node)),
                                new IssueIdentity(new OrderingNodeHolder(node)))));
        for (Channel channel : network.channels()) {
            List<Step> needs = new ArrayList<>();
            channel.members().forEach(member -> needs.add(new CreateAuthorities(member.organization())));
            channel.ordering().organizations().forEach(name -> needs.add(new CreateAuthorities(name)));
            channel.ordering().consenters().forEach(node -> needs.add(new IssueIdentity(new OrderingNodeHolder(node))));
            add(new CreateGenesisBlock(channel.name()), all(needs));
        }
    }

    private void peers() {
        network.peers().forEach(node -> issue(new PeerHolder(node)));
        network.peers()
                .forEach(node -> add(
                        new InstallRelease(new PeerRelease(node)),
                        all(new ClaimStorage(new PeerRelease(node)), new IssueIdentity(new PeerHolder(node)))));
    }

    private void chaincodeServices(Channel channel) {
        for (Chaincode chaincode : channel.chaincodes()) {
            ChaincodeRef ref = new ChaincodeRef(channel.name(), chaincode.name());
            for (String organization : chaincode.organizations()) {
                Step before = new CreateAuthorities(organization);
                if (chaincode.tls()) {
                    before = new IssueIdentity(new ChaincodeHolder(organization, ref));
                    issue(new ChaincodeHolder(organization, ref));
                }
                add(new InstallRelease(new ChaincodeRelease(organization, ref)), all(before));
            }
        }
    }

    private void joins(Channel channel) {
        CreateGenesisBlock genesis = new CreateGenesisBlock(channel.name());
        for (NodeRef node : channel.ordering().consenters()) {
            add(
                    new JoinOrderingNode(channel.name(), node),
                    all(
                            genesis,
                            new InstallRelease(new OrderingNodeRelease(node)),
                            new IssueIdentity(new ClientHolder(node.organization(), Organization.ADMIN))));
        }
        for (Member member : channel.members()) {
            for (NodeRef node : peersOf(channel, member.organization())) {
                add(
                        new JoinPeer(channel.name(), node),
                        all(
                                genesis,
                                new InstallRelease(new PeerRelease(node)),
                                new IssueIdentity(new ClientHolder(node.organization(), Organization.ADMIN))));
            }
        }
    }

    private void lifecycle(Channel channel, Chaincode chaincode) {
        ChaincodeRef ref = new ChaincodeRef(channel.name(), chaincode.name());
        for (String organization : chaincode.organizations()) {
            for (NodeRef peer : peersOf(channel, organization)) {
                add(
                        new InstallChaincode(ref, peer),
                        all(
                                new InstallRelease(new PeerRelease(peer)),
                                new InstallRelease(new ChaincodeRelease(organization, ref)),
                                new IssueIdentity(new ClientHolder(organization, Organization.ADMIN))));
            }
        }
        Prerequisite ordering = orderingService(channel);
        List<Step> approvals = new ArrayList<>();
        for (Member member : channel.members()) {
            // The first peer speaks for its organization; the others follow, and nobody waits for them.
            peersOf(channel, member.organization()).stream().findFirst().ifPresent(speaker -> {
                List<Step> needs = new ArrayList<>(List.of(new JoinPeer(channel.name(), speaker)));
                if (chaincode.organizations().contains(member.organization())) {
                    needs.add(new InstallChaincode(ref, speaker));
                }
                ApproveChaincode approve = new ApproveChaincode(ref, member.organization());
                add(approve, all(needs), ordering);
                approvals.add(approve);
            });
        }
        List<Step> needs = new ArrayList<>(approvals);
        List<Step> services = new ArrayList<>();
        for (String organization : chaincode.organizations()) {
            ChaincodeRelease release = new ChaincodeRelease(organization, ref);
            needs.add(new InstallRelease(release));
            services.add(awaitReady(release));
        }
        CommitChaincode commit = new CommitChaincode(ref);
        add(commit, all(needs), ordering);
        if (chaincode.init().isPresent()) {
            add(new InitializeChaincode(ref), all(commit), all(services), ordering);
        }
    }

    private void certificateAuthorities() {
        for (Organization organization : network.organizations()) {
            issue(new CaHolder(organization.name()));
            organization.users().forEach(user -> issue(new ClientHolder(organization.name(), user.name())));
        }
        for (Organization organization : network.organizations()) {
            CaRelease release = new CaRelease(organization.name());
            add(
                    new InstallRelease(release),
                    all(new ClaimStorage(release), new IssueIdentity(new CaHolder(organization.name()))));
        }
    }

    /** Of all releases but those of chaincodes, whose transactions wait for them. */
    private void readiness() {
        List<Release> releases = drafts.values().stream()
                .map(Draft::step)
                .filter(InstallRelease.class::isInstance)
                .map(step -> ((InstallRelease) step).release())
                .filter(release -> !(release instanceof ChaincodeRelease))
                .toList();
        releases.forEach(this::awaitReady);
    }

    private Step awaitReady(Release release) {
        AwaitReady await = new AwaitReady(release);
        add(await, all(new InstallRelease(release)));
        return await;
    }

    private void verification(Channel channel, Chaincode chaincode) {
        ChaincodeRef ref = new ChaincodeRef(channel.name(), chaincode.name());
        Step last = chaincode.init().isPresent() ? new InitializeChaincode(ref) : new CommitChaincode(ref);
        for (String organization : chaincode.organizations()) {
            add(
                    new VerifyChaincode(ref, organization),
                    all(last, new AwaitReady(new ChaincodeRelease(organization, ref))));
        }
    }

    private static Prerequisite orderingService(Channel channel) {
        Set<String> joins = new HashSet<>();
        channel.ordering().consenters().forEach(node -> joins.add(new JoinOrderingNode(channel.name(), node).id()));
        return new Prerequisite(joins, channel.ordering().type().quorum(joins.size()));
    }

    private void issue(Holder holder) {
        add(new IssueIdentity(holder), all(new CreateAuthorities(holder.organization())));
    }

    private void add(Step step, Prerequisite... prerequisites) {
        if (drafts.putIfAbsent(step.id(), new Draft(step, List.of(prerequisites))) != null) {
            throw new IllegalStateException("Planned twice: " + step.id());
        }
    }

    private static Prerequisite all(Step... steps) {
        return all(List.of(steps));
    }

    private static Prerequisite all(Collection<Step> steps) {
        Set<String> ids = new HashSet<>();
        steps.forEach(step -> ids.add(step.id()));
        return new Prerequisite(ids, ids.size());
    }

    private List<PlannedStep> compare(NetworkState state) {
        Milestones milestones = milestones();
        Set<String> needed = new HashSet<>();
        List<PlannedStep> result = new ArrayList<>();
        for (Draft draft : drafts.values()) {
            Finding finding = state.of(draft.step());
            if (finding.isDone() && draft.step() instanceof VerifyChaincode verify && isTouched(verify, needed)) {
                finding = Finding.unknown("What it depends on changes.");
            }
            if (finding.isDone() && draft.step() instanceof AwaitReady && dependsOn(draft, needed)) {
                finding = Finding.unknown("Its release changes.");
            }
            if (!finding.isDone()) {
                needed.add(draft.step().id());
            }
            result.add(new PlannedStep(draft.step(), draft.prerequisites(), after(draft.step(), milestones), finding));
        }
        return result;
    }

    /**
     * The IDs of steps that others come after.
     *
     * @param ordering starts of the ordering nodes
     * @param starts of the nodes that the first transaction needs
     * @param ready all that such nodes have to do before it
     * @param transaction all that comes before the Fabric CAs
     */
    private record Milestones(Set<String> ordering, Set<String> starts, Set<String> ready, Set<String> transaction) {}

    private Milestones milestones() {
        return new Milestones(
                idsOf(step ->
                        step instanceof InstallRelease install && install.release() instanceof OrderingNodeRelease),
                idsOf(this::startsEarlyNode),
                idsOf(this::makesEarlyNodeReady),
                idsOf(step -> step instanceof CommitChaincode
                        || step instanceof InitializeChaincode
                        || (step instanceof InstallRelease install && !(install.release() instanceof CaRelease))));
    }

    /**
     * What the first transaction needs before everything else: until that runs, the processor, the API server and the
     * machines have nothing better to do. Its nodes start first, the ordering nodes before the peers because they have to
     * find each other before they order anything, and what clients need is made meanwhile. Then come the other peers, and
     * last the Fabric CAs, for which no transaction waits.
     */
    private Set<String> after(Step step, Milestones milestones) {
        if (step instanceof CreateGenesisBlock) {
            return milestones.starts();
        }
        if (step instanceof IssueIdentity issue) {
            if (issue.holder() instanceof PeerHolder peer) {
                return afterReleaseOf(new PeerRelease(peer.node()), milestones);
            }
            if (issue.holder() instanceof ClientHolder client && client.user().equals(Organization.ADMIN)) {
                return milestones.starts();
            }
            return issue.holder() instanceof CaHolder || issue.holder() instanceof ClientHolder
                    ? milestones.transaction()
                    : Set.of();
        }
        if (step instanceof ClaimStorage claim) {
            return afterReleaseOf(claim.release(), milestones);
        }
        if (step instanceof InstallRelease install) {
            return install.release() instanceof PeerRelease peer && isSpeaker(peer.node())
                    ? milestones.ordering()
                    : afterReleaseOf(install.release(), milestones);
        }
        return Set.of();
    }

    private Set<String> afterReleaseOf(Release release, Milestones milestones) {
        if (release instanceof ChaincodeRelease) {
            return milestones.starts();
        }
        if (release instanceof CaRelease) {
            return milestones.transaction();
        }
        return isEarlyNode(release) ? Set.of() : milestones.ready();
    }

    private boolean isEarlyNode(Release release) {
        return release instanceof OrderingNodeRelease
                || (release instanceof PeerRelease peer && isSpeaker(peer.node()));
    }

    /** Whether the peer is the first one of its organization on a channel. */
    private boolean isSpeaker(NodeRef peer) {
        return speakers.contains(peer);
    }

    private boolean startsEarlyNode(Step step) {
        return step instanceof InstallRelease install && isEarlyNode(install.release());
    }

    private boolean makesEarlyNodeReady(Step step) {
        return startsEarlyNode(step)
                || step instanceof JoinOrderingNode
                || (step instanceof JoinPeer join && isSpeaker(join.node()))
                || (step instanceof InstallChaincode install && isSpeaker(install.peer()));
    }

    private Set<String> idsOf(Predicate<Step> wanted) {
        return drafts.values().stream()
                .map(Draft::step)
                .filter(wanted)
                .map(Step::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean dependsOn(Draft draft, Set<String> needed) {
        return draft.prerequisites().stream().flatMap(p -> p.steps().stream()).anyMatch(needed::contains);
    }

    /** Whether anything between the nodes of the organization and the answer of its chaincode changes. */
    private boolean isTouched(VerifyChaincode verify, Set<String> needed) {
        Channel channel = network.channel(verify.chaincode().channel());
        List<Step> path = new ArrayList<>(List.of(
                new CommitChaincode(verify.chaincode()),
                new InitializeChaincode(verify.chaincode()),
                new InstallRelease(new ChaincodeRelease(verify.organization(), verify.chaincode()))));
        for (NodeRef peer : peersOf(channel, verify.organization())) {
            path.add(new InstallRelease(new PeerRelease(peer)));
            path.add(new JoinPeer(channel.name(), peer));
            path.add(new InstallChaincode(verify.chaincode(), peer));
        }
        return path.stream().map(Step::id).anyMatch(needed::contains);
    }
}
