package io.weft.local;

import io.weft.platform.Item;
import io.weft.platform.Items;
import io.weft.problem.ConflictException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Items as files, one for each; the network's lock keeps other processes from writing. */
final class FileItems implements Items {
    private static final String SUFFIX = ".json";

    private final String kind;
    private final Path folder;

    FileItems(String kind, Path folder) {
        this.kind = kind;
        this.folder = folder;
    }

    private Path file(String namespace, String name) {
        return folder.resolve(namespace).resolve(name + SUFFIX);
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public synchronized Creation createIfAbsent(Item item) {
        Optional<Item> existing = find(item.namespace(), item.name());
        if (existing.isPresent()) {
            return new Creation(existing.get(), false);
        }
        StateFolder.writeJson(file(item.namespace(), item.name()), item);
        return new Creation(item, true);
    }

    @Override
    public Optional<Item> find(String namespace, String name) {
        return StateFolder.readJson(file(namespace, name), Item.class);
    }

    @Override
    public List<Item> list(String namespace, Map<String, String> labels) {
        List<Item> result = new ArrayList<>();
        for (Path file : StateFolder.list(folder.resolve(namespace))) {
            if (file.toString().endsWith(SUFFIX)) {
                StateFolder.readJson(file, Item.class)
                        .filter(item -> item.labels().entrySet().containsAll(labels.entrySet()))
                        .ifPresent(result::add);
            }
        }
        return result;
    }

    /** Everything there is, in all namespaces. */
    List<Item> all() {
        return StateFolder.list(folder).stream()
                .flatMap(namespace -> list(namespace.getFileName().toString(), Map.of()).stream())
                .toList();
    }

    @Override
    public synchronized Item update(String namespace, String name, UnaryOperator<Item> change) {
        Item before = find(namespace, name)
                .orElseThrow(() -> new ConflictException(kind + " `" + namespace + "/" + name
                        + "` was to be updated, but it has been deleted. Run the command again."));
        Item after = change.apply(before);
        if (!after.equals(before)) {
            StateFolder.writeJson(file(namespace, name), after);
        }
        return after;
    }

    @Override
    public synchronized void delete(String namespace, String name, Map<String, String> labels) {
        find(namespace, name)
                .filter(item -> item.labels().entrySet().containsAll(labels.entrySet()))
                .ifPresent(item -> StateFolder.delete(file(namespace, name)));
    }
}
