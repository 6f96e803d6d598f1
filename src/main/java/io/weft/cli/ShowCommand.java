package io.weft.cli;

import io.weft.spec.SpecPrinter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Print the network with every default filled in, as a spec.")
final class ShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private SpecArgument spec;

    @Override
    public Integer call() {
        Console console = Console.of(command);
        console.out().print(SpecPrinter.print(spec.load(console)));
        return ExitCode.DONE;
    }
}
