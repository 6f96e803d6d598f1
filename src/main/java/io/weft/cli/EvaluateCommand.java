package io.weft.cli;

import io.weft.NetworkDeployer;
import io.weft.model.Network;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = "Ask a chaincode; nothing is written to the ledger.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft evaluate network.yaml ReadAsset a1",
            "  weft evaluate network.yaml --org org2 --user admin --channel trading --chaincode asset GetAllAssets"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private PlatformOptions platform;

    @Mixin
    private TransactionOptions transaction;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws InterruptedException {
        Console console = Console.of(command);
        Network network = transaction.load(console);
        try (NetworkDeployer deployer = platform.connect(network, transaction.spec())) {
            TransactionOptions.Request request = transaction.request(network);
            byte[] answer = deployer.evaluate(request.organization(), request.user(), request.call());
            if (output.isJson()) {
                output.print(console, Map.ofEntries(Json.result(answer)));
            } else {
                console.out().println(new String(answer, StandardCharsets.UTF_8));
            }
            return ExitCode.DONE;
        }
    }
}
