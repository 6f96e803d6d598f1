package io.weft.cli;

import io.weft.spec.SpecPrinter;
import java.util.concurrent.Callable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Print the network with every default filled in, as a spec.",
        footerHeading = "%nExamples:%n",
        footer = {"  weft show network.yaml", "  weft show network.yaml -o json | jq .organizations"})
final class ShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private SpecArgument spec;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        Console console = Console.of(command);
        String text = SpecPrinter.print(spec.load(console));
        if (output.isJson()) {
            output.print(console, new Yaml(new SafeConstructor(new LoaderOptions())).load(text));
        } else {
            console.out().print(text);
        }
        return ExitCode.DONE;
    }
}
