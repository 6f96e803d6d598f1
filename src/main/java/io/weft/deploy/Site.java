package io.weft.deploy;

import io.weft.apply.Progress;
import io.weft.apply.Report;
import io.weft.apply.Scheduler;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult;
import io.weft.gateway.TransactionClient;
import io.weft.identity.IdentityExport;
import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.HostPort;
import io.weft.model.Member;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.NodeRef;
import io.weft.model.Organization;
import io.weft.pki.Certificate;
import io.weft.plan.ChaincodeRef;
import io.weft.plan.Holder.ClientHolder;
import io.weft.plan.NetworkState;
import io.weft.plan.Plan;
import io.weft.plan.Planner;
import io.weft.plan.Release;
import io.weft.plan.Release.OrderingNodeRelease;
import io.weft.plan.Release.PeerRelease;
import io.weft.platform.Addresses;
import io.weft.platform.Platform;
import io.weft.platform.Port;
import io.weft.platform.Workloads;
import io.weft.problem.RejectedException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Dialer;
import io.weft.protocol.PeerConnection;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One look at a network, and the work that follows from it: what was read is kept as long as this lives, so that it is
 * read once. For another look make another one.
 */
public final class Site implements AutoCloseable {
    private static final int SIDE_BY_SIDE = 32;

    final Surroundings surroundings;
    /** Whose keys and connections this one uses. */
    private final Optional<Site> original;

    final NetworkRecord record;
    final Keys keys;
    final Packages packages;
    final Workloads workloads;
    final Connections connections;
    final Releases releases;
    final Channels channels;
    final Chaincodes chaincodes;
    final ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE, task -> {
        Thread thread = new Thread(task, "weft-observe");
        thread.setDaemon(true);
        return thread;
    });
    private final Worker worker;

    /** Loads what it takes to ask nodes. Asks none. */
    public static void warmUp() {
        Dialer.warmUp();
    }

    /**
     * @param platform where the network runs or shall run; it is not closed with this
     * @param timeout limit for each single wait
     */
    public Site(Network network, Platform platform, Clock clock, SecureRandom random, Duration timeout) {
        this(new Surroundings(network, new Names(network), platform, clock, random, timeout), Optional.empty());
    }

    private Site(Surroundings surroundings, Optional<Site> original) {
        this.surroundings = surroundings;
        this.original = original;
        record = original.map(site -> site.record).orElseGet(() -> new NetworkRecord(surroundings));
        keys = original.map(site -> site.keys).orElseGet(() -> new Keys(surroundings, record));
        packages = new Packages(surroundings, keys);
        workloads = surroundings.platform().look(record::id);
        connections = original.map(site -> site.connections).orElseGet(() -> new Connections(surroundings, keys));
        releases = new Releases(surroundings, keys, packages, workloads, connections);
        channels = new Channels(surroundings, record, keys, releases, connections);
        chaincodes = new Chaincodes(
                surroundings, keys, releases, packages, connections, original.map(site -> site.chaincodes));
        worker = new Worker(surroundings.platform().spaces(), record, keys, releases, channels, chaincodes);
    }

    /**
     * The same network with further channels, by the same keys and connections, which end with this site.
     *
     * @param extended has the same organizations
     */
    public Site with(Network extended) {
        return new Site(
                new Surroundings(
                        extended,
                        new Names(extended),
                        surroundings.platform(),
                        surroundings.clock(),
                        surroundings.random(),
                        surroundings.timeout()),
                Optional.of(this));
    }

    /** The network that this looks at. */
    public Network network() {
        return surroundings.network();
    }

    /**
     * Makes a channel on running nodes whose chaincode services run already: block 0, joins, lifecycle. For more than
     * that, and for networks in any state, there is the plan.
     */
    public void openChannel(String channel) {
        new ChannelOpening(this, channel).run();
    }

    /**
     * How a client reaches a channel: as whom, and by which peer.
     *
     * @param channel whose first peer of the organization is meant
     * @param user a user of the organization, or {@code admin}
     */
    public ClientAccess access(String channel, String organization, String user) {
        return new ClientAccess(keys.signer(organization, user), peer(channel, organization));
    }

    /** The same with a certificate that has just expired, for a new key. */
    public ClientAccess expiredAccess(String channel, String organization, String user) {
        return new ClientAccess(keys.expiredSigner(organization, user), peer(channel, organization));
    }

    private PeerConnection peer(String channel, String organization) {
        return connections.peer(firstPeer(channel, organization));
    }

    /** Dials a node again at once if it could not be reached, and waits until it is. */
    public void reconnect(HostPort address) {
        connections.reconnect(address);
    }

    /** As {@link #reconnect(HostPort)}, a node that serves clients. */
    public void reconnect(Release node) {
        if (node instanceof PeerRelease) {
            reconnect(surroundings.platform().addresses().dial(node, Port.PEER));
        } else if (node instanceof OrderingNodeRelease) {
            reconnect(surroundings.platform().addresses().dial(node, Port.ORDERER));
        }
    }

    /**
     * Ends a node's program and waits until it has ended. What it wrote stays.
     *
     * @return false if it did not run
     */
    public boolean stop(Release node) {
        try (Workloads now = surroundings.platform().look(record::id)) {
            return now.stop(node);
        }
    }

    /** Has the program of a node that was stopped run again, and waits until it is ready. */
    public void start(Release node) {
        try (Workloads now = surroundings.platform().look(record::id)) {
            now.start(node, note -> {});
        }
    }

    /**
     * Waits until a channel is as it was before some of its nodes were stopped: its ordering nodes are active, its peers have
     * the same blocks, and every organization's first peer finds the endorsers of each chaincode and gets an answer.
     *
     * @throws io.weft.problem.TimedOutException with what was last seen
     */
    public void awaitWhole(String channel) {
        channels.awaitWhole(channel);
        Channel whole = surroundings.network().channel(channel);
        for (Chaincode chaincode : whole.chaincodes()) {
            ChaincodeRef ref = new ChaincodeRef(channel, chaincode.name());
            whole.members().stream()
                    .map(Member::organization)
                    .filter(organization ->
                            !Planner.peersOf(whole, organization).isEmpty())
                    .forEach(organization -> chaincodes.verify(ref, organization, note -> {}));
        }
    }

    /** Looks at everything and makes the plan. Writes nothing. */
    public Plan plan() {
        NetworkState state =
                new Observer(surroundings, record, keys, releases, workloads, channels, worker, threads).observe();
        return Planner.plan(surroundings.network(), state);
    }

    /**
     * Begins to ask what the platform lacks for this network. Goes on beside whatever else is done;
     * {@link #requireAbility} takes the answer.
     */
    public CompletableFuture<Void> askForAbility() {
        return CompletableFuture.runAsync(surroundings.platform()::requireAbility, threads);
    }

    /**
     * Waits for what {@link #askForAbility} found.
     *
     * @throws RejectedException listing all that is missing
     */
    public void requireAbility(CompletableFuture<Void> asked) {
        Together.await(asked);
    }

    /**
     * Carries out a plan that this site made.
     *
     * @throws InterruptedException if the calling thread was interrupted; running steps are interrupted and awaited
     */
    public Report apply(Plan plan, Progress progress) throws InterruptedException {
        return Scheduler.run(plan, worker::perform, progress, SIDE_BY_SIDE);
    }

    /**
     * What the chaincodes that {@link #apply} verified said of themselves: by channel and name the JSON of the contract
     * API's metadata. Those that do not know the question are missing.
     */
    public Map<ChaincodeRef, String> metadata() {
        return chaincodes.metadata();
    }

    /**
     * Reads the network's record.
     *
     * @return its ID
     * @throws RejectedException if there is no such network
     */
    public String requireRecord() {
        return record.read()
                .orElseThrow(() -> new RejectedException("There is no network `"
                        + surroundings.network().name() + "` in "
                        + surroundings.platform().place() + ". Make it with `weft up` first."));
    }

    /** Whether the network's own namespace exists. */
    public boolean hasNamespace() {
        return surroundings.platform().spaces().exists(surroundings.network().namespace());
    }

    /** Makes sure that the network's own namespace exists. */
    public void ensureNamespace() {
        surroundings.platform().spaces().ensure(surroundings.network().namespace());
    }

    /** Asks a chaincode by the organization's first peer on the channel. */
    public byte[] evaluate(String organization, String user, Call call) {
        requireRecord();
        try (TransactionClient client = client(organization, user, call)) {
            CallResult result = client.evaluate(call, surroundings.timeout());
            if (result instanceof CallResult.Evaluated evaluated) {
                return evaluated.payload().bytes();
            }
            throw refusal(call, result);
        } catch (UnreachableException e) {
            throw advised(e);
        }
    }

    /** Submits a transaction by the organization's first peer on the channel. */
    public CallResult.Committed submit(String organization, String user, Call call) {
        requireRecord();
        try (TransactionClient client = client(organization, user, call)) {
            CallResult result = client.submit(call, surroundings.timeout());
            if (result instanceof CallResult.Committed committed && committed.isValid()) {
                return committed;
            }
            throw refusal(call, result);
        } catch (UnreachableException e) {
            throw advised(e);
        }
    }

    private UnreachableException advised(UnreachableException failure) {
        return new UnreachableException(
                failure.getMessage() + " " + surroundings.platform().advice(), failure);
    }

    private TransactionClient client(String organization, String user, Call call) {
        return new TransactionClient(peer(call.channel(), organization), keys.signer(organization, user));
    }

    private NodeRef firstPeer(String channel, String organization) {
        return Planner.peersOf(surroundings.network().channel(channel), organization).stream()
                .findFirst()
                .orElseThrow(() -> new RejectedException("Organization `" + organization + "` has no peer on channel `"
                        + channel + "`. Call through a member that has one."));
    }

    private static RejectedException refusal(Call call, CallResult result) {
        if (result instanceof CallResult.ChaincodeError error) {
            return new RejectedException("Chaincode `" + call.chaincode() + "` on channel `" + call.channel()
                    + "` refused `" + call.function() + "` (" + error.status() + "): " + error.message());
        }
        CallResult.Committed committed = (CallResult.Committed) result;
        return new RejectedException("Transaction `" + committed.transactionId() + "` is in block " + committed.block()
                + ", but the peers found it invalid: `" + committed.code() + "`. It changed nothing.");
    }

    /** Writes an identity with what Fabric's own tools need beside it. */
    public void exportIdentity(String organization, String user, Path folder) {
        requireRecord();
        Organization owner = surroundings.network().organization(organization);
        Addresses addresses = surroundings.platform().addresses();
        List<Certificate> ordererRoots = surroundings.network().organizations().stream()
                .filter(o -> !o.orderingNodes().isEmpty())
                .map(o -> keys.authorities(o.name()).tls().certificate())
                .toList();
        IdentityExport export = IdentityExport.of(
                        organization, user, owner.mspId(), keys.contents(new ClientHolder(organization, user)))
                .withOrdererRoots(ordererRoots);
        if (!owner.peers().isEmpty()) {
            NodeRef peer = new NodeRef(organization, owner.peers().get(0).name());
            export = export.withPeer(addresses.node(peer), Optional.empty());
        }
        Optional<HostPort> orderer =
                surroundings.network().orderingNodes().findFirst().map(addresses::node);
        if (orderer.isPresent()) {
            export = export.withOrderer(orderer.get());
        }
        if (!owner.orderingNodes().isEmpty()) {
            NodeRef own = new NodeRef(organization, owner.orderingNodes().get(0).name());
            export = export.withOrdererAdmin(addresses.admin(own));
        }
        export.write(folder);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        workloads.close();
        if (original.isEmpty()) {
            connections.close();
        }
    }
}
