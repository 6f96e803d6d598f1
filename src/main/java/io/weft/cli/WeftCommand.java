package io.weft.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command that holds the others. */
@Command(
        name = "weft",
        mixinStandardHelpOptions = true,
        description = "One topology file in, a running Hyperledger Fabric network on Kubernetes out.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
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
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done",
            " 1:something said no: Kubernetes, a node, a chaincode",
            " 2:wrong usage",
            " 3:the spec is not valid; nothing was contacted",
            " 4:something does not answer",
            " 5:something was not ready in time",
            " 6:what exists belongs to another network or run; it was not touched",
            " 7:the network is not as the spec says (status)",
            " 70:a defect in weft",
            "130:interrupted (143: by SIGTERM)"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft init network.yaml          # a spec to start from",
            "  weft up network.yaml            # make it run",
            "  weft help up                    # more about a command",
            "  source <(weft generate-completion)   # for bash and zsh"
        })
final class WeftCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private CommandSpec command;

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Show where a failure comes from.")
    private boolean stacktrace;

    private WeftCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The whole command line; its exit codes are {@link ExitCode}'s. */
    static CommandLine commandLine(PrintWriter out, PrintWriter err, Terminal terminal) {
        CommandLine line = new CommandLine(new WeftCommand(terminal))
                .addSubcommand(new CommandLine.HelpCommand())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, arguments) -> usage(failure))
                .setExecutionExceptionHandler((failure, subcommand, parsed) -> {
                    Console.of(subcommand.getCommandSpec()).report(failure);
                    return ExitCode.of(failure);
                });
        setVersion(line);
        return line;
    }

    private static void setVersion(CommandLine line) {
        line.getCommandSpec().versionProvider(new Version());
        line.getSubcommands().values().forEach(WeftCommand::setVersion);
    }

    private static int usage(ParameterException failure) {
        CommandLine line = failure.getCommandLine();
        Output err = Console.of(line.getCommandSpec()).err();
        err.println(err.red("weft: ") + failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, line.getErr());
        err.println("Try `" + line.getCommandSpec().qualifiedName() + " --help`.");
        return ExitCode.USAGE;
    }

    Terminal terminal() {
        return terminal;
    }

    boolean stacktrace() {
        return stacktrace;
    }

    /** Without a subcommand. */
    @Override
    public Integer call() {
        command.commandLine().usage(command.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
