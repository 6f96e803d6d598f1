package io.weft.cli;

import io.weft.model.Network;
import io.weft.spec.LoadedSpec;
import io.weft.spec.NetworkSpecs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The spec that a command is about. */
final class SpecArgument {
    @Parameters(index = "0", paramLabel = "SPEC", description = "The network spec, a YAML file.")
    private Path file;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Kubernetes namespace, in place of the spec's `metadata.namespace`.")
    private Optional<String> namespace = Optional.empty();

    /** Whether the command names a namespace. */
    boolean namesNamespace() {
        return namespace.isPresent();
    }

    /** The same for another command. */
    List<String> words() {
        List<String> result = new ArrayList<>(List.of(file.toString()));
        namespace.ifPresent(name -> result.addAll(List.of("-n", name)));
        return result;
    }

    /** Reads and checks the spec. */
    LoadedSpec read() {
        return NetworkSpecs.load(file, namespace);
    }

    /** Reads and checks the spec; warnings go to the error output. */
    Network load(Console console) {
        LoadedSpec loaded = read();
        loaded.warnings().forEach(warning -> console.err().println(console.err().yellow(warning.toString())));
        return loaded.network();
    }
}
