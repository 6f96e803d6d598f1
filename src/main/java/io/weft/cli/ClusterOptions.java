package io.weft.cli;

import io.weft.ClusterConnection;
import java.nio.file.Path;
import java.time.Duration;
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

    ClusterConnection connection() {
        return new ClusterConnection(kubeconfig, context, Duration.ofSeconds(timeoutSeconds));
    }
}
