package io.weft.cli;

import io.weft.problem.InvalidSpecException;
import io.weft.problem.WeftException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0 done; 1 something said no; 2 wrong usage; 3 the spec is not valid; 4 something does not answer;",
            "  5 timed out; 6 what exists belongs to another network or run; 7 the network is not as the spec says;",
            "  70 a defect in weft; 130 interrupted"
        })
final class WeftCommand {
    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    private boolean stacktrace;

    private static final String HIDDEN = "generate-completion";
    private static final Set<String> VERSION = Set.of("-V", "--version");

    /** In the order of the help text. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

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
        return result;
    }

    /**
     * The command line for these arguments. Picocli reads a command's annotations by reflection, which takes longer than
     * most commands; so where the arguments begin with a command's name, only that one is read.
     */
    static CommandLine commandLine(PrintWriter out, PrintWriter err, String... arguments) {
        WeftCommand top = new WeftCommand();
        CommandLine line = new CommandLine(top);
        if (arguments.length > 0 && !HIDDEN.equals(arguments[0]) && COMMANDS.containsKey(arguments[0])) {
            line.addSubcommand(arguments[0], COMMANDS.get(arguments[0]).get());
        } else if (arguments.length != 1 || !VERSION.contains(arguments[0])) {
            COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.get()));
            line.getSubcommands().get(HIDDEN).getCommandSpec().usageMessage().hidden(true);
        }
        return line
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> top.report(failure, command));
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
