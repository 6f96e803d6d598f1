package io.weft.cli;

import io.weft.model.FabricVersion;
import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import io.weft.spec.StarterSpec;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "init", mixinStandardHelpOptions = true, description = "Write a commented network spec to start from.")
final class InitCommand implements Callable<Integer> {
    private static final String NAME = "trade";
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

    @Override
    public Integer call() {
        try {
            Files.writeString(file, StarterSpec.text(NAME, VERSION, SCHEMA), StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new ConflictException("`" + file + "` exists already; give another name.", e);
        } catch (IOException e) {
            throw new RejectedException("Cannot write `" + file + "`: " + e.getMessage(), e);
        }
        Console.of(command).out().println("Wrote " + file + ". Next: weft up " + file);
        return ExitCode.DONE;
    }
}
