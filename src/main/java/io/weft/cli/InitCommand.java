package io.weft.cli;

import io.weft.model.FabricVersion;
import io.weft.problem.ConflictException;
import io.weft.problem.InvalidSpecException;
import io.weft.problem.RejectedException;
import io.weft.spec.NetworkSpecs;
import io.weft.spec.SpecSchema;
import io.weft.spec.StarterSpec;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = "Write a commented network spec to start from, and beside it the schema for editors.",
        footerHeading = "%nExamples:%n",
        footer = {"  weft init", "  weft init demo.yaml --name demo --fabric 2.5.16"})
final class InitCommand implements Callable<Integer> {
    static final FabricVersion VERSION = new FabricVersion(3, 1, 5);
    private static final String SCHEMA = "weft-v1.schema.json";

    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "network.yaml",
            description = "File to write; must not exist (default: ${DEFAULT-VALUE}).")
    private Path file;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "trade",
            description = "The network's name, and its namespace (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(
            names = "--fabric",
            paramLabel = "VERSION",
            defaultValue = "3.1.5",
            description = "Version of Hyperledger Fabric (default: ${DEFAULT-VALUE}).")
    private String version;

    @Mixin
    private OutputOption output;

    private String text() {
        try {
            String text = StarterSpec.text(name, FabricVersion.parse(version), SCHEMA);
            NetworkSpecs.parse(file.toString(), text);
            return text;
        } catch (InvalidSpecException e) {
            throw new ParameterException(
                    command.commandLine(), e.problems().get(0).cause(), e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    command.commandLine(), "Option --fabric: `" + version + "` is not a version like 3.1.5.", e);
        }
    }

    @Override
    public Integer call() {
        String text = text();
        Path schema = file.resolveSibling(SCHEMA);
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
            if (Files.notExists(schema)) {
                Files.writeString(schema, SpecSchema.text(), StandardOpenOption.CREATE_NEW);
            }
        } catch (FileAlreadyExistsException e) {
            throw new ConflictException("`" + file + "` exists already; give another name.", e);
        } catch (IOException e) {
            throw new RejectedException("Cannot write `" + file + "`: " + e.getMessage(), e);
        }
        Console console = Console.of(command);
        if (output.isJson()) {
            output.print(
                    console, Json.object(Map.entry("file", file.toString()), Map.entry("schema", schema.toString())));
        } else {
            console.out().println("Wrote " + file + ". Next: weft up " + file);
        }
        return ExitCode.DONE;
    }
}
