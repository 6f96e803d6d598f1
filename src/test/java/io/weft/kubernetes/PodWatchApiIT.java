package io.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.kubernetes.PodProgress.Stage;
import io.weft.problem.TimedOutException;
import io.weft.testing.ApiServer;
import io.weft.testing.FreshName;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a watch makes of a pod on a node that says only what the test says for it. */
class PodWatchApiIT {
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static ApiServer server;
    private static Cluster cluster;
    private static Api api;
    private static String namespace;
    private static PodWatch watch;

    @BeforeAll
    static void connect() throws Exception {
        server = ApiServer.startOrSkip();
        cluster = Cluster.connect(server.kubeConfig());
        api = new Api(server.kubeConfig(), RetryPolicy.standard());
        namespace = FreshName.of("kt");
        cluster.namespaces().ensure(namespace, Map.of(), Map.of(), LONG);
        create(Kind.SERVICE_ACCOUNT, "{apiVersion: v1, kind: ServiceAccount, metadata: {name: nobody}}");
        watch = cluster.watchPods(namespace, Map.of(), Patience.standard(), progress -> {});
    }

    @AfterAll
    static void disconnect() throws Exception {
        if (cluster != null) {
            watch.close();
            cluster.namespaces().find(namespace).ifPresent(found -> cluster.namespaces()
                    .delete(found));
            api.close();
            cluster.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static Map<String, Object> create(Kind kind, String yaml) {
        return api.post(kind.path(namespace), TestPods.yaml(yaml), "create a test's " + kind)
                .body();
    }

    /** A pod of two containers and one that starts before them. */
    private static Map<String, Object> pod(String release) {
        return create(Kind.POD, """
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {app.kubernetes.io/instance: %1$s}}
                spec:
                  serviceAccountName: nobody
                  automountServiceAccountToken: false
                  nodeName: nowhere
                  tolerations: [{operator: Exists}]
                  initContainers: [{name: couchdb, image: none, restartPolicy: Always}]
                  containers: [{name: peer, image: none}, {name: other, image: none}]
                """.formatted(release));
    }

    private static void started(Map<String, Object> pod, String container) {
        create(Kind.EVENT, """
                apiVersion: v1
                kind: Event
                metadata: {generateName: started-}
                involvedObject: {kind: Pod, namespace: %s, name: %s, uid: %s, fieldPath: "%s"}
                reason: Started
                message: Started container
                type: Normal
                """.formatted(
                        namespace, Json.text(pod, "metadata", "name"), Json.text(pod, "metadata", "uid"), container));
    }

    @Test
    void a_pod_runs_when_kubelet_has_started_each_of_its_containers_before_its_status_says_so() {
        Map<String, Object> pod = pod("starting");
        started(pod, "spec.initContainers{couchdb}");
        started(pod, "spec.containers{peer}");
        assertThatThrownBy(() -> watch.await("starting", Stage.RUNNING, SHORT)).isInstanceOf(TimedOutException.class);
        started(pod, "spec.containers{other}");
        assertThat(watch.await("starting", Stage.RUNNING, LONG)).isEqualTo("starting");
        assertThatThrownBy(() -> watch.await("starting", Stage.READY, SHORT)).isInstanceOf(TimedOutException.class);
    }

    @Test
    void what_was_started_and_ended_since_does_not_run() {
        Map<String, Object> pod = pod("ended");
        api.patch(Kind.POD.path(namespace, "ended") + "/status", TestPods.yaml("""
                        status:
                          containerStatuses:
                            - name: peer
                              image: none
                              imageID: none
                              ready: false
                              restartCount: 0
                              state: {terminated: {exitCode: 1}}
                        """), "end a test's container");
        assertThatThrownBy(() -> watch.await("ended", Stage.RUNNING, SHORT)).isInstanceOf(TimedOutException.class);
        started(pod, "spec.containers{peer}");
        started(pod, "spec.containers{other}");
        assertThatThrownBy(() -> watch.await("ended", Stage.RUNNING, SHORT)).isInstanceOf(TimedOutException.class);
    }
}
