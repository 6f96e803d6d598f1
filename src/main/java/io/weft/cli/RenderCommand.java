package io.weft.cli;

import io.weft.Rendering;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "render",
        mixinStandardHelpOptions = true,
        description =
                "Write the Helm values and manifests of every release, for GitOps. Contains no key; contacts nothing.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft render network.yaml --to gitops/",
            "  weft render network.yaml --to gitops/ --network-id 4f9c2e81aa"
        })
final class RenderCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private SpecArgument spec;

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "Folder to write; must be empty or new.")
    private Path folder;

    @Option(
            names = "--network-id",
            paramLabel = "ID",
            defaultValue = "rendered",
            description = "ID to stamp on the objects (default: ${DEFAULT-VALUE}).")
    private String networkId;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws InterruptedException {
        Console console = Console.of(command);
        Map<String, String> files = Rendering.of(spec.load(console), networkId);
        try {
            Files.createDirectories(folder);
            try (Stream<Path> present = Files.list(folder)) {
                if (present.findAny().isPresent()) {
                    throw new ConflictException("`" + folder + "` is not empty; give another folder.");
                }
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path target = folder.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                Files.writeString(target, file.getValue());
            }
        } catch (IOException e) {
            throw new RejectedException("Cannot write to `" + folder + "`: " + e.getMessage(), e);
        }
        if (output.isJson()) {
            output.print(console, Map.of("folder", folder.toString(), "files", List.copyOf(files.keySet())));
        } else {
            console.out().println("Wrote " + files.size() + " files to " + folder + ".");
        }
        return ExitCode.DONE;
    }
}
