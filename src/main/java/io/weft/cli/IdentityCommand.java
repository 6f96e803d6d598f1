package io.weft.cli;

import io.weft.NetworkDeployer;
import io.weft.model.Network;
import io.weft.model.Organization;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "identity",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Work with the network's identities.",
        subcommands = IdentityCommand.Export.class)
final class IdentityCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    /** Without a subcommand. */
    @Override
    public Integer call() {
        command.commandLine().usage(command.commandLine().getErr());
        return ExitCode.USAGE;
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Write an identity as MSP folder, wallet file and environment for Fabric's `peer` program.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  weft identity export network.yaml org1/admin --to ~/org1-admin",
                "  . ~/org1-admin/peer.env && peer channel list"
            })
    static final class Export implements Callable<Integer> {
        @Spec
        private CommandSpec command;

        @Mixin
        private SpecArgument spec;

        @Parameters(index = "1", paramLabel = "ORG/USER", description = "For example org1/admin.")
        private String identity;

        @Option(names = "--to", required = true, paramLabel = "DIR", description = "Folder to make; files are 0600.")
        private Path folder;

        @Mixin
        private PlatformOptions platform;

        @Mixin
        private OutputOption output;

        @Override
        public Integer call() throws InterruptedException {
            Console console = Console.of(command);
            Network network = spec.load(console);
            List<String> known = network.organizations().stream()
                    .flatMap(o -> o.clientNames().map(user -> o.name() + "/" + user))
                    .toList();
            if (!known.contains(identity)) {
                throw new ParameterException(
                        command.commandLine(),
                        "No identity `" + identity + "` in the spec. There are: " + String.join(", ", known));
            }
            Organization organization = network.organization(identity.substring(0, identity.indexOf('/')));
            String user = identity.substring(identity.indexOf('/') + 1);
            try (NetworkDeployer deployer = platform.connect(network, spec)) {
                deployer.exportIdentity(organization.name(), user, folder);
                Path environment = folder.resolve("peer.env");
                if (output.isJson()) {
                    output.print(
                            console,
                            Json.object(
                                    Map.entry("folder", folder.toString()),
                                    Map.entry("environment", environment.toString())));
                } else {
                    console.out().println("Wrote " + folder + ". Next: . " + environment);
                }
                return ExitCode.DONE;
            }
        }
    }
}
