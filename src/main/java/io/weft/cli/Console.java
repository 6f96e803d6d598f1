package io.weft.cli;

import io.weft.NetworkDeployer;
import io.weft.problem.InvalidSpecException;
import io.weft.problem.Problem.Severity;
import io.weft.problem.WeftException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command's words go.
 *
 * @param out results, and nothing else
 * @param err progress, warnings and errors
 * @param stacktrace whether failures show where they come from
 */
record Console(Output out, Output err, Terminal terminal, boolean stacktrace) {
    /** The console of a command. */
    static Console of(CommandSpec command) {
        CommandLine line = command.commandLine();
        WeftCommand top = (WeftCommand) command.root().userObject();
        Terminal terminal = top.terminal();
        return new Console(
                new Output(line.getOut(), terminal.out() && terminal.colour()),
                new Output(line.getErr(), terminal.err() && terminal.colour()),
                terminal,
                top.stacktrace());
    }

    /** Says on the error output where the network runs and on what, and how to have the other. */
    void sayWhere(NetworkDeployer deployer) {
        err.println(err.faint("Network runs on " + deployer.target() + ". " + deployer.alternative()));
    }

    /** Says on the error output why a command ends. */
    void report(Throwable failure) {
        if (failure instanceof InvalidSpecException invalid) {
            invalid.problems().forEach(err::println);
            long errors = invalid.problems().stream()
                    .filter(p -> p.severity() == Severity.ERROR)
                    .count();
            err.println(err.red(errors == 1 ? "1 problem." : errors + " problems.") + " Nothing was contacted.");
        } else if (failure instanceof WeftException) {
            err.println(err.red("weft: ") + failure.getMessage());
        } else if (isInterruption(failure)) {
            err.println("weft: interrupted. The same command goes on where this one stopped.");
        } else {
            err.println(err.red("weft: this is a defect in weft.") + " Please report it with the following lines.");
            err.printStackTrace(failure);
            return;
        }
        trace(failure);
    }

    /** Shows where a known failure comes from, if that was asked for. */
    void trace(Throwable failure) {
        if (stacktrace) {
            err.printStackTrace(failure);
        }
    }

    /** Whether somebody told the program to stop. */
    static boolean isInterruption(Throwable failure) {
        return failure instanceof InterruptedException || failure instanceof CancellationException;
    }

    /** Seconds with one decimal, for example {@code 3.2 s}. */
    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
