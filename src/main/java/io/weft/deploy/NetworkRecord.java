package io.weft.deploy;

import io.weft.plan.Finding;
import io.weft.platform.Item;
import io.weft.platform.Items;
import io.weft.problem.ConflictException;
import io.weft.release.ReleaseSpecs;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The network's own record, with the ID that is stamped on everything weft makes for it. Whatever lies in
 * its namespaces under weft's names and carries another ID, or none, is not touched.
 */
final class NetworkRecord {
    private static final String ID = "networkId";
    private static final String NAMESPACES = "namespaces";
    private static final String WIPING = "wipingLedgers";
    private static final int ID_BYTES = 5;

    private final Surroundings surroundings;
    private final Items records;
    private volatile Optional<Item> record = Optional.empty();

    NetworkRecord(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.records = surroundings.platform().records();
    }

    private String namespace() {
        return surroundings.network().namespace();
    }

    private String name() {
        return surroundings.names().networkRecord();
    }

    /** Reads the record; afterwards {@link #id} answers. */
    Optional<String> read() {
        record = records.find(namespace(), name());
        return record.map(this::requireId);
    }

    private String requireId(Item item) {
        String id = item.texts().get(ID);
        if (id == null || id.isBlank()) {
            throw new ConflictException(records.kind() + " `" + item.path() + "` has weft's name but no `" + ID
                    + "`. Rename or remove it.");
        }
        return id;
    }

    /** What is there; the record must have been read. */
    Finding examine() {
        if (record.isEmpty()) {
            return Finding.ABSENT;
        }
        if (isWiping()) {
            return Finding.different(List.of("A reset was begun and not finished."));
        }
        List<String> missing = missingNamespaces();
        return missing.isEmpty()
                ? Finding.DONE
                : Finding.different(List.of("It does not name namespace `" + String.join("`, `", missing) + "` yet."));
    }

    /**
     * The namespaces in which the network has or once had anything, as the record says; the spec may name others.
     */
    List<String> namespaces() {
        return record.map(item -> item.texts().getOrDefault(NAMESPACES, "")).stream()
                .flatMap(text -> Stream.of(text.split(",", -1)))
                .filter(name -> !name.isBlank())
                .toList();
    }

    private List<String> missingNamespaces() {
        List<String> known = namespaces();
        return surroundings.network().namespaces().stream()
                .filter(name -> !known.contains(name))
                .toList();
    }

    private boolean addNamespaces() {
        if (missingNamespaces().isEmpty()) {
            return false;
        }
        record = Optional.of(records.update(namespace(), name(), item -> {
            Set<String> all = new LinkedHashSet<>(namespaces());
            all.addAll(surroundings.network().namespaces());
            Map<String, String> texts = new LinkedHashMap<>(item.texts());
            texts.put(NAMESPACES, String.join(",", all));
            return item.withTexts(texts);
        }));
        return true;
    }

    /** Makes the record, with a new ID, unless there is one; adds namespaces that are new in the spec. */
    boolean create() {
        if (read().isPresent()) {
            return addNamespaces();
        }
        byte[] bytes = new byte[ID_BYTES];
        surroundings.random().nextBytes(bytes);
        // A letter first: in YAML, digits with an e among them are a number.
        String id = "n" + HexFormat.of().formatHex(bytes);
        var creation = records.createIfAbsent(new Item(
                namespace(),
                name(),
                labels(id),
                Map.of(ReleaseSpecs.NETWORK_ID, id),
                Map.of(
                        ID,
                        id,
                        "network",
                        surroundings.network().name(),
                        NAMESPACES,
                        String.join(",", surroundings.network().namespaces())),
                Map.of()));
        record = Optional.of(creation.value());
        requireId(creation.value());
        return creation.created();
    }

    /**
     * The network's ID.
     *
     * @throws IllegalStateException before the record was read or created
     */
    String id() {
        return record.map(this::requireId)
                .orElseThrow(() -> new IllegalStateException("The network has no record yet"));
    }

    /** Labels of everything that weft makes itself, beside what Helm makes. */
    Map<String, String> labels() {
        return labels(id());
    }

    private Map<String, String> labels(String id) {
        Map<String, String> labels = new LinkedHashMap<>(ReleaseSpecs.labels(surroundings.network(), id));
        labels.put("app.kubernetes.io/managed-by", "weft");
        return labels;
    }

    /** Whether a wipe of the ledgers was begun and not finished. */
    boolean isWiping() {
        return record.isPresent() && record.get().texts().containsKey(WIPING);
    }

    /** Notes that a wipe of the ledgers begins, or that it is done. */
    void setWiping(boolean wiping) {
        record = Optional.of(records.update(namespace(), name(), item -> {
            Map<String, String> texts = new LinkedHashMap<>(item.texts());
            if (wiping) {
                texts.put(WIPING, "true");
            } else {
                texts.remove(WIPING);
            }
            return item.withTexts(texts);
        }));
    }

    /** Whether an object carries this network's ID. */
    boolean owns(Item item) {
        return id().equals(item.labels().get(ReleaseSpecs.NETWORK_ID));
    }

    /**
     * Refuses an object that lies under weft's name but is not this network's.
     *
     * @throws ConflictException naming both IDs
     */
    void requireOwn(String kind, Item item) {
        if (!owns(item)) {
            String other = item.labels().get(ReleaseSpecs.NETWORK_ID);
            throw new ConflictException(kind + " `" + item.path() + "` "
                    + (other == null ? "was not made by weft" : "belongs to network `" + other + "`")
                    + "; this network is `" + id() + "`. It was not touched. Remove it, or choose another namespace.");
        }
    }
}
