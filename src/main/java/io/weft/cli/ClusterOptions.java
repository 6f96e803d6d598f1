package io.weft.cli;

import io.weft.ClusterConnection;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which cluster a command talks to, and for how long. */
final class ClusterOptions {
    @Option(names = "--context", paramLabel = "NAME", description = "kubeconfig context; by default the current one.")
    private Optional<String> context = Optional.empty();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "kubeconfig file; by default $KUBECONFIG, then ~/.kube/config.")
    private Optional<Path> kubeconfig = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "Limit for each wait (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    private List<Path> files() {
        if (kubeconfig.isPresent()) {
            return List.of(kubeconfig.get());
        }
        String variable = System.getenv("KUBECONFIG");
        if (variable != null && !variable.isBlank()) {
            return Arrays.stream(variable.split(File.pathSeparator, -1))
                    .filter(path -> !path.isBlank())
                    .map(Path::of)
                    .toList();
        }
        return List.of(Path.of(System.getProperty("user.home"), ".kube", "config"));
    }

    ClusterConnection connection() {
        return new ClusterConnection(files(), context, Duration.ofSeconds(timeoutSeconds));
    }
}
