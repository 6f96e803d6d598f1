package io.weft.junit;

import io.weft.ClusterConnection;
import io.weft.fixture.Target;
import io.weft.local.FabricPrograms;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContextException;
import org.opentest4j.TestAbortedException;

/** On what networks run: configuration parameters of JUnit, which system properties are as well, decide. */
final class Targets {
    private static final Namespace NAMESPACE = Namespace.create(Targets.class);
    private static final String NODES = "weft.nodes";
    private static final String PLATFORM = "weft.platform";
    private static final String CONTAINER = "org.testcontainers.k3s.K3sContainer";
    private static final String IMAGE = "rancher/k3s:v1.31.4-k3s1";
    private static final Duration CLUSTER_PATIENCE = Duration.ofMinutes(5);

    private Targets() {}

    /**
     * @throws TestAbortedException if that is not to be had here; JUnit then skips the tests
     */
    static Target choose(ExtensionContext context) {
        String platform = context.getConfigurationParameter(PLATFORM).orElse("local");
        String nodes = context.getConfigurationParameter(NODES).orElse("embedded");
        return switch (platform) {
            case "local" ->
                switch (nodes) {
                    case "embedded" -> new Target.Embedded();
                    case "fabric" -> programs(context);
                    default ->
                        throw new ExtensionContextException(
                                "`" + NODES + "` is `" + nodes + "`; it may be `embedded` or `fabric`.");
                };
            case "kubernetes" -> cluster();
            case "k3s" -> k3s(context);
            default ->
                throw new ExtensionContextException(
                        "`" + PLATFORM + "` is `" + platform + "`; it may be `local`, `kubernetes` or `k3s`.");
        };
    }

    private static Target programs(ExtensionContext context) {
        List<Path> folders = new ArrayList<>();
        context.getConfigurationParameter("weft.fabric.bin").map(Path::of).ifPresent(folders::add);
        Map<String, String> environment = System.getenv();
        Optional.ofNullable(environment.get("FABRIC_BIN"))
                .filter(text -> !text.isBlank())
                .map(Path::of)
                .ifPresent(folders::add);
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!folder.isEmpty()) {
                folders.add(Path.of(folder));
            }
        }
        if (FabricPrograms.find(folders).isEmpty()) {
            throw new TestAbortedException(
                    "Fabric's programs `orderer`, `peer` and `fabric-ca-server` are neither in the"
                            + " folder that FABRIC_BIN names nor on the PATH.");
        }
        return new Target.Programs(folders);
    }

    private static Target cluster() {
        String variable = System.getenv().getOrDefault("KUBECONFIG", "");
        List<Path> files = new ArrayList<>();
        for (String file : variable.split(File.pathSeparator, -1)) {
            if (!file.isEmpty()) {
                files.add(Path.of(file));
            }
        }
        if (files.isEmpty()) {
            files.add(Path.of(System.getProperty("user.home"), ".kube", "config"));
        }
        if (files.stream().noneMatch(Files::isRegularFile)) {
            throw new TestAbortedException("There is no kubeconfig: neither KUBECONFIG names one, nor is there `"
                    + files.get(files.size() - 1) + "`.");
        }
        return new Target.Kubernetes(new ClusterConnection(files, Optional.empty(), CLUSTER_PATIENCE));
    }

    /** One cluster for all tests of the JVM. */
    private static Target k3s(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("k3s", key -> Cluster.start(), Cluster.class)
                .target;
    }

    /** K3s in a container. Testcontainers is found by name, because most who use weft do without it. */
    @SuppressWarnings("try") // JUnit closes it, and copes with an interrupt.
    private static final class Cluster implements AutoCloseable {
        private final AutoCloseable container;
        private final Path kubeconfig;
        private final Target target;

        private Cluster(AutoCloseable container, Path kubeconfig) {
            this.container = container;
            this.kubeconfig = kubeconfig;
            this.target = new Target.Kubernetes(
                    new ClusterConnection(List.of(kubeconfig), Optional.empty(), CLUSTER_PATIENCE));
        }

        static Cluster start() {
            try {
                Class<?> type = Class.forName(CONTAINER);
                Class<?> factory = Class.forName("org.testcontainers.DockerClientFactory");
                Object docker = factory.getMethod("instance").invoke(null);
                if (!(Boolean) factory.getMethod("isDockerAvailable").invoke(docker)) {
                    throw new TestAbortedException("Testcontainers finds no Docker, which K3s needs.");
                }
                Class<?> image = Class.forName("org.testcontainers.utility.DockerImageName");
                Object container = type.getConstructor(image)
                        .newInstance(image.getMethod("parse", String.class).invoke(null, IMAGE));
                type.getMethod("start").invoke(container);
                Path kubeconfig = Files.createTempFile("weft-k3s-", ".yaml");
                Files.writeString(
                        kubeconfig, (String) type.getMethod("getKubeConfigYaml").invoke(container));
                return new Cluster((AutoCloseable) container, kubeconfig);
            } catch (ClassNotFoundException e) {
                throw new TestAbortedException(
                        "K3s needs Testcontainers: add `org.testcontainers:k3s` to the tests' dependencies.", e);
            } catch (InvocationTargetException e) {
                throw new ExtensionContextException("K3s could not be started: " + e.getCause(), e);
            } catch (ReflectiveOperationException e) {
                throw new ExtensionContextException("This version of Testcontainers is another one: " + e, e);
            } catch (IOException e) {
                throw new ExtensionContextException("The kubeconfig of K3s could not be written", e);
            }
        }

        @Override
        public void close() throws Exception {
            container.close();
            Files.deleteIfExists(kubeconfig);
        }
    }
}
