package io.weft.kubernetes;

import io.weft.kubernetes.Store.Creation;
import io.weft.problem.ConflictException;
import io.weft.problem.TimedOutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/** Objects of any kind that weft knows: what is there, and its removal. Every method blocks. */
public final class KubeObjects {
    /** What a network may leave in a namespace, in the order in which it is best removed. */
    public static final List<Kind> INVENTORY = List.of(
            Kind.STATEFUL_SET,
            Kind.DEPLOYMENT,
            Kind.REPLICA_SET,
            Kind.POD,
            Kind.SERVICE,
            Kind.POD_DISRUPTION_BUDGET,
            Kind.SERVICE_ACCOUNT,
            Kind.PERSISTENT_VOLUME_CLAIM,
            Kind.CONFIG_MAP,
            Kind.SECRET);

    private static final int MAX_CONFLICTS = 20;

    private final Api api;

    KubeObjects(Api api) {
        this.api = api;
    }

    /** The object with all its content. */
    public Optional<KubeObject> find(Kind kind, String namespace, String name) {
        Reply reply = api.get(kind.path(namespace, name), "read " + kind + " `" + namespace + "/" + name + "`");
        return reply.status() == 404 ? Optional.empty() : Optional.of(new KubeObject(kind, reply.body()));
    }

    /**
     * Objects of one kind with all their content.
     *
     * @param labels an empty value asks only that the label be there
     */
    public List<KubeObject> list(Kind kind, String namespace, Map<String, String> labels) {
        return list(api, kind, namespace, labels, false);
    }

    /**
     * Objects of several kinds, asked for at the same time.
     *
     * @return by kind, in the order of the given kinds
     */
    public Map<Kind, List<KubeObject>> list(Collection<Kind> kinds, String namespace, Map<String, String> labels) {
        return list(kinds, namespace, labels, false);
    }

    /**
     * The metadata of everything in {@link #INVENTORY} that carries the labels; no content, so no key either.
     *
     * @param labels an empty value asks only that the label be there
     */
    public List<KubeObject> inventory(String namespace, Map<String, String> labels) {
        List<KubeObject> result = new ArrayList<>();
        list(INVENTORY, namespace, labels, true).values().forEach(result::addAll);
        return result;
    }

    /** Creates the object, or reads the one of that name that is there already; never changes what is there. */
    public Creation<KubeObject> createIfAbsent(KubeObject object) {
        Kind kind = object.kind();
        for (int attempt = 1; ; attempt++) {
            Reply reply = api.post(kind.path(object.namespace()), object.content(), "create " + object);
            if (reply.status() != 409 || !"AlreadyExists".equals(reply.reason())) {
                return new Creation<>(new KubeObject(kind, reply.body()), true);
            }
            Optional<KubeObject> existing = find(kind, object.namespace(), object.name());
            if (existing.isPresent()) {
                return new Creation<>(existing.get(), false);
            }
            if (attempt == MAX_CONFLICTS) {
                throw reply.failure();
            }
        }
    }

    /**
     * Has a StatefulSet or Deployment run so many pods. Does not wait.
     *
     * @param workload what was read of it; only its name counts
     */
    public void scale(KubeObject workload, int replicas) {
        String path = workload.kind().path(workload.namespace(), workload.name());
        for (int attempt = 1; ; attempt++) {
            KubeObject current = find(workload.kind(), workload.namespace(), workload.name())
                    .orElseThrow(() -> new ConflictException(
                            workload + " was to be scaled, but it has been deleted. Run the command again."));
            Map<String, Object> content = new LinkedHashMap<>(current.content());
            Map<String, Object> spec = new LinkedHashMap<>(Json.map(content, "spec"));
            spec.put("replicas", replicas);
            content.put("spec", spec);
            Reply reply = api.put(path, content, "scale " + workload + " to " + replicas);
            if (reply.status() != 409 || attempt == MAX_CONFLICTS) {
                reply.body();
                return;
            }
        }
    }

    /**
     * Merges into an object what a patch has of it (RFC 7386). With {@code metadata.uid} in the patch, no other object
     * that has taken the name since is changed.
     *
     * @throws ConflictException if it is another object by now
     */
    public void merge(KubeObject object, Map<String, Object> patch) {
        api.patch(object.kind().path(object.namespace(), object.name()), patch, "change " + object)
                .body();
    }

    /**
     * Deletes exactly this object, and in the background what it owns. Does not wait.
     *
     * @return false if it was gone already
     * @throws ConflictException if another object has taken the name since it was read
     */
    public boolean delete(KubeObject object) {
        return delete(api, object.kind(), object.namespace(), object.name(), object.uid());
    }

    /**
     * Deletes exactly this pod, unless it is gone or replaced already. Does not wait.
     *
     * @param grace how long its programs may take to end before they are killed
     */
    public void delete(KubeObject pod, Duration grace) {
        Map<String, Object> options = new LinkedHashMap<>(deleteOptions(pod.uid()));
        options.put("gracePeriodSeconds", grace.toSeconds());
        Reply reply = api.delete(pod.kind().path(pod.namespace(), pod.name()), options, "delete " + pod);
        if (reply.status() != 404 && reply.status() != 409 && !reply.ok()) {
            throw reply.failure();
        }
    }

    /**
     * Waits until these objects are gone; others of the same name made since do not count.
     *
     * @throws TimedOutException naming what is left and the finalizers that hold it
     */
    public void awaitGone(Collection<KubeObject> objects, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        Map<String, List<KubeObject>> groups = objects.stream()
                .collect(Collectors.groupingBy(
                        o -> o.kind().path(o.namespace()), LinkedHashMap::new, Collectors.toList()));
        for (List<KubeObject> group : groups.values()) {
            KubeObject first = group.get(0);
            List<String> uids = group.stream().map(KubeObject::uid).toList();
            try (LiveList live = LiveList.open(api, first.kind(), first.namespace(), Map.of(), true)) {
                boolean gone = live.await(
                                Duration.ofNanos(end - System.nanoTime()),
                                () -> live.objects().stream().noneMatch(o -> uids.contains(o.uid()))
                                        ? Optional.of(true)
                                        : Optional.empty())
                        .isPresent();
                if (!gone) {
                    throw new TimedOutException("Still there after " + timeout.toSeconds() + " s: "
                            + live.objects().stream()
                                    .filter(o -> uids.contains(o.uid()))
                                    .map(KubeObjects::left)
                                    .collect(Collectors.joining(", "))
                            + ". Look at `kubectl -n " + first.namespace() + " get "
                            + first.kind().plural() + " -o yaml`, then run the command again.");
                }
            }
        }
    }

    private static String left(KubeObject object) {
        String state = object.terminating() ? " (being deleted" : " (not being deleted";
        String finalizers = object.finalizers().isEmpty() ? "" : ", finalizers " + object.finalizers();
        return object + state + finalizers + ")";
    }

    private Map<Kind, List<KubeObject>> list(
            Collection<Kind> kinds, String namespace, Map<String, String> labels, boolean metadataOnly) {
        Map<Kind, CompletableFuture<List<KubeObject>>> pending = new LinkedHashMap<>();
        for (Kind kind : kinds) {
            pending.put(
                    kind,
                    CompletableFuture.supplyAsync(
                            () -> list(api, kind, namespace, labels, metadataOnly), api.threads()));
        }
        Map<Kind, List<KubeObject>> result = new LinkedHashMap<>();
        pending.forEach((kind, list) -> result.put(kind, join(list)));
        return result;
    }

    static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    static List<KubeObject> list(
            Api api, Kind kind, String namespace, Map<String, String> labels, boolean metadataOnly) {
        String path = kind.path(namespace) + Api.query(Api.labelQuery(labels));
        String intent = "list " + kind.plural() + " in namespace `" + namespace + "`";
        Reply reply = metadataOnly ? api.getMetadata(path, intent) : api.get(path, intent);
        return objects(kind, reply.body());
    }

    static List<KubeObject> objects(Kind kind, Map<String, Object> list) {
        return Json.list(list, "items").stream()
                .map(item -> new KubeObject(kind, Json.map(item)))
                .toList();
    }

    static boolean delete(Api api, Kind kind, String namespace, String name, String uid) {
        Map<String, Object> options = deleteOptions(uid);
        String shown = kind + " `" + (namespace.isEmpty() ? "" : namespace + "/") + name + "`";
        Reply reply = api.delete(kind.path(namespace, name), options, "delete " + shown);
        if (reply.status() == 404) {
            return false;
        }
        if (reply.status() == 409) {
            throw new ConflictException(shown + " was not deleted, because it is no longer the object that was"
                    + " looked at: " + reply.message());
        }
        if (!reply.ok()) {
            throw reply.failure();
        }
        return true;
    }

    private static Map<String, Object> deleteOptions(String uid) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("apiVersion", "v1");
        options.put("kind", "DeleteOptions");
        options.put("propagationPolicy", "Background");
        if (!uid.isEmpty()) {
            options.put("preconditions", Map.of("uid", uid));
        }
        return options;
    }
}
