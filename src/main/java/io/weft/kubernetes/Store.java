package io.weft.kubernetes;

import io.weft.problem.ConflictException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Secrets or ConfigMaps of a cluster. Every method blocks, and throws a {@code WeftException} when Kubernetes cannot be
 * reached or refuses.
 *
 * @param <T> {@link Secret} or {@link ConfigMap}
 */
public final class Store<T> {
    private static final int MAX_CONFLICTS = 20;

    private final Api api;
    private final Kind kind;
    private final Function<KubeObject, T> read;
    private final BiFunction<T, Map<String, Object>, Map<String, Object>> write;
    private final Function<T, Metadata> metadata;

    Store(
            Api api,
            Kind kind,
            Function<KubeObject, T> read,
            BiFunction<T, Map<String, Object>, Map<String, Object>> write,
            Function<T, Metadata> metadata) {
        this.api = api;
        this.kind = kind;
        this.read = read;
        this.write = write;
        this.metadata = metadata;
    }

    /**
     * What is in the cluster after a creation.
     *
     * @param value the object as it now is: the given one, or the one that was there before
     * @param created whether it was created by this call; false also when it was, but the reply to it was lost
     */
    public record Creation<T>(T value, boolean created) {}

    /** Creates the object, or reads the one that is there already; never changes what is there. */
    public Creation<T> createIfAbsent(T value) {
        Metadata wanted = metadata.apply(value);
        for (int attempt = 1; ; attempt++) {
            Reply reply =
                    api.post(kind.path(wanted.namespace()), write.apply(value, Map.of()), intent("create", wanted));
            if (reply.status() != 409 || !"AlreadyExists".equals(reply.reason())) {
                return new Creation<>(read.apply(new KubeObject(kind, reply.body())), true);
            }
            Optional<T> existing = find(wanted.namespace(), wanted.name());
            if (existing.isPresent()) {
                return new Creation<>(existing.get(), false);
            }
            if (attempt == MAX_CONFLICTS) {
                throw reply.failure();
            }
        }
    }

    /** The object of that name. */
    public Optional<T> find(String namespace, String name) {
        return findObject(namespace, name).map(read);
    }

    /**
     * All objects that carry all these labels.
     *
     * @param labels an empty value asks only that the label be there
     */
    public List<T> list(String namespace, Map<String, String> labels) {
        return KubeObjects.list(api, kind, namespace, labels, false).stream()
                .map(read)
                .toList();
    }

    /**
     * Changes an object, starting again from what is there when somebody else changed it meanwhile. Fields that the
     * record does not show are kept. Writes nothing if the change makes no difference.
     *
     * @param change gets the current object, returns the wanted one; may be called several times
     * @return the object as it now is
     * @throws ConflictException if the object does not exist, or changes faster than it can be written
     */
    public T update(String namespace, String name, UnaryOperator<T> change) {
        for (int attempt = 1; ; attempt++) {
            KubeObject current = findObject(namespace, name)
                    .orElseThrow(() -> new ConflictException(kind + " `" + namespace + "/" + name
                            + "` was to be updated, but it has been deleted. Run the command again."));
            T before = read.apply(current);
            T after = change.apply(before);
            if (after.equals(before)) {
                return before;
            }
            Reply reply = api.put(
                    kind.path(namespace, name),
                    write.apply(after, current.content()),
                    intent("update", metadata.apply(after)));
            if (reply.status() != 409 || attempt == MAX_CONFLICTS) {
                return read.apply(new KubeObject(kind, reply.body()));
            }
        }
    }

    /**
     * Deletes exactly this object.
     *
     * @param uid of the object that is meant: one of the same name made later is left alone
     * @return false if it was gone already
     * @throws ConflictException if another object has taken the name
     */
    public boolean delete(String namespace, String name, String uid) {
        return KubeObjects.delete(api, kind, namespace, name, uid);
    }

    private Optional<KubeObject> findObject(String namespace, String name) {
        Reply reply = api.get(kind.path(namespace, name), "read " + kind + " `" + namespace + "/" + name + "`");
        return reply.status() == 404 ? Optional.empty() : Optional.of(new KubeObject(kind, reply.body()));
    }

    private String intent(String verb, Metadata object) {
        return verb + " " + kind + " `" + object.namespace() + "/" + object.name() + "`";
    }
}
