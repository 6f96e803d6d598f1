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
import io.weft.local.Daemon;
import io.weft.local.FabricPrograms;
import io.weft.local.LocalPlatform;
import io.weft.model.Network;
import io.weft.plan.ChaincodeRef;
import io.weft.plan.Plan;
import io.weft.platform.Lock;
import io.weft.platform.Platform;
import io.weft.platform.kubernetes.KubernetesPlatform;
import io.weft.problem.RejectedException;
import java.io.File;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * weft's library: makes a network run on a Kubernetes cluster or on this machine, and works with it. Methods block. They throw
 * {@link io.weft.problem.WeftException}s for everything that is not a defect in weft. One instance is for one thread; two
 * runs of {@link #up}, {@link #reset} or {@link #remove} on the same network keep out of each other's way.
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
    private final Network network;
    private final Platform platform;
    private final Duration timeout;
    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    private Map<ChaincodeRef, String> metadata = Map.of();

    private NetworkDeployer(Network network, Platform platform, Duration timeout) {
        this.network = network;
        this.platform = platform;
        this.timeout = timeout;
    }

    /**
     * Begins in the background to load what it takes to ask nodes, which is most of what a young JVM loads. For programs
     * that read a spec meanwhile; nothing else needs it.
     */
    public static void warmUp() {
        Thread thread = new Thread(Site::warmUp, "weft-warm-up");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((where, failure) -> {}); // The first question meets it again, and tells.
        thread.start();
    }

    /**
     * Prepares to work with a network on a cluster. Makes no request yet.
     *
     * @throws io.weft.problem.UnreachableException if there is no such kubeconfig or context
     */
    public static NetworkDeployer connect(ClusterConnection connection, Network network) {
        return new NetworkDeployer(network, platform(connection, network), connection.timeout());
    }

    /**
     * Prepares to work with a network on a platform that somebody else made.
     *
     * @param timeout limit for each single wait
     */
    public static NetworkDeployer on(Platform platform, Network network, Duration timeout) {
        return new NetworkDeployer(network, platform, timeout);
    }

    /** A cluster as the place where a network runs, for those who work with more than this class offers. */
    public static Platform platform(ClusterConnection connection, Network network) {
        KubeConfig kubeConfig = KubeConfig.load(connection.kubeconfigFiles(), connection.context());
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "weft");
        Cluster cluster = Cluster.connect(kubeConfig);
        HelmReleases helm = new HelmReleases(cluster, new Charts(NetworkDeployer.class.getClassLoader(), cache), cache);
        return new KubernetesPlatform(network, cluster, helm, connection.timeout());
    }

    /**
     * Prepares to work with a network on this machine. Writes nothing yet.
     */
    public static NetworkDeployer local(LocalConnection connection, Network network) {
        return new NetworkDeployer(network, platform(connection, network), connection.timeout());
    }

    /** This machine as the place where a network runs, for those who work with more than this class offers. */
    public static Platform platform(LocalConnection connection, Network network) {
        LocalPlatform.Surroundings surroundings = new LocalPlatform.Surroundings(
                connection.stateFolder(),
                connection.nodes(),
                FabricPrograms.find(connection.programFolders()),
                daemonCommand(),
                connection.workFolder().toAbsolutePath(),
                connection.runBy(),
                connection.timeout());
        return new LocalPlatform(network, surroundings, new SecureRandom());
    }

    /** This Java with this class path. */
    private static List<String> daemonCommand() {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The launcher's class data archive is for this Java and this class path, so it serves here as well.
        Optional.ofNullable(System.getProperty("weft.archive"))
                .ifPresent(archive -> command.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable")));
        command.addAll(List.of(
                // Half the work of a start is the second compiler's, and no test is long enough to earn it back.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // Key stores are in memory only: there is nobody to guard them from.
                "-Dkeystore.pkcs12.keyPbeIterationCount=1",
                "-Dfile.encoding=UTF-8",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=" + System.getProperty("weft.daemon.log", "warn")));
        // For those who want to attach a debugger to their contract, or to give the nodes more memory.
        Optional.ofNullable(System.getProperty("weft.daemon.options"))
                .ifPresent(options -> command.addAll(List.of(options.strip().split("\\s+"))));
        command.addAll(List.of("-cp", classPath, Daemon.class.getName()));
        return List.copyOf(command);
    }

    /** Where the network runs and on what, for people; goes on after "Network runs on". */
    public String target() {
        return platform.target();
    }

    /** How the network is made to run elsewhere or on something else, as full sentences. */
    public String alternative() {
        return platform.alternative();
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
            CompletableFuture<Void> ability = site.askForAbility();
            Plan plan = site.plan();
            if (plan.isEmpty()) {
                return apply(site, plan, progress);
            }
            plan.requirePossible();
            site.requireAbility(ability);
        }
        platform.prepare();
        return locked(() -> {
            try (Site site = site()) {
                Plan plan = site.plan();
                if (new Wipe(site).isUnfinished()) {
                    new Wipe(site).run(text -> {});
                } else {
                    return apply(site, plan, progress);
                }
            }
            return applyAnew(progress);
        });
    }

    private Report apply(Site site, Plan plan, Progress progress) throws InterruptedException {
        Report report = site.apply(plan, progress);
        metadata = site.metadata();
        return report;
    }

    /**
     * What a chaincode said of itself when {@link #up} or {@link #reset} last made sure that it answers: the JSON of the
     * contract API's {@code org.hyperledger.fabric:GetMetadata}.
     *
     * @return empty if this deployer did not ask, or the chaincode does not know the question
     */
    public Optional<String> metadata(String channel, String chaincode) {
        return Optional.ofNullable(metadata.get(new ChaincodeRef(channel, chaincode)));
    }

    private Report applyAnew(Progress progress) throws InterruptedException {
        try (Site site = site()) {
            return apply(site, site.plan(), progress);
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
        platform.prepare();
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
                try (Lock lock = platform.lock()) {
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

    /** Whether this process runs the network's nodes. They end when this is closed. */
    public boolean runsNodes() {
        return platform.runsNodes();
    }

    /**
     * Waits until another process has the nodes end that this one runs, for example by {@link #remove}; returns at once if
     * this one runs none.
     */
    public void awaitEnd() throws InterruptedException {
        platform.awaitEnd();
    }

    private Site site() {
        return new Site(network, platform, clock, random, timeout);
    }

    private Report locked(Callable<Report> work) throws InterruptedException {
        try (Site site = site()) {
            site.ensureNamespace();
        }
        try (Lock lock = platform.lock()) {
            Report report = work.call();
            lock.requireHeld();
            return report;
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("Not thrown by this work", e);
        }
    }

    /** Closes tunnels and connections, and removes temporary files. */
    @Override
    public void close() {
        platform.close();
    }
}
