package io.weft;

import static java.util.Objects.requireNonNull;

import io.weft.model.PlatformChoice.Nodes;
import io.weft.model.RunBy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a network runs on this machine.
 *
 * @param stateFolder folder of all local networks of the user, made with mode 0700 if it is missing
 * @param nodes absent: what the network was made of; for a new one Fabric's programs where they are found, else embedded
 *     nodes
 * @param programFolders where Fabric's programs are looked for, the most wanted first
 * @param workFolder what relative paths in the spec's local forms begin at
 * @param runBy which process runs the nodes; if it is this one, they end when the deployer is closed
 * @param timeout limit for each single wait
 */
public record LocalConnection(
        Path stateFolder,
        Optional<Nodes> nodes,
        List<Path> programFolders,
        Path workFolder,
        RunBy runBy,
        Duration timeout) {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    public LocalConnection {
        requireNonNull(stateFolder, "stateFolder");
        requireNonNull(nodes, "nodes");
        programFolders = List.copyOf(programFolders);
        requireNonNull(workFolder, "workFolder");
        requireNonNull(runBy, "runBy");
        requireNonNull(timeout, "timeout");
    }

    /** Embedded nodes, in a background process, and a minute. */
    public static LocalConnection of(Path stateFolder) {
        return new LocalConnection(
                stateFolder, Optional.of(Nodes.EMBEDDED), List.of(), Path.of(""), RunBy.BACKGROUND, PATIENCE);
    }
}
