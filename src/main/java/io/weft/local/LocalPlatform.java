package io.weft.local;

import static java.util.Objects.requireNonNull;

import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.FabricVersion;
import io.weft.model.LocalChaincode;
import io.weft.model.Names;
import io.weft.model.Network;
import io.weft.model.Organization;
import io.weft.model.Peer;
import io.weft.model.PlatformChoice.Nodes;
import io.weft.model.RunBy;
import io.weft.model.StateDatabase;
import io.weft.plan.ChaincodeRef;
import io.weft.plan.Release.ChaincodeRelease;
import io.weft.platform.Addresses;
import io.weft.platform.Items;
import io.weft.platform.Lock;
import io.weft.platform.Platform;
import io.weft.platform.Spaces;
import io.weft.platform.Teardown;
import io.weft.platform.Workloads;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This machine, as the place where one network runs. */
public final class LocalPlatform implements Platform {
    private static final Logger LOG = LoggerFactory.getLogger(LocalPlatform.class);

    private final Network network;
    private final Names names;
    private final Surroundings surroundings;
    private final StateFolder folder;
    private final Optional<Kind> kept;
    private final Nodes nodes;
    private final Optional<FabricPrograms> programs;
    private final Ports ports;
    private final LocalAddresses addresses;
    private final FileItems secrets;
    private final FileItems records;
    private final Runner runner;

    /**
     * What a network on this machine is made with.
     *
     * @param stateRoot folder of all networks of the user
     * @param nodes absent: what the network was made of; for a new one Fabric's programs where they were found, else
     *     embedded nodes
     * @param programs Fabric's programs, if they were found
     * @param command what starts {@link Daemon}: Java with its options and that class's name
     * @param base what relative paths of the spec's local forms begin at
     * @param timeout limit for each single wait
     */
    public record Surroundings(
            Path stateRoot,
            Optional<Nodes> nodes,
            Optional<FabricPrograms> programs,
            List<String> command,
            Path base,
            RunBy runBy,
            Duration timeout) {
        public Surroundings {
            requireNonNull(stateRoot, "stateRoot");
            requireNonNull(nodes, "nodes");
            requireNonNull(programs, "programs");
            command = List.copyOf(command);
            requireNonNull(base, "base");
            requireNonNull(runBy, "runBy");
            requireNonNull(timeout, "timeout");
        }
    }

    /**
     * What the network was made of.
     *
     * @param programs folder of Fabric's programs; empty without
     */
    record Kind(Nodes nodes, String programs) {}

    /** Prepares to work with a network. Writes nothing yet. */
    public LocalPlatform(Network network, Surroundings surroundings, SecureRandom random) {
        this.network = requireNonNull(network, "network");
        this.names = new Names(network);
        this.surroundings = requireNonNull(surroundings, "surroundings");
        this.folder = new StateFolder(surroundings.stateRoot(), network.name());
        this.kept = StateFolder.readJson(folder.kind(), Kind.class);
        this.nodes = surroundings
                .nodes()
                .or(() -> kept.map(Kind::nodes))
                .orElseGet(() -> surroundings.programs().isPresent() ? Nodes.FABRIC : Nodes.EMBEDDED);
        this.programs = surroundings.programs().or(() -> kept.map(Kind::programs)
                .filter(path -> !path.isEmpty())
                .map(path -> new FabricPrograms(Path.of(path))));
        this.ports = new Ports(folder, random);
        this.addresses = new LocalAddresses(network, ports);
        this.secrets = new FileItems("Secret", folder.store().resolve("secrets"));
        this.records = new FileItems("Record", folder.store().resolve("records"));
        this.runner = new Runner(folder, surroundings.command(), surroundings.runBy());
    }

    /** What the nodes are. */
    public Nodes nodes() {
        return nodes;
    }

    @Override
    public String target() {
        String what = nodes == Nodes.FABRIC
                ? "Fabric's own programs"
                        + programs.map(found -> " in " + found.folder()).orElse("")
                : "embedded nodes, for development only";
        return "this machine, on " + what;
    }

    @Override
    public String alternative() {
        return (nodes == Nodes.FABRIC
                        ? "On embedded nodes: `--nodes embedded`"
                        : "On Fabric's own programs: `--nodes fabric`")
                + "; on a cluster: `--platform kubernetes`.";
    }

    @Override
    public String advice() {
        return runner.find().isPresent()
                ? Platform.super.advice()
                : "The process that runs the network's nodes has ended; `weft up` starts it again, with all they had.";
    }

    @Override
    public String place() {
        return "`" + folder.path() + "`";
    }

    @Override
    public void requireAbility() {
        List<String> problems = new ArrayList<>();
        otherKind().ifPresent(problems::add);
        if (nodes == Nodes.FABRIC) {
            programProblems(problems);
        }
        for (Organization organization : network.organizations()) {
            for (Peer peer : organization.peers()) {
                if (peer.stateDatabase() == StateDatabase.COUCHDB) {
                    problems.add("Peer `" + organization.name() + "/" + peer.name()
                            + "` wants CouchDB, which does not run on this machine. Use `stateDatabase: leveldb`, or"
                            + " `--platform kubernetes`.");
                }
            }
        }
        for (Channel channel : network.channels()) {
            for (Chaincode chaincode : channel.chaincodes()) {
                chaincodeProblem(channel, chaincode).ifPresent(problems::add);
            }
        }
        if (!problems.isEmpty()) {
            throw new RejectedException(String.join("\n", problems));
        }
    }

    private Optional<String> otherKind() {
        return kept.map(Kind::nodes)
                .filter(before -> before != nodes)
                .map(before -> "Network `" + network.name() + "` was made with `--nodes " + before
                        + "`, and its ledgers cannot be read by the other kind. Use that, or `weft down` first.");
    }

    private void programProblems(List<String> problems) {
        if (programs.isEmpty()
                || !FabricPrograms.missing(programs.get().folder()).isEmpty()) {
            problems.add("Fabric's programs `orderer`, `peer` and `fabric-ca-server` are not found together"
                    + programs.map(found -> " in `" + found.folder() + "`").orElse("")
                    + ". Name their folder in FABRIC_BIN or put it on the PATH, or use `--nodes embedded`.");
            return;
        }
        FabricVersion wanted = network.fabric().version();
        FabricVersion found = programs.get().version();
        if (wanted.major() != found.major() || wanted.minor() != found.minor()) {
            problems.add("The spec wants Fabric " + wanted + ", and the programs in `"
                    + programs.get().folder() + "` are " + found + ". Set `fabric.version: " + found
                    + "`, or name a folder with " + wanted.major() + "." + wanted.minor() + " in FABRIC_BIN.");
        }
        boolean chaincode = network.channels().stream()
                .anyMatch(channel -> !channel.chaincodes().isEmpty());
        if (chaincode && programs.get().builder().isEmpty()) {
            problems.add("Beside Fabric's programs in `" + programs.get().folder()
                    + "` there is no external builder for chaincode as a service. Put Fabric's folder `ccaas_builder`"
                    + " there, or `builders/ccaas` next to it; or use `--nodes embedded`.");
        }
    }

    private Optional<String> chaincodeProblem(Channel channel, Chaincode chaincode) {
        if (chaincode.organizations().isEmpty()) {
            return Optional.empty();
        }
        if (chaincode.local().isEmpty()) {
            return Optional.of(NodeFiles.withoutLocalForm(new ChaincodeRelease(
                    chaincode.organizations().get(0), new ChaincodeRef(channel.name(), chaincode.name()))));
        }
        return chaincode
                .local()
                .filter(LocalChaincode.Contract.class::isInstance)
                .flatMap(form -> ((LocalChaincode.Contract) form).jar())
                .map(surroundings.base()::resolve)
                .filter(jar -> !Files.isRegularFile(jar))
                .map(jar -> "Chaincode `" + channel.name() + "/" + chaincode.name() + "` is in `" + jar
                        + "`, which does not exist. Build it, or correct `local.jar`.");
    }

    /** Starts the process that runs the nodes, which takes as long as the first keys do. */
    @Override
    public void prepare() {
        otherKind().ifPresent(problem -> {
            throw new RejectedException(problem);
        });
        Thread thread = new Thread(
                () -> {
                    try {
                        runner.ensure();
                    } catch (RuntimeException e) {
                        LOG.debug("The first node will say why this does not work", e);
                    }
                },
                "weft-prepare");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public Spaces spaces() {
        return new LocalSpaces(folder);
    }

    @Override
    public Items secrets() {
        return secrets;
    }

    @Override
    public Items records() {
        return records;
    }

    @Override
    public Addresses addresses() {
        return addresses;
    }

    @Override
    public Workloads look(Supplier<String> networkId) {
        NodeFiles files = new NodeFiles(network, folder, addresses, secrets, nodes, programs, surroundings.base());
        return new LocalWorkloads(folder, addresses, files, runner, surroundings.timeout(), networkId);
    }

    @Override
    public Teardown teardown() {
        return new LocalTeardown(folder, runner, secrets, records, names.networkRecord());
    }

    @Override
    public Lock lock() {
        String holder = "pid " + ProcessHandle.current().pid();
        FileLock lock = FileLock.tryTake(folder.lock(), holder)
                .orElseThrow(() -> new ConflictException("Another run works on this network: `" + folder.lock()
                        + "` is held by " + FileLock.holder(folder.lock())
                        + ". Wait until it has finished."));
        ports.keep();
        if (folder.exists() && otherKind().isEmpty()) {
            String path = nodes == Nodes.FABRIC
                    ? programs.map(found -> found.folder().toString()).orElse("")
                    : "";
            StateFolder.writeJson(folder.kind(), new Kind(nodes, path));
        }
        return new Lock() {
            @Override
            public void requireHeld() {
                // The operating system gives it to nobody else as long as this process lives.
            }

            @Override
            public void close() {
                if (folder.exists()) {
                    lock.close();
                } else {
                    lock.remove();
                }
            }
        };
    }

    @Override
    public boolean runsNodes() {
        return runner.isHere();
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        runner.awaitEnd();
    }

    /** Ends the nodes if they run in this process; otherwise they go on. */
    @Override
    public void close() {
        runner.close();
    }
}
