package io.weft.cli;

import io.weft.gateway.Call;
import io.weft.model.Channel;
import io.weft.model.Network;
import io.weft.model.Organization;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Who calls which chaincode with what. */
final class TransactionOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private SpecArgument spec;

    @Option(names = "--org", paramLabel = "NAME", description = "Organization (default: the channel's first member).")
    private Optional<String> organization = Optional.empty();

    @Option(names = "--user", paramLabel = "NAME", description = "User (default: the organization's first, or admin).")
    private Optional<String> user = Optional.empty();

    @Option(names = "--channel", paramLabel = "NAME", description = "Channel (default: the spec's first).")
    private Optional<String> channel = Optional.empty();

    @Option(names = "--chaincode", paramLabel = "NAME", description = "Chaincode (default: the channel's first).")
    private Optional<String> chaincode = Optional.empty();

    @Option(
            names = "--transient",
            paramLabel = "KEY=VALUE",
            description = "Transient data, not written to the ledger; may be repeated.")
    private Map<String, String> transientData = new LinkedHashMap<>();

    @Parameters(index = "1", paramLabel = "FUNCTION", description = "The chaincode's function.")
    private String function;

    @Parameters(index = "2..*", paramLabel = "ARGUMENT", description = "Its arguments.")
    private List<String> arguments = List.of();

    /** Reads and checks the spec; warnings go to the error output. */
    Network load(Console console) {
        return spec.load(console);
    }

    SpecArgument spec() {
        return spec;
    }

    Request request(Network network) {
        Channel theChannel = find(
                network.channels().stream()
                        .filter(c -> channel.isEmpty() || channel.get().equals(c.name()))
                        .findFirst(),
                "--channel",
                network.channels().stream().map(Channel::name).toList());
        String theChaincode = find(
                theChannel.chaincodes().stream()
                        .map(c -> c.name())
                        .filter(name -> chaincode.isEmpty() || chaincode.get().equals(name))
                        .findFirst(),
                "--chaincode",
                theChannel.chaincodes().stream().map(c -> c.name()).toList());
        Organization theOrganization = network.organization(find(
                theChannel.members().stream()
                        .map(m -> m.organization())
                        .filter(name ->
                                organization.isEmpty() || organization.get().equals(name))
                        .findFirst(),
                "--org",
                theChannel.members().stream().map(m -> m.organization()).toList()));
        List<String> users = theOrganization.clientNames().toList();
        String theUser = user.isPresent()
                ? find(users.stream().filter(user.get()::equals).findFirst(), "--user", users)
                : users.get(Math.min(1, users.size() - 1));
        Map<String, byte[]> data = new LinkedHashMap<>();
        transientData.forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
        return new Request(
                theOrganization.name(),
                theUser,
                new Call(theChannel.name(), theChaincode, function, arguments, data, List.of()));
    }

    /**
     * A call and who makes it.
     *
     * @param organization whose peer is asked
     * @param user who signs
     * @param call what is called
     */
    record Request(String organization, String user, Call call) {}

    private <T> T find(Optional<T> found, String option, List<String> known) {
        return found.orElseThrow(() -> new ParameterException(
                command.commandLine(),
                "Option " + option + ": not in the spec. There are: " + String.join(", ", known)));
    }
}
