package io.weft.cli;

import io.weft.NetworkDeployer;
import io.weft.gateway.CallResult.Committed;
import io.weft.model.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        description = "Send a transaction and wait until it is committed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft submit network.yaml CreateAsset a1 blue 5 tom 100",
            "  weft submit network.yaml --transient price=99 OfferAsset a1",
            "  weft submit network.yaml -- Add -5   # arguments that begin with a hyphen"
        })
final class SubmitCommand implements Callable<Integer> {
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
            Committed committed = deployer.submit(request.organization(), request.user(), request.call());
            String result = committed.payload().text();
            if (output.isJson()) {
                Map<String, Object> data = new LinkedHashMap<>();
                data.put("transactionId", committed.transactionId());
                data.put("blockNumber", committed.block());
                Map.Entry<String, String> entry =
                        Json.result(committed.payload().bytes());
                data.put(entry.getKey(), entry.getValue());
                output.print(console, data);
            } else {
                if (!result.isEmpty()) {
                    console.out().println(result);
                }
                console.err()
                        .println(console.err()
                                .faint("Committed in block " + committed.block() + ", transaction "
                                        + committed.transactionId()));
            }
            return ExitCode.DONE;
        }
    }
}
