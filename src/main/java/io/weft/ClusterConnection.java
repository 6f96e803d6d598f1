package io.weft;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Which cluster to talk to, and how long to wait.
 *
 * @param kubeconfig absent: as {@code kubectl} finds it ({@code KUBECONFIG}, then {@code ~/.kube/config})
 * @param context absent: the kubeconfig's current context
 * @param timeout limit for each single wait, for example for a node to run
 */
public record ClusterConnection(Optional<Path> kubeconfig, Optional<String> context, Duration timeout) {
    /** The current context of the usual kubeconfig, five minutes. */
    public static final ClusterConnection CURRENT =
            new ClusterConnection(Optional.empty(), Optional.empty(), Duration.ofMinutes(5));

    public ClusterConnection {
        requireNonNull(kubeconfig, "kubeconfig");
        requireNonNull(context, "context");
        requireNonNull(timeout, "timeout");
    }
}
