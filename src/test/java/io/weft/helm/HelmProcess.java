package io.weft.helm;

import io.weft.kubernetes.Cluster;
import io.weft.kubernetes.KubeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A process that renders a few releases and then waits to be stopped; see {@link HelmProcessTest}. */
final class HelmProcess {
    private HelmProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path cache = Path.of(arguments[0]);
        Path marker = Path.of(arguments[1]);
        Path kubeConfig = Path.of(arguments[2]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                Files.writeString(marker, "hooks ran");
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }));
        Cluster cluster = Cluster.connect(KubeConfig.load(List.of(kubeConfig), Optional.empty()));
        HelmReleases releases = new HelmReleases(cluster, new Charts(HelmProcess.class.getClassLoader(), cache), cache);
        for (int i = 0; i < 3; i++) {
            releases.template(new ReleaseRequest("n", "r", "tiny", Map.of("text", "t" + i)), Duration.ofSeconds(60));
        }
        try {
            // Even a refused connection goes through the SDK's own handling of signals.
            releases.uninstall("n", "r", Duration.ofSeconds(60));
        } catch (io.weft.problem.UnreachableException e) {
            System.out.println("READY");
        }
        Thread.sleep(600_000);
    }
}
