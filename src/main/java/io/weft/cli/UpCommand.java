package io.weft.cli;

import io.weft.NetworkDeployer;
import io.weft.apply.Report;
import io.weft.model.Network;
import io.weft.model.RunBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Make the network that the spec describes run, up to chaincode that answers. Safe to repeat.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft up network.yaml                      # on this machine",
            "  weft up network.yaml --nodes embedded",
            "  weft up network.yaml -n staging --context team-cluster --timeout 600"
        })
final class UpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private SpecArgument spec;

    @Mixin
    private PlatformOptions platform;

    @Option(
            names = "--foreground",
            description = "Run the nodes of a local network in this process until it is stopped.")
    private boolean foreground;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws InterruptedException {
        Console console = Console.of(command);
        Launcher launcher = ((WeftCommand) command.root().userObject()).launcher();
        Network network = spec.load(console);
        NetworkDeployer deployer = platform.connect(network, spec, runBy(launcher));
        try {
            return up(console, network, deployer);
        } finally {
            if (deployer.runsNodes() && !foreground) {
                launcher.keep(deployer);
            } else {
                deployer.close();
            }
        }
    }

    private RunBy runBy(Launcher launcher) {
        if (foreground) {
            return RunBy.THIS_PROCESS;
        }
        return launcher.lets() ? RunBy.THIS_PROCESS_IF_NONE : RunBy.BACKGROUND;
    }

    private int up(Console console, Network network, NetworkDeployer deployer) throws InterruptedException {
        Report report;
        console.sayWhere(deployer);
        try (ProgressDisplay progress = new ProgressDisplay(console)) {
            report = deployer.up(progress);
        }
        int code = ReportText.print(console, output, report);
        if (report.isSuccess() && report.changes() > 0 && !output.isJson()) {
            sayHowToTalk(console, network, deployer);
        }
        if (foreground && report.isSuccess()) {
            console.err().println(console.err().faint("The network runs until this is stopped, with Ctrl-C."));
            deployer.awaitEnd();
        }
        return code;
    }

    private void sayHowToTalk(Console console, Network network, NetworkDeployer deployer) {
        List<String> where = new ArrayList<>(spec.words());
        where.addAll(platform.words());
        TalkText.command(network, System.getProperty("weft.program", "weft"), where, deployer::metadata)
                .ifPresent(words -> console.out().println("Talk to it: " + words));
    }
}
