package io.weft;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which cluster to talk to, and how long to wait.
 *
 * @param kubeconfigFiles in order of precedence, as in the variable {@code KUBECONFIG}; those that do not exist are passed
 *     over
 * @param context absent: the kubeconfig's current context
 * @param timeout limit for each single wait, for example for a node to run
 */
public record ClusterConnection(List<Path> kubeconfigFiles, Optional<String> context, Duration timeout) {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    public ClusterConnection {
        kubeconfigFiles = List.copyOf(kubeconfigFiles);
        requireNonNull(context, "context");
        requireNonNull(timeout, "timeout");
    }

    /** The current context of a kubeconfig file, and five minutes. */
    public static ClusterConnection of(Path kubeconfig) {
        return new ClusterConnection(List.of(kubeconfig), Optional.empty(), PATIENCE);
    }
}
