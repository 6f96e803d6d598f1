package io.weft.cli;

import io.weft.ClusterConnection;
import io.weft.LocalConnection;
import io.weft.NetworkDeployer;
import io.weft.model.Network;
import io.weft.model.PlatformChoice;
import io.weft.model.PlatformChoice.Nodes;
import io.weft.model.RunBy;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the network of a command runs, and how long to wait for it. */
final class PlatformOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--platform",
            paramLabel = "PLATFORM",
            description = "kubernetes or local; by default what the spec says, else local. --context, --kubeconfig and"
                    + " -n mean kubernetes.")
    private Optional<PlatformChoice.Type> type = Optional.empty();

    @Option(
            names = "--nodes",
            paramLabel = "NODES",
            description =
                    "What runs locally: fabric (Fabric's own programs, found by $$FABRIC_BIN or $$PATH) or embedded;"
                            + " by default fabric where they are found.")
    private Optional<Nodes> nodes = Optional.empty();

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

    /** The deployer for a spec's network. */
    NetworkDeployer connect(Network network, SpecArgument spec) {
        return connect(network, spec, RunBy.BACKGROUND);
    }

    /**
     * As {@link #connect(Network, SpecArgument)}.
     *
     * @param runBy which process runs the nodes of a network on this machine
     */
    NetworkDeployer connect(Network network, SpecArgument spec, RunBy runBy) {
        PlatformChoice choice = choose(network, spec.namesNamespace());
        if (choice.type().equals(Optional.of(PlatformChoice.Type.KUBERNETES))) {
            if (runBy == RunBy.THIS_PROCESS) {
                throw new ParameterException(
                        command.commandLine(), "Option --foreground: only a network on this machine runs in front.");
            }
            return NetworkDeployer.connect(cluster(), network);
        }
        return NetworkDeployer.local(local(choice.nodes(), runBy), network);
    }

    /** The same place for another command. */
    List<String> words() {
        List<String> result = new ArrayList<>();
        type.ifPresent(value -> result.addAll(List.of("--platform", value.toString())));
        nodes.ifPresent(value -> result.addAll(List.of("--nodes", value.toString())));
        context.ifPresent(value -> result.addAll(List.of("--context", value)));
        kubeconfig.ifPresent(value -> result.addAll(List.of("--kubeconfig", value.toString())));
        return result;
    }

    /** What the command line says comes first, then the spec. */
    private PlatformChoice choose(Network network, boolean namesNamespace) {
        boolean namesCluster = context.isPresent() || kubeconfig.isPresent() || namesNamespace;
        if (namesCluster && type.equals(Optional.of(PlatformChoice.Type.LOCAL))) {
            throw new ParameterException(
                    command.commandLine(),
                    "Option --platform: local has no --context, --kubeconfig or --namespace; leave them out.");
        }
        Optional<PlatformChoice.Type> said = type.or(
                        () -> namesCluster ? Optional.of(PlatformChoice.Type.KUBERNETES) : Optional.empty())
                .or(() -> nodes.map(any -> PlatformChoice.Type.LOCAL));
        PlatformChoice choice = new PlatformChoice(said, nodes).or(network.platform());
        boolean cluster = choice.type().equals(Optional.of(PlatformChoice.Type.KUBERNETES));
        if (cluster && nodes.isPresent()) {
            throw new ParameterException(
                    command.commandLine(), "Option --nodes: it is about --platform local, and this is kubernetes.");
        }
        return choice;
    }

    private ClusterConnection cluster() {
        return new ClusterConnection(files(), context, Duration.ofSeconds(timeoutSeconds));
    }

    private List<Path> files() {
        if (kubeconfig.isPresent()) {
            return List.of(kubeconfig.get());
        }
        String variable = System.getenv("KUBECONFIG");
        if (variable != null && !variable.isBlank()) {
            return paths(variable);
        }
        return List.of(Path.of(System.getProperty("user.home"), ".kube", "config"));
    }

    private static List<Path> paths(String variable) {
        return Arrays.stream(variable.split(File.pathSeparator, -1))
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .toList();
    }

    private LocalConnection local(Optional<Nodes> wanted, RunBy runBy) {
        Map<String, String> environment = System.getenv();
        List<Path> programs = new ArrayList<>();
        Stream.of("FABRIC_BIN", "PATH").forEach(name -> programs.addAll(paths(environment.getOrDefault(name, ""))));
        Path state = Optional.ofNullable(environment.get("XDG_STATE_HOME"))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"));
        return new LocalConnection(
                state.resolve("weft"),
                wanted,
                programs,
                Path.of("").toAbsolutePath(),
                runBy,
                Duration.ofSeconds(timeoutSeconds));
    }
}
