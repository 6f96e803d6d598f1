package io.weft.cli;

import io.weft.NetworkDeployer;
import io.weft.NetworkStatus;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Ask every node: heights, leader, channels, chaincode, certificate expiry.",
        footerHeading = "%nExamples:%n",
        footer = {"  weft status network.yaml", "  weft status network.yaml -o json | jq .channels"})
final class StatusCommand implements Callable<Integer> {
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
            NetworkStatus status = deployer.status();
            if (output.isJson()) {
                output.print(console, StatusText.json(status));
            } else {
                console.sayWhere(deployer);
                StatusText.print(console, status, Clock.systemUTC());
            }
            return status.isAsWanted() ? ExitCode.DONE : ExitCode.NOT_AS_WANTED;
        }
    }
}
