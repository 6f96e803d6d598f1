package io.weft.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.traces.Traces;

/** A small chaincode as a program of its own, a service: {@code CreateAsset} keeps its arguments, {@code ReadAsset} tells them. */
public final class SampleService extends ChaincodeBase {
    private SampleService(String packageId) {
        // What the shim's own main method does first.
        processCommandLineOptions(new String[] {"-i", packageId});
        Metrics.initialize(getChaincodeConfig());
        Traces.initialize(getChaincodeConfig());
    }

    @Override
    public Response init(ChaincodeStub stub) {
        return ResponseUtils.newSuccessResponse();
    }

    @Override
    public Response invoke(ChaincodeStub stub) {
        List<String> arguments = stub.getParameters();
        return switch (stub.getFunction()) {
            case "CreateAsset" -> {
                stub.putStringState(arguments.get(0), String.join(" ", arguments));
                yield ResponseUtils.newSuccessResponse();
            }
            case "ReadAsset" ->
                ResponseUtils.newSuccessResponse(
                        stub.getStringState(arguments.get(0)).getBytes(StandardCharsets.UTF_8));
            default -> ResponseUtils.newErrorResponse("unknown function " + stub.getFunction());
        };
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        server(System.getenv()).start();
    }

    /** @param environment what weft, or the chart, gives a chaincode */
    static NettyChaincodeServer server(Map<String, String> environment) throws IOException {
        String address = environment.get("CHAINCODE_SERVER_ADDRESS");
        ChaincodeServerProperties properties = new ChaincodeServerProperties();
        int colon = address.indexOf(':');
        properties.setServerAddress(
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
        if (!environment.getOrDefault("CHAINCODE_TLS_DISABLED", "true").equals("true")) {
            properties.setTlsEnabled(true);
            properties.setKeyFile(environment.get("CHAINCODE_TLS_KEY"));
            properties.setKeyCertChainFile(environment.get("CHAINCODE_TLS_CERT"));
            properties.setTrustCertCollectionFile(environment.get("CHAINCODE_CLIENT_CA_CERT"));
        }
        return new NettyChaincodeServer(new SampleService(environment.get("CHAINCODE_ID")), properties);
    }
}
