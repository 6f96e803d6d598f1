package io.weft.cli;

import io.weft.spec.SpecSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = "Print the JSON Schema (2020-12) of network specs, for editors and CI.",
        footerHeading = "%nExamples:%n",
        footer = {"  weft schema > weft-v1.schema.json"})
final class SchemaCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        Console.of(command).out().print(SpecSchema.text());
        return ExitCode.DONE;
    }
}
