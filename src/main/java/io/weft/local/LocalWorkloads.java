package io.weft.local;

import io.weft.local.Control.NodeState;
import io.weft.local.Control.Order;
import io.weft.local.Control.State;
import io.weft.local.NodeDescription.Kind;
import io.weft.plan.Finding;
import io.weft.plan.Release;
import io.weft.platform.Wanted;
import io.weft.platform.Workloads;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.protocol.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The nodes of a network on this machine: folders that describe them, and a process that runs them. */
final class LocalWorkloads implements Workloads {
    private static final Duration TURN = Duration.ofSeconds(2);
    private static final int LOG_LINES = 10;
    private static final List<String> KEPT = List.of(NodeFiles.DATA, "log", "pid.json");

    private final StateFolder folder;
    private final LocalAddresses addresses;
    private final NodeFiles files;
    private final Runner runner;
    private final Duration timeout;
    private final Supplier<String> networkId;
    private final Map<String, NodeDescription> described = new ConcurrentHashMap<>();
    private final Map<String, NodeState> states = new ConcurrentHashMap<>();
    private boolean read;

    LocalWorkloads(
            StateFolder folder,
            LocalAddresses addresses,
            NodeFiles files,
            Runner runner,
            Duration timeout,
            Supplier<String> networkId) {
        this.folder = folder;
        this.addresses = addresses;
        this.files = files;
        this.runner = runner;
        this.timeout = timeout;
        this.networkId = networkId;
    }

    @Override
    public void readReleases(String namespace) {
        readOnce();
    }

    @Override
    public void readRunning(String namespace) {
        readOnce();
    }

    /** One folder and one process serve all namespaces. */
    private synchronized void readOnce() {
        if (!read) {
            read = true;
            Daemon.descriptions(folder).forEach(node -> described.put(node.key(), node));
            try {
                runner.find()
                        .ifPresent(client -> states.putAll(
                                client.ask(Order.STATUS, List.of()).nodes()));
            } catch (UnreachableException e) {
                // It is ending; then its nodes do not run.
            }
        }
    }

    @Override
    public void readDrift() {
        // Nobody but weft writes into the folders.
    }

    @Override
    public Finding examine(Release release, Optional<Wanted> wanted) {
        NodeDescription found = described.get(addresses.key(release));
        if (found == null) {
            return Finding.ABSENT;
        }
        if (wanted.isEmpty()) {
            return Finding.unknown("Its keys are not known yet.");
        }
        List<String> differences = new ArrayList<>();
        if (!files.of(wanted.get(), networkId.get()).description().digest().equals(found.digest())) {
            differences.add("Its settings or keys have changed.");
        }
        NodeState state = states.get(found.key());
        if (state == null || (state.state() != State.READY && state.state() != State.STARTING)) {
            differences.add(
                    "It does not run." + (state == null || state.detail().isEmpty() ? "" : " " + state.detail()));
        }
        return differences.isEmpty() ? Finding.DONE : Finding.different(differences);
    }

    @Override
    public boolean ran(Release release) {
        NodeState state = states.get(addresses.key(release));
        return state != null && state.state() == State.READY;
    }

    @Override
    public Finding examineReadiness(Release release) {
        String key = addresses.key(release);
        if (!described.containsKey(key)) {
            return Finding.ABSENT;
        }
        NodeState state = states.get(key);
        if (state == null) {
            return Finding.unknown("It does not run; `weft up` starts it.");
        }
        return switch (state.state()) {
            case READY -> Finding.DONE;
            case STARTING -> Finding.unknown("It is starting.");
            case ENDED -> Finding.unknown(state.detail() + " `weft up` starts it again.");
            case STOPPED -> Finding.unknown("It was stopped; `weft up` starts it.");
        };
    }

    @Override
    public boolean claimsStorage() {
        return false;
    }

    @Override
    public Finding examineStorage(Release release) {
        return Finding.DONE;
    }

    @Override
    public boolean claimStorage(Release release) {
        return false;
    }

    @Override
    public boolean install(Wanted wanted) {
        NodeFiles.Contents contents = files.of(wanted, networkId.get());
        NodeDescription node = contents.description();
        NodeDescription before = described.get(node.key());
        boolean same = before != null && before.digest().equals(node.digest());
        if (!same) {
            if (before != null) {
                runner.find().ifPresent(client -> client.ask(Order.STOP, List.of(node.key())));
                StateFolder.list(folder.node(node.key())).stream()
                        .filter(file -> !KEPT.contains(file.getFileName().toString()))
                        .forEach(StateFolder::delete);
            }
            contents.files()
                    .forEach((name, text) ->
                            StateFolder.write(folder.node(node.key()).resolve(name), text));
            StateFolder.makeFolder(folder.node(node.key()).resolve(NodeFiles.DATA));
            // Last: whoever runs the nodes starts what has a description.
            StateFolder.writeJson(folder.description(node.key()), node);
            described.put(node.key(), node);
        }
        if (same && ran(wanted.release())) {
            return false;
        }
        runner.ensure().ask(Order.START, List.of(node.key()));
        return true;
    }

    @Override
    public void awaitRunning(Release release, Consumer<String> note) {
        await(release, note);
    }

    @Override
    public void awaitReady(Release release, Consumer<String> note) {
        await(release, note);
    }

    private void await(Release release, Consumer<String> note) {
        if (ran(release)) {
            return;
        }
        String key = addresses.key(release);
        note.accept("starting");
        Deadline deadline = Deadline.after(timeout);
        while (true) {
            NodeState state = runner.ensure()
                    .ask(Order.AWAIT, List.of(key), deadline.remaining(TURN))
                    .nodes()
                    .get(key);
            if (state == null) {
                throw new RejectedException("Node `" + release + "` is not there. Run `weft up`.");
            }
            states.put(key, state);
            if (state.state() == State.READY) {
                note.accept("ready");
                return;
            }
            if (state.state() != State.STARTING) {
                throw new RejectedException(
                        (state.detail().isEmpty() ? "`" + release + "` was stopped." : state.detail()) + log(key));
            }
            if (deadline.hasPassed()) {
                throw new TimedOutException("`" + release + "` runs, but did not accept connections within "
                        + timeout.toSeconds() + " s." + log(key));
            }
        }
    }

    private String log(String key) {
        List<String> lines = StateFolder.tail(folder.log(key), LOG_LINES);
        return lines.isEmpty()
                ? ""
                : "\n  Last lines of `" + folder.log(key) + "`:\n    " + String.join("\n    ", lines);
    }

    @Override
    public List<String> leftovers(Collection<Release> wanted) {
        Set<String> keys = wanted.stream().map(addresses::key).collect(Collectors.toSet());
        return described.keySet().stream()
                .filter(key -> !keys.contains(key))
                .sorted()
                .map(key -> "node " + key)
                .toList();
    }

    @Override
    public boolean stop(Release release) {
        readOnce();
        boolean ran = ran(release);
        if (ran) {
            String key = addresses.key(release);
            states.putAll(runner.ensure().ask(Order.STOP, List.of(key)).nodes());
        }
        return ran;
    }

    @Override
    public void start(Release release, Consumer<String> note) {
        readOnce();
        if (!ran(release)) {
            runner.ensure().ask(Order.START, List.of(addresses.key(release)));
            await(release, note);
        }
    }

    @Override
    public void wipe(Consumer<String> note) {
        List<String> keys = Daemon.descriptions(folder).stream()
                .filter(node -> node.kind() == Kind.ORDERER || node.kind() == Kind.PEER)
                .map(NodeDescription::key)
                .toList();
        note.accept("Stopping " + keys.size() + " nodes and deleting their ledgers ...");
        runner.ensure();
        runner.discard(keys);
        keys.forEach(key -> {
            StateFolder.delete(folder.node(key).resolve(NodeFiles.DATA));
            StateFolder.makeFolder(folder.node(key).resolve(NodeFiles.DATA));
        });
        runner.ensure().ask(Order.START, keys, timeout);
    }

    @Override
    public void close() {
        // Reads files only.
    }
}
