package io.weft.cli;

import io.weft.NetworkDeployer;
import io.weft.apply.Report;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Make the network that the spec describes run, up to chaincode that answers. Safe to repeat.",
        footerHeading = "%nExamples:%n",
        footer = {"  weft up network.yaml", "  weft up network.yaml -n staging --context team-cluster --timeout 600"})
final class UpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private SpecArgument spec;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws InterruptedException {
        Console console = Console.of(command);
        Report report;
        try (NetworkDeployer deployer = NetworkDeployer.connect(cluster.connection(), spec.load(console))) {
            console.err().println(console.err().faint("Network runs on " + deployer.target()));
            try (ProgressDisplay progress = new ProgressDisplay(console)) {
                report = deployer.up(progress);
            }
            return ReportText.print(console, output, report);
        }
    }
}
