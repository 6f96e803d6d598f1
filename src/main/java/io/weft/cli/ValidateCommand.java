package io.weft.cli;

import io.weft.model.Network;
import io.weft.problem.InvalidSpecException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Check a network spec without contacting anything.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft validate network.yaml",
            "  weft validate network.yaml -o json   # problems with line and column, for CI"
        })
final class ValidateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private SpecArgument spec;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        Console console = Console.of(command);
        if (output.isJson()) {
            return json(console);
        }
        Network network = spec.load(console);
        console.out()
                .println("`" + network.name() + "` is valid: "
                        + count(network.organizations().size(), "organization")
                        + ", " + count(network.orderingNodes().count(), "ordering node")
                        + ", " + count(network.peers().count(), "peer")
                        + ", " + count(network.channels().size(), "channel") + ".");
        return ExitCode.DONE;
    }

    private int json(Console console) {
        try {
            output.print(console, Json.of(true, spec.read().warnings()));
            return ExitCode.DONE;
        } catch (InvalidSpecException e) {
            output.print(console, Json.of(false, e.problems()));
            return ExitCode.of(e);
        }
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
