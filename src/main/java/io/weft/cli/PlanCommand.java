package io.weft.cli;

import io.weft.NetworkDeployer;
import io.weft.plan.Plan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Show what `up` would do. Writes nothing.",
        footerHeading = "%nExamples:%n",
        footer = {"  weft plan network.yaml", "  weft plan network.yaml -o json | jq .toDo"})
final class PlanCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private SpecArgument spec;

    @Mixin
    private PlatformOptions platform;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws InterruptedException {
        Console console = Console.of(command);
        try (NetworkDeployer deployer = platform.connect(spec.load(console), spec)) {
            Plan plan = deployer.plan();
            if (output.isJson()) {
                output.print(console, Json.of(plan));
            } else {
                PlanText.print(console, deployer.target(), plan);
            }
            return plan.impossible().isEmpty() ? ExitCode.DONE : ExitCode.REJECTED;
        }
    }
}
