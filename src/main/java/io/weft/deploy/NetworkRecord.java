package io.weft.deploy;

import io.weft.kubernetes.ConfigMap;
import io.weft.kubernetes.Metadata;
import io.weft.kubernetes.Store;
import io.weft.plan.Finding;
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
 * The network's own record: a ConfigMap with the ID that is stamped on everything weft makes for it. Whatever lies in
 * its namespaces under weft's names and carries another ID, or none, is not touched.
 */
final class NetworkRecord {
    private static final String ID = "networkId";
    private static final String NAMESPACES = "namespaces";
    private static final String WIPING = "wipingLedgers";
    private static final int ID_BYTES = 5;

    private final Surroundings surroundings;
    private final Store<ConfigMap> configMaps;
    private volatile Optional<ConfigMap> record = Optional.empty();

    NetworkRecord(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.configMaps = surroundings.cluster().configMaps();
    }

    private String namespace() {
        return surroundings.network().namespace();
    }

    private String name() {
        return surroundings.names().networkRecord();
    }

    /** Reads the record; afterwards {@link #id} answers. */
    Optional<String> read() {
        record = configMaps.find(namespace(), name());
        return record.map(map -> requireId(map));
    }

    private static String requireId(ConfigMap map) {
        String id = map.data().get(ID);
        if (id == null || id.isBlank()) {
            throw new ConflictException("ConfigMap `" + map.metadata().namespace() + "/"
                    + map.metadata().name() + "` has weft's name but no `" + ID + "`. Rename or remove it.");
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
        return record.map(map -> map.data().getOrDefault(NAMESPACES, "")).stream()
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
        record = Optional.of(configMaps.update(namespace(), name(), map -> {
            Set<String> all = new LinkedHashSet<>(namespaces());
            all.addAll(surroundings.network().namespaces());
            Map<String, String> data = new LinkedHashMap<>(map.data());
            data.put(NAMESPACES, String.join(",", all));
            return new ConfigMap(map.metadata(), data, map.binaryData());
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
        Metadata metadata = Metadata.of(namespace(), name(), labels(id), Map.of(ReleaseSpecs.NETWORK_ID, id));
        var creation = configMaps.createIfAbsent(new ConfigMap(
                metadata,
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
        return record.map(NetworkRecord::requireId)
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
        return record.isPresent() && record.get().data().containsKey(WIPING);
    }

    /** Notes that a wipe of the ledgers begins, or that it is done. */
    void setWiping(boolean wiping) {
        record = Optional.of(configMaps.update(namespace(), name(), map -> {
            Map<String, String> data = new LinkedHashMap<>(map.data());
            if (wiping) {
                data.put(WIPING, "true");
            } else {
                data.remove(WIPING);
            }
            return new ConfigMap(map.metadata(), data, map.binaryData());
        }));
    }

    /** Whether an object carries this network's ID. */
    boolean owns(Metadata metadata) {
        return id().equals(metadata.labels().get(ReleaseSpecs.NETWORK_ID));
    }

    /**
     * Refuses an object that lies under weft's name but is not this network's.
     *
     * @throws ConflictException naming both IDs
     */
    void requireOwn(String kind, Metadata metadata) {
        if (!owns(metadata)) {
            String other = metadata.labels().get(ReleaseSpecs.NETWORK_ID);
            throw new ConflictException(kind + " `" + metadata.namespace() + "/" + metadata.name() + "` "
                    + (other == null ? "was not made by weft" : "belongs to network `" + other + "`")
                    + "; this network is `" + id() + "`. It was not touched. Remove it, or choose another namespace.");
        }
    }
}
