package io.weft.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
    private final Launcher launcher;

    @Spec
    private CommandSpec command;

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Show where a failure comes from.")
    private boolean stacktrace;

    private static final Set<String> VERSION = Set.of("-V", "--version");

    /** Commands that need to know all others. The examples tell of them; the list of commands does not. */
    private static final Set<String> ABOUT_ALL = Set.of("generate-completion", "help");

    /** Commands that ask nodes something. */
    private static final Set<String> ASKING = Set.of("plan", "up", "status", "evaluate", "submit", "reset");

    /** In the order of the help text. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    private WeftCommand(Terminal terminal, Launcher launcher) {
        this.terminal = terminal;
        this.launcher = launcher;
    }

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> result = new LinkedHashMap<>();
        result.put("init", InitCommand::new);
        result.put("validate", ValidateCommand::new);
        result.put("show", ShowCommand::new);
        result.put("schema", SchemaCommand::new);
        result.put("plan", PlanCommand::new);
        result.put("up", UpCommand::new);
        result.put("status", StatusCommand::new);
        result.put("evaluate", EvaluateCommand::new);
        result.put("submit", SubmitCommand::new);
        result.put("identity", IdentityCommand::new);
        result.put("render", RenderCommand::new);
        result.put("reset", ResetCommand::new);
        result.put("down", DownCommand::new);
        result.put("generate-completion", GenerateCompletion::new);
        result.put("help", CommandLine.HelpCommand::new);
        return result;
    }

    /** The same where neither output is a terminal, and the process ends with its command. */
    static CommandLine commandLine(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine(out, err, Terminal.NONE, Launcher.NONE, arguments);
    }

    /**
     * The command line for these arguments; its exit codes are {@link ExitCode}'s. Picocli reads a command's annotations by
     * reflection, which takes longer than most commands; so where the arguments begin with a command's name, only that one
     * is read.
     */
    static CommandLine commandLine(
            PrintWriter out, PrintWriter err, Terminal terminal, Launcher launcher, String... arguments) {
        CommandLine line = new CommandLine(new WeftCommand(terminal, launcher));
        String first = arguments.length > 0 ? arguments[0] : "";
        if (COMMANDS.containsKey(first) && !ABOUT_ALL.contains(first)) {
            line.addSubcommand(first, COMMANDS.get(first).get());
        } else if (arguments.length != 1 || !VERSION.contains(first)) {
            COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.get()));
            ABOUT_ALL.forEach(name -> line.getSubcommands()
                    .get(name)
                    .getCommandSpec()
                    .usageMessage()
                    .hidden(true));
        }
        setVersion(line);
        return line.setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, unparsed) -> usage(failure))
                .setExecutionExceptionHandler((failure, subcommand, parsed) -> {
                    Console.of(subcommand.getCommandSpec()).report(failure);
                    return ExitCode.of(failure);
                });
    }

    /** Whether a command with these arguments will ask nodes, if nothing is wrong with it. */
    static boolean asksNodes(String... arguments) {
        return arguments.length > 1 && ASKING.contains(arguments[0]);
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

    Launcher launcher() {
        return launcher;
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
