package io.weft.cli;

import io.weft.NetworkDeployer;
import io.weft.Removal;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Remove everything weft made for the network, and prove it. Keeps what it did not make.",
        footerHeading = "%nExamples:%n",
        footer = {"  weft down network.yaml", "  weft down network.yaml -o json | jq .removed"})
final class DownCommand implements Callable<Integer> {
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
            console.sayWhere(deployer);
            Removal removal =
                    deployer.remove(text -> console.err().println(console.err().faint(text)));
            if (output.isJson()) {
                output.print(
                        console,
                        Json.object(
                                Map.entry("removed", removal.removed()),
                                Map.entry("kept", removal.kept()),
                                Map.entry("left", 0)));
            } else {
                removal.kept().forEach(kept -> console.out().println("Kept " + kept));
                console.out()
                        .println(
                                removal.removed().isEmpty()
                                        ? "Nothing was there."
                                        : "Removed " + removal.removed().size() + " objects in "
                                                + Console.seconds(removal.elapsed()) + "; nothing is left.");
            }
            return ExitCode.DONE;
        }
    }
}
