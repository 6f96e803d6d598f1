package io.weft.local;

import io.weft.platform.Item;
import io.weft.platform.Teardown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** Stops everything and removes the state folder, the network's record last. */
final class LocalTeardown implements Teardown {
    private final StateFolder folder;
    private final Runner runner;
    private final FileItems secrets;
    private final FileItems records;
    private final String record;
    private final List<String> removed = new ArrayList<>();

    LocalTeardown(StateFolder folder, Runner runner, FileItems secrets, FileItems records, String record) {
        this.folder = folder;
        this.runner = runner;
        this.secrets = secrets;
        this.records = records;
        this.record = record;
    }

    @Override
    public void removeObjects(String networkId, Collection<String> namespaces, Consumer<String> note) {
        List<NodeDescription> nodes = Daemon.descriptions(folder);
        note.accept("Stopping " + nodes.size() + " nodes ...");
        runner.discard(nodes.stream().map(NodeDescription::key).toList());
        runner.end();
        for (NodeDescription node : nodes) {
            StateFolder.delete(folder.node(node.key()));
            removed.add("node " + node.key());
        }
        for (Item secret : secrets.all()) {
            secrets.delete(secret.namespace(), secret.name(), secret.labels());
            removed.add(secrets.kind() + " " + secret.path());
        }
        List<Item> all = new ArrayList<>(records.all());
        all.sort((a, b) -> Boolean.compare(a.name().equals(record), b.name().equals(record)));
        for (Item item : all) {
            records.delete(item.namespace(), item.name(), item.labels());
            removed.add(records.kind() + " " + item.path());
        }
    }

    @Override
    public void removeNamespaces(Collection<String> namespaces, Consumer<String> note) {
        if (folder.exists()) {
            runner.end();
            StateFolder.delete(folder.path());
            StateFolder.delete(folder.lock());
            if (StateFolder.list(folder.root()).equals(List.of(folder.portsLock()))) {
                StateFolder.delete(folder.root()); // This was the last network.
            }
            removed.add("folder " + folder.path());
        }
    }

    @Override
    public List<String> removed() {
        return List.copyOf(removed);
    }

    @Override
    public List<String> kept() {
        return List.of();
    }
}
