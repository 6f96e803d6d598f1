package io.weft.cli;

import io.weft.model.Network;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Check a network spec without contacting anything.")
final class ValidateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private SpecArgument spec;

    @Override
    public Integer call() {
        Console console = Console.of(command);
        Network network = spec.load(console);
        console.out()
                .printf(
                        "`%s` is valid: %d organizations, %d ordering nodes, %d peers, %d channels.%n",
                        network.name(),
                        network.organizations().size(),
                        network.orderingNodes().count(),
                        network.peers().count(),
                        network.channels().size());
        return ExitCode.DONE;
    }
}
