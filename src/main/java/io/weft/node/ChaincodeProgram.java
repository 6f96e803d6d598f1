package io.weft.node;

import io.weft.embedded.chaincode.ChaincodeSource;
import io.weft.embedded.chaincode.ContractServer;
import io.weft.model.MspId;
import io.weft.problem.RejectedException;
import io.weft.sample.AssetContract;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code sample-chaincode}: weft's sample contract as a service, from the environment that the chart gives a chaincode. */
final class ChaincodeProgram {
    private ChaincodeProgram() {}

    static RunningProgram start(Map<String, String> environment) {
        String packageId = required(environment, "CORE_CHAINCODE_ID_NAME");
        String address = required(environment, "CHAINCODE_SERVER_ADDRESS");
        InetSocketAddress listen;
        try {
            listen = Configuration.listening(address);
        } catch (IllegalArgumentException e) {
            throw new RejectedException("`CHAINCODE_SERVER_ADDRESS` is `" + address + "`, which is no `host:port`.", e);
        }
        try {
            ContractServer server = ContractServer.start(
                    ChaincodeSource.InProcess.of(AssetContract.class),
                    mspId(environment),
                    packageId,
                    new ContractServer.Endpoint(listen, tls(environment)));
            return new RunningProgram("Sample contract `" + packageId + "` at " + address, List.of(), List.of(server));
        } catch (IOException e) {
            throw new RejectedException("The chaincode `" + packageId + "` cannot be served: " + e + ".", e);
        }
    }

    private static MspId mspId(Map<String, String> environment) {
        String value = required(environment, "CORE_PEER_LOCALMSPID");
        if (!MspId.isValid(value)) {
            throw new RejectedException("`CORE_PEER_LOCALMSPID` is `" + value + "`, which is no MSP ID.");
        }
        return new MspId(value);
    }

    private static Optional<ContractServer.Tls> tls(Map<String, String> environment) {
        // As the chaincodes of fabric-samples: no TLS unless it is asked for.
        if (!environment.getOrDefault("CHAINCODE_TLS_DISABLED", "true").equals("false")) {
            return Optional.empty();
        }
        Path key = readable(environment, "CHAINCODE_TLS_KEY");
        Path certificate = readable(environment, "CHAINCODE_TLS_CERT");
        Optional<Path> clients =
                environment.getOrDefault("CHAINCODE_CLIENT_CA_CERT", "").isEmpty()
                        ? Optional.empty()
                        : Optional.of(readable(environment, "CHAINCODE_CLIENT_CA_CERT"));
        return Optional.of(new ContractServer.Tls(certificate, key, clients));
    }

    private static Path readable(Map<String, String> environment, String name) {
        Path file = Path.of(required(environment, name));
        if (!Files.isReadable(file)) {
            throw new RejectedException("`" + name + "` is `" + file + "`, which cannot be read.");
        }
        return file;
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new RejectedException("The environment variable `" + name + "` is missing.");
        }
        return value;
    }
}
