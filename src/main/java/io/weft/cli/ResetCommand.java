package io.weft.cli;

import io.weft.NetworkDeployer;
import io.weft.apply.Report;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "reset",
        mixinStandardHelpOptions = true,
        description = "Wipe the ledgers, keep identities and releases, and bring the channels and chaincode up again.",
        footerHeading = "%nExamples:%n",
        footer = {"  weft reset network.yaml"})
final class ResetCommand implements Callable<Integer> {
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
        Report report;
        try (NetworkDeployer deployer = platform.connect(spec.load(console), spec)) {
            console.sayWhere(deployer);
            try (ProgressDisplay progress = new ProgressDisplay(console)) {
                report = deployer.reset(
                        progress, text -> console.err().println(console.err().faint(text)));
            }
            return ReportText.print(console, output, report);
        }
    }
}
