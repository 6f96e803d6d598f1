package io.weft.cli;

import io.weft.problem.InvalidSpecException;
import io.weft.problem.WeftException;
import java.io.PrintWriter;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command that holds the others. */
@Command(
        name = "weft",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "One topology file in, a running Hyperledger Fabric network on Kubernetes out.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            InitCommand.class,
            ValidateCommand.class,
            ShowCommand.class,
            SchemaCommand.class,
            PlanCommand.class,
            UpCommand.class,
            StatusCommand.class,
            EvaluateCommand.class,
            SubmitCommand.class,
            IdentityCommand.class,
            RenderCommand.class,
            ResetCommand.class,
            DownCommand.class,
            GenerateCompletion.class
        },
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0 done; 1 something said no; 2 wrong usage; 3 the spec is not valid; 4 something does not answer;",
            "  5 timed out; 6 what exists belongs to another network or run; 7 the network is not as the spec says;",
            "  70 a defect in weft; 130 interrupted"
        })
final class WeftCommand {
    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    private boolean stacktrace;

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        WeftCommand top = new WeftCommand();
        CommandLine line = new CommandLine(top)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> top.report(failure, command));
        line.getSubcommands()
                .get("generate-completion")
                .getCommandSpec()
                .usageMessage()
                .hidden(true);
        return line;
    }

    private int report(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        Console console = Console.of(command.getCommandSpec());
        if (failure instanceof InvalidSpecException invalid) {
            invalid.problems().forEach(err::println);
            long errors = invalid.problems().stream()
                    .filter(p -> p.severity() == io.weft.problem.Problem.Severity.ERROR)
                    .count();
            err.println(console.red(errors == 1 ? "1 problem." : errors + " problems.") + " Nothing was contacted.");
        } else if (failure instanceof WeftException) {
            err.println(console.red("weft: ") + failure.getMessage());
        } else if (failure instanceof InterruptedException) {
            err.println("weft: interrupted. The same command goes on where this one stopped.");
        } else {
            err.println(console.red("weft: this is a defect in weft.") + " Please report it with the following lines.");
            failure.printStackTrace(err);
        }
        if (stacktrace && failure instanceof WeftException) {
            failure.printStackTrace(err);
        }
        err.flush();
        return ExitCode.of(failure);
    }
}
