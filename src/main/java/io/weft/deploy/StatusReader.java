package io.weft.deploy;

import io.weft.NetworkStatus;
import io.weft.NetworkStatus.Certificate;
import io.weft.NetworkStatus.Membership;
import io.weft.NetworkStatus.Node;
import io.weft.chaincode.CommittedChaincode;
import io.weft.channel.ChannelStatus;
import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.HostPort;
import io.weft.model.Member;
import io.weft.model.MspId;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.plan.ChaincodeRef;
import io.weft.plan.Finding;
import io.weft.plan.Plan;
import io.weft.plan.PlannedStep;
import io.weft.plan.Planner;
import io.weft.plan.Release;
import io.weft.plan.Release.CaRelease;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.plan.Step.AwaitReady;
import io.weft.platform.Port;
import io.weft.problem.WeftException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Asks every node what it has to say, all at the same time. */
public final class StatusReader {
    private static final Duration METRICS = Duration.ofSeconds(5);
    private static final String RAFT_LEADER = "consensus_etcdraft_is_leader{channel=\"%s\"} 1";
    private static final String BFT_LEADER = "consensus_BFT_leader_id{channel=\"%s\"} ";

    private final Site site;
    private final Network network;

    public StatusReader(Site site) {
        this.site = site;
        this.network = site.surroundings.network();
    }

    /** The status; without a network ID when there is no such network. */
    public NetworkStatus read() {
        Plan plan = site.plan();
        if (plan.state().networkId().isEmpty()) {
            return new NetworkStatus(Optional.empty(), List.of(), List.of(), List.of());
        }
        List<CompletableFuture<NetworkStatus.Channel>> channels = network.channels().stream()
                .map(channel -> CompletableFuture.supplyAsync(() -> channel(channel), Runnable::run))
                .toList();
        return new NetworkStatus(
                plan.state().networkId(),
                nodes(plan),
                channels.stream().map(CompletableFuture::join).toList(),
                certificates());
    }

    private List<Node> nodes(Plan plan) {
        List<Node> result = new ArrayList<>();
        for (PlannedStep planned : plan.steps()) {
            if (planned.step() instanceof AwaitReady await) {
                Finding finding = plan.state().of(await);
                String detail =
                        finding.kind() == Finding.Kind.ABSENT ? "not installed" : String.join(" ", finding.details());
                result.add(new Node(
                        await.release().toString(),
                        kind(await.release()),
                        finding.isDone(),
                        detail,
                        site.surroundings
                                .platform()
                                .addresses()
                                .published(await.release())
                                .map(HostPort::toString)));
            }
        }
        return result;
    }

    private static String kind(Release release) {
        if (release instanceof OrderingNodeRelease) {
            return "orderer";
        }
        if (release instanceof PeerRelease) {
            return "peer";
        }
        return release instanceof CaRelease ? "ca" : "chaincode";
    }

    private NetworkStatus.Channel channel(Channel channel) {
        Map<NodeRef, CompletableFuture<Membership>> members = new LinkedHashMap<>();
        Map<NodeRef, CompletableFuture<Optional<String>>> metrics = new LinkedHashMap<>();
        for (NodeRef node : channel.ordering().consenters()) {
            if (site.releases.ran(new OrderingNodeRelease(node))) {
                metrics.put(node, supply(() -> metrics(node)));
            }
            members.put(node, supply(() -> orderingNode(channel, node)));
        }
        for (Member member : channel.members()) {
            for (NodeRef node : Planner.peersOf(channel, member.organization())) {
                members.put(node, supply(() -> peer(channel, node)));
            }
        }
        List<CompletableFuture<NetworkStatus.Chaincode>> chaincodes = channel.chaincodes().stream()
                .map(chaincode -> supply(() -> chaincode(channel, chaincode)))
                .toList();
        Map<String, Membership> answers = new LinkedHashMap<>();
        members.forEach((node, answer) -> answers.put(node.toString(), Together.await(answer)));
        return new NetworkStatus.Channel(
                channel.name(),
                leader(channel, metrics),
                answers,
                chaincodes.stream().map(CompletableFuture::join).toList());
    }

    private <T> CompletableFuture<T> supply(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, site.threads);
    }

    private Membership orderingNode(Channel channel, NodeRef node) {
        if (!site.releases.ran(new OrderingNodeRelease(node))) {
            return new Membership(false, 0, "does not run");
        }
        try {
            Optional<ChannelStatus> status = site.channels.status(channel.name(), node);
            return status.map(s -> new Membership(s.isActiveConsenter(), s.height(), s.relation() + ", " + s.status()))
                    .orElseGet(() -> new Membership(false, 0, "not joined"));
        } catch (WeftException e) {
            return new Membership(false, 0, e.getMessage());
        }
    }

    private Membership peer(Channel channel, NodeRef node) {
        if (!site.releases.ran(new PeerRelease(node))) {
            return new Membership(false, 0, "does not run");
        }
        try {
            if (!site.channels.peer(node).channels(Channels.QUESTION).contains(channel.name())) {
                return new Membership(false, 0, "not joined");
            }
            long height = site.channels
                    .peer(node)
                    .chainInfo(channel.name(), Channels.QUESTION)
                    .height();
            return new Membership(true, height, "");
        } catch (WeftException e) {
            return new Membership(false, 0, e.getMessage());
        }
    }

    private NetworkStatus.Chaincode chaincode(Channel channel, Chaincode chaincode) {
        ChaincodeRef ref = new ChaincodeRef(channel.name(), chaincode.name());
        Map<String, Boolean> installed = new LinkedHashMap<>();
        Map<String, String> packageIds = new LinkedHashMap<>();
        for (String organization : chaincode.organizations()) {
            site.chaincodes.packageId(ref, organization).ifPresent(id -> packageIds.put(organization, id.toString()));
            for (NodeRef peer : Planner.peersOf(channel, organization)) {
                installed.put(
                        peer.toString(),
                        site.chaincodes.examineInstalled(ref, peer).isDone());
            }
        }
        Optional<CommittedChaincode> committed;
        try {
            committed = site.chaincodes.committed(ref);
        } catch (WeftException e) {
            committed = Optional.empty();
        }
        Map<String, Boolean> approvals = new LinkedHashMap<>();
        Map<MspId, Boolean> byMsp = committed.map(CommittedChaincode::approvals).orElse(Map.of());
        channel.members()
                .forEach(member -> approvals.put(
                        member.organization(),
                        byMsp.getOrDefault(
                                network.organization(member.organization()).mspId(), false)));
        return new NetworkStatus.Chaincode(
                chaincode.name(),
                committed.map(c -> c.definition().version()).orElse(""),
                committed.map(c -> c.definition().sequence()).orElse(0L),
                approvals,
                installed,
                packageIds);
    }

    private Optional<String> leader(Channel channel, Map<NodeRef, CompletableFuture<Optional<String>>> metrics) {
        List<NodeRef> consenters = channel.ordering().consenters();
        for (Map.Entry<NodeRef, CompletableFuture<Optional<String>>> entry : metrics.entrySet()) {
            Optional<String> text = Together.await(entry.getValue());
            if (text.isEmpty()) {
                continue;
            }
            if (text.get().contains(String.format(RAFT_LEADER, channel.name()))) {
                return Optional.of(entry.getKey().toString());
            }
            Optional<Integer> leader = number(text.get(), String.format(BFT_LEADER, channel.name()));
            if (leader.isPresent() && leader.get() >= 1 && leader.get() <= consenters.size()) {
                return Optional.of(consenters.get(leader.get() - 1).toString());
            }
        }
        return Optional.empty();
    }

    private static Optional<Integer> number(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> (int) Double.parseDouble(line.substring(key.length())))
                .findFirst();
    }

    private Optional<String> metrics(NodeRef node) {
        HostPort address =
                site.surroundings.platform().addresses().dial(new OrderingNodeRelease(node), Port.ORDERER_OPERATIONS);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                .timeout(METRICS)
                .build();
        try {
            HttpResponse<String> response = HttpClient.newBuilder()
                    .executor(site.threads)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private List<Certificate> certificates() {
        return site.keys.certificates().entrySet().stream()
                .map(entry -> new Certificate(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(Certificate::notAfter))
                .toList();
    }
}
