package io.weft;

import io.weft.apply.Progress;
import io.weft.apply.Report;
import io.weft.deploy.Site;
import io.weft.deploy.StatusReader;
import io.weft.deploy.Teardown;
import io.weft.deploy.Wipe;
import io.weft.gateway.Call;
import io.weft.gateway.CallResult.Committed;
import io.weft.helm.Charts;
import io.weft.helm.HelmReleases;
import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.KubeConfig;
import io.weft.kubernetes.Lock;
import io.weft.kubernetes.Metadata;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.plan.Plan;
import io.weft.problem.RejectedException;
import io.weft.release.ReleaseSpecs;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * weft's library: makes a network run on a Kubernetes cluster and works with it. Methods block. They throw
 * {@link io.weft.problem.WeftException}s for everything that is not a defect in weft. One instance is for one thread; two
 * runs of {@link #up}, {@link #reset} or {@link #remove} on the same network keep out of each other's way by a Lease.
 *
 * <pre>{@code
 * Network network = NetworkSpecs.load(Path.of("network-specs/two-orgs.yaml"), Optional.empty()).network();
 * try (NetworkDeployer deployer = NetworkDeployer.connect(ClusterConnection.of(kubeconfig), network)) {
 *     Report report = deployer.up(Progress.SILENT);
 *     Call call = Call.of("trading", "asset", "CreateAsset", "a1", "blue", "5", "tom", "100");
 *     Committed committed = deployer.submit("org1", "user1", call);
 * }
 * }</pre>
 */
public final class NetworkDeployer implements AutoCloseable {
    private static final Duration LEASE = Duration.ofSeconds(15);

    private final Network network;
    private final Cluster cluster;
    private final Duration timeout;
    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    private final HelmReleases helm;

    private NetworkDeployer(Network network, Cluster cluster, Duration timeout, Path cache) {
        this.network = network;
        this.cluster = cluster;
        this.timeout = timeout;
        this.helm = new HelmReleases(cluster, new Charts(NetworkDeployer.class.getClassLoader(), cache), cache);
    }

    /**
     * Prepares to work with a network on a cluster. Makes no request yet.
     *
     * @throws io.weft.problem.UnreachableException if there is no such kubeconfig or context
     */
    public static NetworkDeployer connect(ClusterConnection connection, Network network) {
        KubeConfig kubeConfig = KubeConfig.load(connection.kubeconfigFiles(), connection.context());
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "weft");
        return new NetworkDeployer(network, Cluster.connect(kubeConfig), connection.timeout(), cache);
    }

    /** Where the network runs, for people: context, API server and namespaces. */
    public String target() {
        return "Kubernetes context `" + cluster.kubeConfig().context() + "` (" + cluster.server() + "), namespace "
                + String.join(", ", network.namespaces());
    }

    /** What {@link #up} would do. Writes nothing. */
    public Plan plan() {
        try (Site site = site()) {
            return site.plan();
        }
    }

    /**
     * Makes the network run, up to chaincode that answers. Safe to repeat: what is there is left as it is, and when
     * everything is, nothing is written.
     *
     * @return what was done, and what did not succeed
     * @throws RejectedException before anything is written, if the context lacks rights or the spec asks for what cannot
     *     be changed
     * @throws InterruptedException if the calling thread was interrupted; the next call goes on from there
     */
    public Report up(Progress progress) throws InterruptedException {
        try (Site site = site()) {
            CompletableFuture<Void> rights = site.askForRights();
            Plan plan = site.plan();
            if (plan.isEmpty()) {
                return site.apply(plan, progress);
            }
            plan.requirePossible();
            site.requireRights(rights);
        }
        helm.prepare();
        return locked(() -> {
            try (Site site = site()) {
                Plan plan = site.plan();
                if (new Wipe(site).isUnfinished()) {
                    new Wipe(site).run(text -> {});
                } else {
                    return site.apply(plan, progress);
                }
            }
            return applyAnew(progress);
        });
    }

    private Report applyAnew(Progress progress) throws InterruptedException {
        try (Site site = site()) {
            return site.apply(site.plan(), progress);
        }
    }

    /**
     * Wipes the ledgers and brings channels and chaincode up again. Identities and releases are kept.
     *
     * @param note hears about the wipe; {@code progress} about the rest
     * @throws RejectedException if there is no such network
     * @throws InterruptedException if the calling thread was interrupted; {@link #up} or {@code reset} goes on from there
     */
    public Report reset(Progress progress, Consumer<String> note) throws InterruptedException {
        try (Site site = site()) {
            site.requireRecord();
        }
        helm.prepare();
        return locked(() -> {
            try (Site site = site()) {
                site.requireRecord();
                new Wipe(site).run(note);
            }
            return applyAnew(progress);
        });
    }

    /**
     * Removes everything weft made for the network, and waits until it is gone. May be repeated.
     *
     * @param note hears what is going on
     * @throws io.weft.problem.TimedOutException naming what is left and what holds it
     */
    public Removal remove(Consumer<String> note) throws InterruptedException {
        long start = System.nanoTime();
        try (Site site = site()) {
            Teardown teardown = new Teardown(site);
            if (site.hasNamespace()) {
                try (Lock lock = lock()) {
                    teardown.removeObjects(note);
                    lock.requireHeld();
                }
            }
            teardown.removeNamespaces(note);
            return new Removal(teardown.removed(), teardown.kept(), Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** Asks every node what it has to say. */
    public NetworkStatus status() {
        try (Site site = site()) {
            return new StatusReader(site).read();
        }
    }

    /**
     * Asks a chaincode.
     *
     * @param organization whose first peer on the channel is asked
     * @param user who signs: a user of the organization, or {@code admin}
     * @return what the chaincode returned
     * @throws RejectedException if the chaincode or the network says no
     */
    public byte[] evaluate(String organization, String user, Call call) {
        try (Site site = site()) {
            return site.evaluate(organization, user, call);
        }
    }

    /**
     * Sends a transaction and waits until it is committed.
     *
     * @param organization whose first peer on the channel is asked
     * @param user who signs: a user of the organization, or {@code admin}
     * @return the commit, which is valid
     * @throws RejectedException if the chaincode or the network says no, or the peers found the transaction invalid
     */
    public Committed submit(String organization, String user, Call call) {
        try (Site site = site()) {
            return site.submit(organization, user, call);
        }
    }

    /**
     * Writes an identity for other Fabric tools: MSP folder, wallet file, TLS roots, environment of the {@code peer}
     * program. Folders have mode 0700, files 0600.
     *
     * @param user a user of the organization, or {@code admin}
     * @param folder made if it does not exist; an earlier export of the same identity is replaced
     */
    public void exportIdentity(String organization, String user, Path folder) {
        try (Site site = site()) {
            site.exportIdentity(organization, user, folder);
        }
    }

    private Site site() {
        return new Site(network, cluster, helm, clock, random, timeout);
    }

    private Report locked(Callable<Report> work) throws InterruptedException {
        try (Site site = site()) {
            site.ensureNamespace();
        }
        try (Lock lock = lock()) {
            Report report = work.call();
            lock.requireHeld();
            return report;
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("Not thrown by this work", e);
        }
    }

    private Lock lock() {
        Metadata lease = Metadata.of(
                network.namespace(), new Names(network).lock(), Map.of(ReleaseSpecs.PART_OF, network.name()), Map.of());
        return cluster.lock(
                lease, Lock.Holder.thisProcess(System.getProperty("user.name"), hostName()), LEASE, Duration.ZERO);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Closes tunnels and connections, and removes temporary files. */
    @Override
    public void close() {
        helm.close();
        cluster.close();
    }
}
