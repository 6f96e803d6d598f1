package io.weft.kubernetes;

import io.weft.testing.FreshName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.yaml.snakeyaml.Yaml;

/** A namespace of its own for a test, and workloads in it. */
final class TestPods implements AutoCloseable {
    /** Busybox; {@code scripts/testbed} has it, on other clusters {@code -Dweft.test.image} names one that can be pulled. */
    private static final String TOOLS = "docker.io/weft-testbed/tools:1";

    private static final String IMAGE = System.getProperty("weft.test.image", TOOLS);

    private final Cluster cluster;
    private final Api api;
    private final String namespace;

    /** Skips the calling test when the cluster has no image for it. */
    TestPods(Cluster cluster) {
        Assumptions.assumeTrue(
                !IMAGE.equals(TOOLS) || NodeImages.of(cluster.kubeConfig()).contains(TOOLS),
                "needs the image `" + TOOLS + "` of scripts/testbed, or another busybox named by -Dweft.test.image");
        this.cluster = cluster;
        this.api = new Api(cluster.kubeConfig(), RetryPolicy.standard());
        this.namespace = FreshName.of("kt");
        cluster.namespaces().ensure(namespace, Map.of(), Map.of(), Duration.ofSeconds(10));
    }

    String namespace() {
        return namespace;
    }

    /** A pod whose program sends back on that port what it gets. */
    void echo(String release, int port) {
        create(Kind.POD, pod(release, "nc", "-ll", "-p", Integer.toString(port), "-e", "/bin/cat"));
    }

    /** A pod with this command, named like its release. */
    Map<String, Object> pod(String release, String... command) {
        Map<String, Object> result = yaml("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {app.kubernetes.io/instance: %s}}
                """.formatted(release, release));
        result.put("spec", podSpec(command));
        return result;
    }

    Map<String, Object> podSpec(String... command) {
        Map<String, Object> result = yaml("""
                terminationGracePeriodSeconds: 0
                containers: [{name: main, image: "%s", imagePullPolicy: IfNotPresent}]
                """.formatted(IMAGE));
        container(result).put("command", List.of(command));
        return result;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> container(Map<String, Object> podSpec) {
        return (Map<String, Object>) Json.list(podSpec, "containers").get(0);
    }

    /** A StatefulSet of one pod. */
    Map<String, Object> statefulSet(String release, UnaryOperator<Map<String, Object>> podSpec, String... command) {
        Map<String, Object> result = yaml("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: %1$s, labels: {app.kubernetes.io/instance: %1$s}}
                spec:
                  serviceName: %1$s
                  selector: {matchLabels: {app.kubernetes.io/instance: %1$s}}
                  template: {metadata: {labels: {app.kubernetes.io/instance: %1$s}}}
                """.formatted(release));
        Json.map(result, "spec", "template").put("spec", podSpec.apply(podSpec(command)));
        return result;
    }

    /** A Deployment of one pod. */
    Map<String, Object> deployment(String release, UnaryOperator<Map<String, Object>> podSpec, String... command) {
        Map<String, Object> result = statefulSet(release, podSpec, command);
        result.put("kind", "Deployment");
        Json.map(result, "spec").remove("serviceName");
        return result;
    }

    void create(Kind kind, Map<String, Object> object) {
        api.post(kind.path(namespace), object, "create a test's " + kind).body();
    }

    void replace(KubeObject object) {
        api.put(object.kind().path(namespace, object.name()), object.content(), "replace a test's object")
                .body();
    }

    static Map<String, Object> yaml(String text) {
        return new Yaml().load(text);
    }

    @Override
    public void close() {
        cluster.namespaces().find(namespace).ifPresent(found -> cluster.namespaces()
                .delete(found));
        api.close();
    }
}
