package io.weft.kubernetes;

import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Namespaces: made when missing, waited for while they go. Every method blocks. */
public final class Namespaces {
    private final Api api;

    Namespaces(Api api) {
        this.api = api;
    }

    /** What is known of a namespace. */
    public sealed interface State {
        /** There is none of that name. */
        record Absent() implements State {}

        /** It can be used. */
        record Active(Metadata metadata) implements State {}

        /**
         * It is being deleted and takes no new objects.
         *
         * @param remaining what Kubernetes says holds it up; possibly empty
         */
        record Terminating(Metadata metadata, List<String> remaining) implements State {}

        /** weft is not allowed to look. */
        record Unknown(String reason) implements State {}
    }

    /** What is there under that name. */
    public State state(String name) {
        Reply reply = api.get(Kind.NAMESPACE.path("", name), "read namespace `" + name + "`");
        if (reply.status() == 404) {
            return new State.Absent();
        }
        if (reply.status() == 403) {
            return new State.Unknown(reply.message());
        }
        return state(new KubeObject(Kind.NAMESPACE, reply.body()));
    }

    /**
     * Makes sure the namespace can be used; waits while an earlier one of that name goes.
     *
     * @param labels for a namespace that has to be created; an existing one is not changed
     * @return whether this call created it
     * @throws TimedOutException if it is still terminating at the end, with what holds it
     * @throws RejectedException if it is missing and may not be created, or may not be looked at
     */
    public boolean ensure(String name, Map<String, String> labels, Map<String, String> annotations, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            State state = state(name);
            if (state instanceof State.Active) {
                return false;
            }
            if (state instanceof State.Unknown unknown) {
                throw new RejectedException("Context `" + api.kubeConfig().context()
                        + "` may not see whether namespace `" + name + "` exists: " + unknown.reason()
                        + ". Ask an administrator to create it and to bind the Role from `docs/role.yaml` in it.");
            }
            if (state instanceof State.Terminating terminating) {
                awaitGone(terminating.metadata(), Duration.ofNanos(end - System.nanoTime()));
                continue;
            }
            Metadata metadata = Metadata.of("", name, labels, annotations);
            Reply reply = api.post(
                    Kind.NAMESPACE.path(""),
                    Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", metadata.over(Map.of())),
                    "create namespace `" + name + "`");
            if (reply.status() == 403) {
                throw new RejectedException("Namespace `" + name + "` does not exist, and context `"
                        + api.kubeConfig().context() + "` may not create it: " + reply.message()
                        + ". Ask an administrator to run `kubectl create namespace " + name + "`.");
            }
            if (reply.status() != 409) {
                reply.body();
                return true;
            }
        }
    }

    /**
     * Deletes exactly this namespace with all that is in it. Does not wait.
     *
     * @return false if it was gone already
     * @throws ConflictException if another namespace has taken the name
     */
    public boolean delete(Metadata namespace) {
        Reply reply = api.get(Kind.NAMESPACE.path("", namespace.name()), "read namespace `" + namespace.name() + "`");
        if (reply.status() == 404) {
            return false;
        }
        KubeObject current = new KubeObject(Kind.NAMESPACE, reply.body());
        return (current.uid().equals(namespace.uid()) && current.terminating())
                || KubeObjects.delete(api, Kind.NAMESPACE, "", namespace.name(), namespace.uid());
    }

    /**
     * Waits until this namespace is gone.
     *
     * @throws TimedOutException with what Kubernetes says holds it
     */
    public void awaitGone(Metadata namespace, Duration timeout) {
        String path = Kind.NAMESPACE.path("", namespace.name());
        String intent = "read namespace `" + namespace.name() + "`";
        long end = System.nanoTime() + timeout.toNanos();
        // A Role allows to read one namespace by name but not to list or watch them, so this one wait has to ask.
        Duration pause = Duration.ofMillis(50);
        while (true) {
            Reply reply = api.get(path, intent);
            if (reply.status() == 404) {
                return;
            }
            KubeObject current = new KubeObject(Kind.NAMESPACE, reply.body());
            if (!current.uid().equals(namespace.uid())) {
                return;
            }
            if (System.nanoTime() >= end) {
                List<String> remaining = remaining(current);
                throw new TimedOutException("Namespace `" + namespace.name() + "` is still being deleted after "
                        + timeout.toSeconds() + " s"
                        + (remaining.isEmpty() ? "." : ": " + String.join(" ", remaining))
                        + " Look at `kubectl get namespace " + namespace.name() + " -o yaml`.");
            }
            Api.sleep(pause, intent);
            pause = pause.multipliedBy(3).dividedBy(2).compareTo(Duration.ofSeconds(1)) < 0
                    ? pause.multipliedBy(3).dividedBy(2)
                    : Duration.ofSeconds(1);
        }
    }

    private static State state(KubeObject namespace) {
        boolean going =
                namespace.terminating() || "Terminating".equals(Json.text(namespace.content(), "status", "phase"));
        return going
                ? new State.Terminating(Metadata.of(namespace), remaining(namespace))
                : new State.Active(Metadata.of(namespace));
    }

    private static List<String> remaining(KubeObject namespace) {
        return Json.list(namespace.content(), "status", "conditions").stream()
                .filter(condition -> "True".equals(Json.text(condition, "status")))
                .map(condition -> Json.text(condition, "message"))
                .filter(message -> !message.isEmpty() && !message.startsWith("All "))
                .collect(Collectors.toList());
    }

    /** The namespace, if it exists and may be read. */
    public Optional<Metadata> find(String name) {
        State state = state(name);
        if (state instanceof State.Active active) {
            return Optional.of(active.metadata());
        }
        return state instanceof State.Terminating terminating ? Optional.of(terminating.metadata()) : Optional.empty();
    }
}
