package io.weft.kubernetes;

import static java.util.Objects.requireNonNull;

import io.weft.kubernetes.PodProgress.Stage;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.WeftException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The pods of a namespace, watched once for all releases in it. Waiting for a release ends as soon as its pod has come
 * far enough, or as soon as it is plain that it will not: then the exception names the object, its last condition and
 * events, the last lines of the failing container's log, the known cause, and the command to look further.
 */
public final class PodWatch implements AutoCloseable {
    private static final int LOG_LINES = 30;
    private static final int EVENTS_SHOWN = 3;
    private static final int MOST_WAKES = 10;
    private static final String WOKEN = "weft.io/woken";

    private final Api api;
    private final String namespace;
    private final Patience patience;
    private final Consumer<PodProgress> progress;
    private final LiveList pods;
    private final LiveList events;
    private final Instant opened;
    private final Map<String, Stage> reported = new HashMap<>();
    private final Map<String, Long> troubleSince = new ConcurrentHashMap<>();
    private final Set<String> deleted = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<String>> wakes = new ConcurrentHashMap<>();

    private PodWatch(
            Api api, String namespace, Map<String, String> labels, Patience patience, Consumer<PodProgress> progress) {
        this.api = api;
        this.namespace = namespace;
        this.patience = patience;
        this.progress = progress;
        CompletableFuture<LiveList> second = CompletableFuture.supplyAsync(
                () -> LiveList.open(api, Kind.EVENT, namespace, Map.of(), false), api.threads());
        this.pods = LiveList.open(api, Kind.POD, namespace, labels, false);
        this.events = KubeObjects.join(second);
        this.opened = api.serverTime().minusSeconds(2);
        pods.onChange(this::report);
        // Whoever waits looks at the events with the pods' lock held, so this must not wait for that lock.
        events.onChange(() -> api.threads().execute(() -> {
            report();
            pods.lookAgain();
        }));
    }

    static PodWatch open(
            Api api, String namespace, Map<String, String> labels, Patience patience, Consumer<PodProgress> progress) {
        PodWatch watch = new PodWatch(api, namespace, labels, patience, requireNonNull(progress, "progress"));
        watch.report();
        return watch;
    }

    /**
     * Waits until a pod of the release has come so far. With {@link Stage#RUNNING} its tunnel can be opened.
     *
     * @param release Helm release, which the pods carry as {@code app.kubernetes.io/instance}
     * @return the pod's name
     * @throws RejectedException if the pod cannot get there, with the reason
     * @throws TimedOutException if it did not get there in time, with what was last seen
     */
    public String await(String release, Stage stage, Duration timeout) {
        return await(release, stage, timeout, Optional.empty());
    }

    /**
     * Waits until the release's StatefulSet or Deployment has replaced every pod after a change, and they are ready.
     *
     * @throws RejectedException if a pod cannot get there, with the reason
     * @throws TimedOutException if they did not get there in time, with what was last seen
     */
    public void awaitRollout(String release, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        Optional<KubeObject> workload = Stream.of(Kind.STATEFUL_SET, Kind.DEPLOYMENT)
                .flatMap(kind ->
                        KubeObjects.list(api, kind, namespace, Map.of(PodView.RELEASE, release), false).stream())
                .findFirst();
        if (workload.isEmpty()) {
            throw new RejectedException("Release `" + namespace + "/" + release
                    + "` has no StatefulSet or Deployment, though it should. Run the command again.");
        }
        Kind kind = workload.get().kind();
        try (LiveList workloads = LiveList.open(api, kind, namespace, Map.of(PodView.RELEASE, release), false)) {
            workloads.onChange(() -> api.threads().execute(pods::lookAgain));
            forgetTroubles(release);
            await(release, Stage.READY, Duration.ofNanos(end - System.nanoTime()), Optional.of(workloads));
        }
    }

    /** The last lines that a container wrote, oldest first; empty if there are none. */
    public List<String> log(String pod, String container, boolean previous) {
        Reply reply = api.get(
                Kind.POD.path(namespace, pod) + "/log"
                        + Api.query(Map.of(
                                "container", container,
                                "tailLines", Integer.toString(LOG_LINES),
                                "previous", Boolean.toString(previous))),
                "read the log of container `" + container + "` of pod `" + pod + "`");
        return reply.ok() && !reply.text().isBlank() ? reply.text().lines().toList() : List.of();
    }

    @Override
    public void close() {
        pods.close();
        events.close();
    }

    private String await(String release, Stage stage, Duration timeout, Optional<LiveList> rollout) {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            // Some troubles count only when they last, and nothing changes then: look again about once a second.
            long step = Math.min(Math.max(0, end - System.nanoTime()), TimeUnit.SECONDS.toNanos(1));
            Optional<Verdict> verdict = pods.await(Duration.ofNanos(step), () -> judge(release, stage, rollout));
            if (verdict.isPresent() && verdict.get() instanceof Verdict.Reached reached) {
                return reached.pod();
            }
            if (verdict.isPresent() && verdict.get() instanceof Verdict.Outdated outdated) {
                // A StatefulSet does not replace a pod that never became ready; deleting it lets the new one come.
                KubeObjects.delete(
                        api,
                        Kind.POD,
                        namespace,
                        outdated.pod().name(),
                        outdated.pod().uid());
                deleted.add(outdated.pod().uid());
            }
            if (verdict.isPresent() && verdict.get() instanceof Verdict.Asleep asleep) {
                wake(asleep.pod());
            }
            if (verdict.isPresent() && verdict.get() instanceof Verdict.Hopeless hopeless) {
                throw new RejectedException(diagnosis(
                        "Release `" + namespace + "/" + release + "` does not start.", release, hopeless.reason()));
            }
            if (verdict.isEmpty() && System.nanoTime() >= end) {
                String wanted = stage == Stage.READY ? "ready" : stage == Stage.RUNNING ? "running" : "there";
                throw new TimedOutException(diagnosis(
                        "Release `" + namespace + "/" + release + "` was not " + wanted + " within "
                                + timeout.toSeconds() + " s.",
                        release,
                        ""));
            }
        }
    }

    /**
     * Has kubelet look at a pod again. When a volume is not there at first sight, because its claim is being bound or
     * because the API server does not know yet that the pod is on this node, kubelet waits 10 to 15 s before it tries
     * again, unless the pod changes ({@code backOffPeriod} in Kubernetes's {@code pkg/kubelet/kubelet.go}).
     */
    private void wake(KubeObject pod) {
        Map<String, Object> annotations = Map.of(WOKEN, api.serverTime().toString());
        api.patch(
                Kind.POD.path(namespace, pod.name()),
                Map.of("metadata", Map.of("annotations", annotations, "uid", pod.uid())),
                "have kubelet look at " + pod + " again");
    }

    /** Whether an event says since the last time that a volume was not there. */
    private boolean isAsleep(PodView pod) {
        Set<String> known = wakes.computeIfAbsent(pod.pod().uid(), uid -> ConcurrentHashMap.newKeySet());
        return pod.scheduled()
                && !pod.running()
                && known.size() < MOST_WAKES
                && eventsOf(pod.pod().uid(), "FailedMount")
                                .map(event -> Json.text(event, "metadata", "resourceVersion"))
                                .filter(known::add)
                                .count()
                        > 0;
    }

    /** What a look at the pods comes to, if it comes to anything yet. */
    private sealed interface Verdict {
        record Reached(String pod) implements Verdict {}

        record Hopeless(String reason) implements Verdict {}

        record Outdated(KubeObject pod) implements Verdict {}

        record Asleep(KubeObject pod) implements Verdict {}
    }

    /**
     * Something that keeps a pod from starting.
     *
     * @param cause what it is about, the same while its text changes
     * @param reason told only when patience is over: it takes a look at all events
     * @param patience how long it may last
     */
    private record Trouble(String cause, Supplier<String> reason, Duration patience) {}

    private Optional<Verdict> judge(String release, Stage stage, Optional<LiveList> rollout) {
        List<PodView> candidates = pods(release).filter(pod -> !pod.finished()).toList();
        Optional<KubeObject> workload =
                rollout.flatMap(list -> list.objects().stream().findFirst());
        if (rollout.isPresent()) {
            if (workload.isEmpty() || !workload.get().isObserved()) {
                // Its pods are those of before the change: their troubles say nothing.
                return Optional.empty();
            }
            if (rolledOut(workload.get())) {
                return Optional.of(new Verdict.Reached(
                        candidates.isEmpty() ? "" : candidates.get(0).name()));
            }
        } else {
            Optional<PodView> there = candidates.stream()
                    .filter(pod -> stage(pod).compareTo(stage) >= 0)
                    .findFirst();
            if (there.isPresent()) {
                return Optional.of(new Verdict.Reached(there.get().name()));
            }
        }
        Predicate<PodView> outdated = workload.map(w -> outdated(w, candidates)).orElse(pod -> false);
        Optional<Trouble> trouble = Optional.empty();
        for (PodView pod : candidates) {
            if (isAsleep(pod)) {
                return Optional.of(new Verdict.Asleep(pod.pod()));
            }
            Optional<Trouble> its = trouble(pod);
            if (its.isPresent() && outdated.test(pod)) {
                if (workload.get().kind() == Kind.STATEFUL_SET
                        && !deleted.contains(pod.pod().uid())) {
                    return Optional.of(new Verdict.Outdated(pod.pod()));
                }
            } else {
                trouble = trouble.or(() -> its);
            }
        }
        if (candidates.isEmpty()) {
            trouble = creationTrouble(release);
        }
        if (trouble.isEmpty()) {
            forgetTroubles(release);
            return Optional.empty();
        }
        Trouble found = trouble.get();
        long since = troubleSince.computeIfAbsent(release + "\0" + found.cause(), key -> System.nanoTime());
        return System.nanoTime() - since >= found.patience().toNanos()
                ? Optional.of(new Verdict.Hopeless(found.reason().get()))
                : Optional.empty();
    }

    private void forgetTroubles(String release) {
        troubleSince.keySet().removeIf(key -> key.startsWith(release + "\0"));
    }

    private static boolean rolledOut(KubeObject workload) {
        Map<String, Object> content = workload.content();
        long wanted = Json.at(content, "spec", "replicas").isPresent() ? Json.number(content, "spec", "replicas") : 1;
        return Json.number(content, "status", "updatedReplicas") == wanted
                && Json.number(content, "status", "readyReplicas") == wanted
                && Json.number(content, "status", "replicas") == wanted;
    }

    /**
     * Tells the pods of a revision before the last change. A Deployment does not tell its revision: it is that of the pod
     * made last.
     */
    private static Predicate<PodView> outdated(KubeObject workload, List<PodView> all) {
        boolean ordered = workload.kind() == Kind.STATEFUL_SET;
        String label = ordered ? "controller-revision-hash" : "pod-template-hash";
        String wanted = ordered
                ? Json.text(workload.content(), "status", "updateRevision")
                : all.stream()
                        .max(Comparator.comparing(
                                p -> PodView.time(p.pod().content(), "metadata", "creationTimestamp")))
                        .map(p -> p.pod().labels().getOrDefault(label, ""))
                        .orElse("");
        return pod -> !wanted.isEmpty()
                && !pod.pod().labels().getOrDefault(label, wanted).equals(wanted);
    }

    private Optional<Trouble> trouble(PodView pod) {
        for (Object status : pod.statuses()) {
            String container = "container `" + Json.text(status, "name") + "`";
            Map<String, Object> waiting = Json.map(status, "state", "waiting");
            Object ended = !Json.map(status, "state", "terminated").isEmpty()
                    ? Json.map(status, "state", "terminated")
                    : Json.map(status, "lastState", "terminated");
            boolean runs = !Json.map(status, "state", "running").isEmpty();
            if (!runs
                    && Json.number(status, "restartCount") >= patience.restarts()
                    && Json.number(ended, "exitCode") != 0) {
                return Optional.of(new Trouble(
                        "crash",
                        () -> container + " of pod `" + pod.name() + "` has crashed "
                                + (Json.number(status, "restartCount") + 1) + " times: " + PodView.ended(ended),
                        Duration.ZERO));
            }
            Supplier<String> reason =
                    () -> container + " of pod `" + pod.name() + "` is waiting: " + PodView.sentence(waiting);
            Optional<Trouble> its =
                    switch (Json.text(waiting, "reason")) {
                        case "InvalidImageName", "ErrImageNeverPull" ->
                            Optional.of(new Trouble("image", () -> withEvents(reason.get(), pod), Duration.ZERO));
                        case "ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError" ->
                            Optional.of(new Trouble("image", () -> withEvents(reason.get(), pod), patience.image()));
                        case "CreateContainerConfigError",
                                "CreateContainerError",
                                "RunContainerError",
                                "PreStartHookError" ->
                            Optional.of(new Trouble("configuration", reason, patience.configuration()));
                        default -> Optional.empty();
                    };
            if (its.isPresent()) {
                return its;
            }
        }
        Optional<Object> scheduling =
                pod.condition("PodScheduled").filter(c -> "Unschedulable".equals(Json.text(c, "reason")));
        if (scheduling.isPresent()) {
            return Optional.of(new Trouble(
                    "scheduling",
                    () -> "no node takes pod `" + pod.name() + "`: " + Json.text(scheduling.get(), "message")
                            + claimEvents(pod),
                    patience.scheduling()));
        }
        if (pod.scheduled() && !pod.running()) {
            Optional<String> mount = eventsOf(pod.pod().uid(), "FailedMount")
                    .map(e -> Json.text(e, "message"))
                    .filter(m -> m.contains("not found") || m.contains("non-existent"))
                    .findFirst();
            if (mount.isPresent()) {
                return Optional.of(new Trouble(
                        "configuration",
                        () -> "pod `" + pod.name() + "` cannot mount a volume: " + mount.get(),
                        patience.configuration()));
            }
        }
        return Optional.empty();
    }

    private Optional<Trouble> creationTrouble(String release) {
        return recentEvents(e -> "FailedCreate".equals(Json.text(e, "reason")) && ownedBy(release, e))
                .map(e -> new Trouble(
                        "creation",
                        () -> Json.text(e, "involvedObject", "kind") + " `" + Json.text(e, "involvedObject", "name")
                                + "` may not create its pod: " + Json.text(e, "message"),
                        patience.creation()))
                .findFirst();
    }

    /** Whether the event is about the release's StatefulSet, or about a ReplicaSet of its Deployment. */
    private static boolean ownedBy(String release, Object event) {
        String name = Json.text(event, "involvedObject", "name");
        return switch (Json.text(event, "involvedObject", "kind")) {
            case "StatefulSet", "Deployment" -> name.equals(release);
            case "ReplicaSet" ->
                name.startsWith(release + "-")
                        && name.substring(release.length() + 1).matches("[a-z0-9]{5,10}");
            default -> false;
        };
    }

    /** The registry's own text is in the events while the status only says that kubelet waits to try again. */
    private String withEvents(String reason, PodView pod) {
        if (!reason.contains("BackOff")) {
            return reason;
        }
        return eventsOf(pod.pod().uid())
                .filter(e -> "Failed".equals(Json.text(e, "reason")))
                .map(e -> Json.text(e, "message"))
                .filter(message -> message.contains("Failed to pull"))
                .reduce((first, second) -> second)
                .map(message -> reason + " (" + message + ")")
                .orElse(reason);
    }

    private String claimEvents(PodView pod) {
        List<String> claims = pod.claims();
        return recentEvents(e -> "PersistentVolumeClaim".equals(Json.text(e, "involvedObject", "kind"))
                        && claims.contains(Json.text(e, "involvedObject", "name"))
                        && !"ExternalProvisioning".equals(Json.text(e, "reason")))
                .map(e -> "; claim `" + Json.text(e, "involvedObject", "name") + "`: " + PodView.sentence(e))
                .reduce((first, second) -> second)
                .orElse("");
    }

    private Stream<Map<String, Object>> eventsOf(String uid, String reason) {
        return events.objects().stream()
                .map(KubeObject::content)
                .filter(e -> reason.equals(Json.text(e, "reason")) && uid.equals(Json.text(e, "involvedObject", "uid")))
                .sorted(Comparator.comparing(PodWatch::lastTime));
    }

    private Stream<Map<String, Object>> eventsOf(String uid) {
        return events.objects().stream()
                .map(KubeObject::content)
                .filter(e -> uid.equals(Json.text(e, "involvedObject", "uid")))
                .sorted(Comparator.comparing(PodWatch::lastTime));
    }

    /** Times are looked at last: reading them costs more than anything else here, and this is asked often. */
    private Stream<Map<String, Object>> recentEvents(Predicate<Map<String, Object>> filter) {
        return events.objects().stream()
                .map(KubeObject::content)
                .filter(filter)
                .filter(e -> !lastTime(e).isBefore(opened))
                .sorted(Comparator.comparing(PodWatch::lastTime));
    }

    private static Instant lastTime(Object event) {
        Instant last = PodView.time(event, "lastTimestamp");
        if (last.equals(Instant.EPOCH)) {
            last = PodView.time(event, "series", "lastObservedTime");
        }
        if (last.equals(Instant.EPOCH)) {
            last = PodView.time(event, "eventTime");
        }
        return last;
    }

    private Stream<PodView> pods(String release) {
        return pods.objects().stream().map(PodView::new).filter(pod -> pod.release()
                .equals(release));
    }

    private Stage stage(PodView pod) {
        if (pod.ready()) {
            return Stage.READY;
        }
        if (pod.running()) {
            return Stage.RUNNING;
        }
        if (!pod.scheduled()) {
            return Stage.CREATED;
        }
        if (hasStarted(pod)) {
            return Stage.RUNNING;
        }
        return pulled(pod).isPresent() ? Stage.PULLING : Stage.SCHEDULED;
    }

    /**
     * Whether kubelet has told that it started every container. It does so at once, but the pod's status follows the next
     * time that kubelet lists its containers, which it does once a second ({@code genericPlegRelistPeriod} in Kubernetes's
     * {@code pkg/kubelet/kubelet.go}).
     */
    private boolean hasStarted(PodView pod) {
        List<String> containers = pod.waitingForFirstStart();
        return !containers.isEmpty()
                && eventsOf(pod.pod().uid(), "Started")
                        .map(event -> Json.text(event, "involvedObject", "fieldPath"))
                        .toList()
                        .containsAll(containers);
    }

    private Optional<String> pulled(PodView pod) {
        return eventsOf(pod.pod().uid(), "Pulling")
                .map(e -> Json.text(e, "message"))
                .reduce((first, second) -> second);
    }

    private void report() {
        for (KubeObject object : pods.objects()) {
            PodView pod = new PodView(object);
            if (pod.finished() || pod.release().isEmpty()) {
                continue;
            }
            Stage stage = stage(pod);
            String detail =
                    switch (stage) {
                        case SCHEDULED -> Json.text(object.content(), "spec", "nodeName");
                        case PULLING -> pulled(pod).orElse("");
                        default -> "";
                    };
            synchronized (reported) {
                Stage before = reported.get(object.uid());
                if (before == null || before.compareTo(stage) < 0) {
                    reported.put(object.uid(), stage);
                    progress.accept(new PodProgress(namespace, pod.release(), pod.name(), stage, detail));
                }
            }
        }
    }

    private String diagnosis(String headline, String release, String reason) {
        List<String> lines = new ArrayList<>();
        lines.add(headline);
        Optional<PodView> subject = pods(release)
                .filter(pod -> !pod.pod().terminating())
                .min(Comparator.comparing((PodView pod) -> pod.ready())
                        .thenComparing(pod -> stage(pod))
                        .thenComparing(PodView::name));
        List<String> evidence = new ArrayList<>();
        evidence.add(reason);
        String next;
        if (subject.isPresent()) {
            PodView pod = subject.get();
            String node = Json.text(pod.pod().content(), "spec", "nodeName");
            lines.add("  Object: pod `" + namespace + "/" + pod.name() + "`"
                    + (node.isEmpty() ? ", not on a node yet" : " on node `" + node + "`"));
            lines.add("  Last seen: " + (reason.isEmpty() ? pod.lastSeen() : reason));
            evidence.add(pod.lastSeen());
            List<Map<String, Object>> its = eventsOf(pod.pod().uid())
                    .filter(e -> "Warning".equals(Json.text(e, "type")))
                    .toList();
            List<String> events = its.subList(Math.max(0, its.size() - EVENTS_SHOWN), its.size()).stream()
                    .map(PodView::sentence)
                    .toList();
            events.forEach(event -> lines.add("  Event: " + event));
            // The container knows best what ails it; of what was said, the last is the nearest to the trouble.
            evidence.addAll(lastFirst(appendLog(pod, lines)));
            evidence.addAll(lastFirst(events));
            next = "kubectl -n " + namespace + " describe pod " + pod.name();
        } else {
            lines.add("  Object: release `" + namespace + "/" + release + "`, which has no pod");
            String event = creationTrouble(release).map(t -> t.reason().get()).orElse("no event tells why");
            lines.add("  Last seen: " + (reason.isEmpty() ? event : reason));
            evidence.add(event);
            next = "kubectl -n " + namespace + " get events --sort-by=.lastTimestamp";
        }
        KnownCauses.of(evidence).ifPresent(cause -> lines.add("  Cause: " + cause));
        lines.add("  Next: `" + next + "`");
        return String.join("\n", lines);
    }

    private static List<String> lastFirst(List<String> texts) {
        List<String> result = new ArrayList<>(texts);
        Collections.reverse(result);
        return result;
    }

    /**
     * The container that fails, or else the one that is not ready, is the one whose last words matter.
     *
     * @return these, as they were written
     */
    private List<String> appendLog(PodView pod, List<String> lines) {
        Comparator<Object> worst = Comparator.<Object>comparingLong(s -> -Json.number(s, "restartCount"))
                .thenComparing(
                        s -> Json.at(s, "ready").map(Boolean.TRUE::equals).orElse(false));
        Optional<Object> failing = pod.statuses().stream()
                .filter(s -> Json.number(s, "restartCount") > 0
                        || !Json.map(s, "state", "terminated").isEmpty()
                        || !Json.map(s, "state", "running").isEmpty())
                .min(worst);
        if (failing.isEmpty()) {
            return List.of();
        }
        String container = Json.text(failing.get(), "name");
        boolean previous = !Json.map(failing.get(), "state", "waiting").isEmpty()
                && Json.number(failing.get(), "restartCount") > 0;
        List<String> log;
        try {
            log = log(pod.name(), container, previous);
        } catch (WeftException e) {
            lines.add("  Log of container `" + container + "`: not available (" + e.getMessage() + ")");
            return List.of();
        }
        if (!log.isEmpty()) {
            lines.add("  Last lines of the log of container `" + container + "`:");
            log.forEach(line -> lines.add("    " + line));
        }
        return log;
    }
}
