package io.weft.kubernetes;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a pod's status says, in the terms of {@link PodWatch}. */
record PodView(KubeObject pod) {
    /** The label by which a release's pods are found. */
    static final String RELEASE = "app.kubernetes.io/instance";

    String release() {
        return pod.labels().getOrDefault(RELEASE, "");
    }

    String name() {
        return pod.name();
    }

    boolean finished() {
        String phase = Json.text(pod.content(), "status", "phase");
        return pod.terminating() || "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    boolean scheduled() {
        return !Json.text(pod.content(), "spec", "nodeName").isEmpty();
    }

    boolean ready() {
        return condition("Ready")
                .filter(c -> "True".equals(Json.text(c, "status")))
                .isPresent();
    }

    /** Whether every container runs; sidecars among the init containers run before them. */
    boolean running() {
        int wanted = Json.list(pod.content(), "spec", "containers").size();
        List<Object> statuses = Json.list(pod.content(), "status", "containerStatuses");
        return wanted > 0
                && statuses.size() == wanted
                && statuses.stream()
                        .allMatch(s -> !Json.map(s, "state", "running").isEmpty());
    }

    /**
     * The containers of a pod whose status does not know yet that any has ever started, as events name them: {@code
     * spec.containers{peer}}. Empty when the status knows more.
     */
    List<String> waitingForFirstStart() {
        boolean untouched = Json.list(pod.content(), "status", "containerStatuses").stream()
                .allMatch(s -> Json.map(s, "state", "running").isEmpty()
                        && Json.map(s, "state", "terminated").isEmpty()
                        && Json.map(s, "lastState").isEmpty());
        return untouched
                ? Json.list(pod.content(), "spec", "containers").stream()
                        .map(container -> "spec.containers{" + Json.text(container, "name") + "}")
                        .toList()
                : List.of();
    }

    boolean anyRunning() {
        return Json.list(pod.content(), "status", "containerStatuses").stream()
                .anyMatch(s -> !Json.map(s, "state", "running").isEmpty());
    }

    Optional<Object> condition(String type) {
        return Json.list(pod.content(), "status", "conditions").stream()
                .filter(c -> type.equals(Json.text(c, "type")))
                .findFirst();
    }

    List<Object> statuses() {
        return Stream.of("initContainerStatuses", "containerStatuses")
                .flatMap(field -> Json.list(pod.content(), "status", field).stream())
                .toList();
    }

    /** Claims the pod mounts. */
    List<String> claims() {
        List<String> result = new ArrayList<>();
        for (Object volume : Json.list(pod.content(), "spec", "volumes")) {
            String claim = Json.text(volume, "persistentVolumeClaim", "claimName");
            if (!claim.isEmpty()) {
                result.add(claim);
            }
        }
        return result;
    }

    /** One sentence about what it waits for, or how it ended. */
    String lastSeen() {
        for (Object status : statuses()) {
            Map<String, Object> waiting = Json.map(status, "state", "waiting");
            String reason = Json.text(waiting, "reason");
            if (!waiting.isEmpty() && !"PodInitializing".equals(reason)) {
                return "container `" + Json.text(status, "name") + "` is waiting: " + sentence(waiting);
            }
        }
        Optional<Object> scheduling = condition("PodScheduled").filter(c -> "False".equals(Json.text(c, "status")));
        if (scheduling.isPresent()) {
            return "not scheduled: " + sentence(scheduling.get());
        }
        for (Object status : statuses()) {
            Map<String, Object> terminated = Json.map(status, "state", "terminated");
            if (!terminated.isEmpty() && Json.number(terminated, "exitCode") != 0) {
                return "container `" + Json.text(status, "name") + "` ended: " + ended(terminated);
            }
        }
        for (Object status : statuses()) {
            if (!Json.map(status, "state", "running").isEmpty()
                    && Boolean.FALSE.equals(Json.at(status, "ready").orElse(true))) {
                return "container `" + Json.text(status, "name")
                        + "` runs, but its readiness probe does not succeed yet";
            }
        }
        Optional<Object> ready = condition("Ready").filter(c -> "False".equals(Json.text(c, "status")));
        return ready.map(PodView::sentence).orElse("phase " + Json.text(pod.content(), "status", "phase"));
    }

    static String sentence(Object reasonAndMessage) {
        String reason = Json.text(reasonAndMessage, "reason");
        String message = Json.text(reasonAndMessage, "message").strip();
        return message.isEmpty() ? reason : reason + ": " + message;
    }

    static String ended(Object terminated) {
        String reason = Json.text(terminated, "reason");
        String message = Json.text(terminated, "message").strip();
        return "exit code " + Json.number(terminated, "exitCode")
                + (reason.isEmpty() ? "" : " (" + reason + ")")
                + (message.isEmpty() ? "" : ": " + message);
    }

    static Instant time(Object object, String... keys) {
        try {
            return Instant.parse(Json.text(object, keys));
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
