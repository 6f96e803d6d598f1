package io.weft.embedded.chaincode;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.shim.ledger.CompositeKey;
import org.hyperledger.fabric.shim.ledger.KeyModification;
import org.hyperledger.fabric.shim.ledger.KeyValue;
import org.hyperledger.fabric.shim.ledger.QueryResultsIterator;
import org.hyperledger.fabric.shim.ledger.QueryResultsIteratorWithMetadata;
import org.hyperledger.fabric.traces.Traces;

/** A chaincode with a function for each thing that one can ask of a peer. */
public final class EveryRequest extends ChaincodeBase {
    /** Released by {@code wait} as it begins. */
    final CountDownLatch waiting = new CountDownLatch(2);

    @Override
    public Response init(ChaincodeStub stub) {
        stub.putStringState("initialized by", stub.getFunction());
        if (stub.getParameters().contains("private")) {
            stub.putPrivateData("secrets", "k", "v");
        }
        return ResponseUtils.newSuccessResponse("initialized");
    }

    @Override
    public Response invoke(ChaincodeStub stub) {
        try {
            return ResponseUtils.newSuccessResponse(
                    "", run(stub, stub.getFunction(), stub.getParameters()).getBytes(StandardCharsets.UTF_8));
        } catch (Failing e) {
            return ResponseUtils.newErrorResponse(e.getMessage(), "details".getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Failing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failing(String message) {
            super(message);
        }
    }

    private String run(ChaincodeStub stub, String function, List<String> arguments) throws InterruptedException {
        return switch (function) {
            case "get" -> stub.getStringState(arguments.get(0));
            case "put" -> {
                stub.putStringState(arguments.get(0), arguments.get(1));
                yield stub.getStringState(arguments.get(0));
            }
            case "delete" -> {
                stub.delState(arguments.get(0));
                yield "";
            }
            case "fill" -> {
                for (int i = 0; i < Integer.parseInt(arguments.get(0)); i++) {
                    stub.putStringState(String.format("key%04d", i), "value" + i);
                }
                yield "";
            }
            case "range" -> keys(stub.getStateByRange(arguments.get(0), arguments.get(1)));
            case "first of range" -> {
                try (QueryResultsIterator<KeyValue> all = stub.getStateByRange("", "")) {
                    yield all.iterator().next().getKey();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            case "page" ->
                page(stub.getStateByRangeWithPagination(
                        arguments.get(0), arguments.get(1), Integer.parseInt(arguments.get(2)), arguments.get(3)));
            case "put composite" -> {
                stub.putStringState(
                        new CompositeKey(arguments.get(0), arguments.subList(1, arguments.size())).toString(), "c");
                yield "";
            }
            case "range composite" ->
                keys(stub.getStateByPartialCompositeKey(
                        arguments.get(0), arguments.subList(1, arguments.size()).toArray(String[]::new)));
            case "history" -> history(stub.getHistoryForKey(arguments.get(0)));
            case "query" -> keys(stub.getQueryResult("{\"selector\":{}}"));
            case "set policy" -> {
                stub.setStateValidationParameter(
                        arguments.get(0), arguments.get(1).getBytes(StandardCharsets.UTF_8));
                yield "";
            }
            case "get policy" -> {
                byte[] policy = stub.getStateValidationParameter(arguments.get(0));
                yield policy == null ? "none" : new String(policy, StandardCharsets.UTF_8);
            }
            case "put private" -> {
                stub.putPrivateData(
                        arguments.get(0), arguments.get(1), stub.getTransient().get("value"));
                yield "";
            }
            case "get private" -> stub.getPrivateDataUTF8(arguments.get(0), arguments.get(1));
            case "hash private" ->
                HexFormat.of().formatHex(stub.getPrivateDataHash(arguments.get(0), arguments.get(1)));
            case "delete private" -> {
                stub.delPrivateData(arguments.get(0), arguments.get(1));
                yield "";
            }
            case "purge private" -> {
                stub.purgePrivateData(arguments.get(0), arguments.get(1));
                yield "";
            }
            case "range private" -> keys(stub.getPrivateDataByRange(arguments.get(0), "", ""));
            case "set private policy" -> {
                stub.setPrivateDataValidationParameter(
                        arguments.get(0), arguments.get(1), arguments.get(2).getBytes(StandardCharsets.UTF_8));
                yield "";
            }
            case "get private policy" ->
                new String(
                        stub.getPrivateDataValidationParameter(arguments.get(0), arguments.get(1)),
                        StandardCharsets.UTF_8);
            case "call" -> {
                Response answer = stub.invokeChaincodeWithStringArgs(
                        arguments.get(0), arguments.subList(2, arguments.size()), arguments.get(1));
                yield answer.getStatusCode() + " " + answer.getMessage() + " "
                        + (answer.getPayload() == null ? "" : answer.getStringPayload());
            }
            case "event" -> {
                stub.setEvent(arguments.get(0), arguments.get(1).getBytes(StandardCharsets.UTF_8));
                yield "";
            }
            case "organization" -> stub.getMspId();
            case "context" -> context(stub);
            case "fail" -> throw new Failing(arguments.get(0));
            case "throw" -> throw new IllegalStateException(arguments.get(0));
            case "wait" -> {
                waiting.countDown();
                yield Boolean.toString(waiting.await(60, TimeUnit.SECONDS));
            }
            case "hang" -> {
                new CountDownLatch(1).await();
                yield "";
            }
            default -> throw new Failing("no function " + function);
        };
    }

    private static String context(ChaincodeStub stub) {
        Map<String, String> result = new TreeMap<>();
        result.put("channel", stub.getChannelId());
        result.put("tx", stub.getTxId());
        result.put("time", stub.getTxTimestamp().toString());
        result.put("creator", HexFormat.of().formatHex(stub.getCreator()));
        stub.getTransient()
                .forEach((key, value) -> result.put("transient " + key, new String(value, StandardCharsets.UTF_8)));
        result.put(
                "proposal",
                Integer.toString(stub.getSignedProposal().getProposalBytes().size()));
        return result.toString();
    }

    private static String keys(Iterable<KeyValue> results) {
        List<String> result = new ArrayList<>();
        for (KeyValue one : results) {
            result.add(one.getKey().replace('\u0000', '|') + "=" + one.getStringValue());
        }
        return String.join(",", result);
    }

    private static String page(QueryResultsIteratorWithMetadata<KeyValue> page) {
        return keys(page) + " count " + page.getMetadata().getFetchedRecordsCount() + " next "
                + page.getMetadata().getBookmark();
    }

    private static String history(QueryResultsIterator<KeyModification> modifications) {
        List<String> result = new ArrayList<>();
        for (KeyModification one : modifications) {
            result.add(one.isDeleted() ? "deleted" : one.getStringValue());
        }
        return String.join(",", result);
    }

    /** As a process of its own: as a service if it is told an address, else as a client of the peer. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        EveryRequest chaincode = new EveryRequest();
        String address = System.getenv("CHAINCODE_SERVER_ADDRESS");
        if (address == null) {
            chaincode.start(arguments);
            return;
        }
        chaincode.identify(System.getenv("CHAINCODE_ID"));
        ChaincodeServerProperties properties = new ChaincodeServerProperties();
        properties.setServerAddress(new InetSocketAddress(
                StartedProcess.loopback(), Integer.parseInt(address.substring(address.indexOf(':') + 1))));
        new NettyChaincodeServer(chaincode, properties).start();
    }

    /** The class of its exceptions, which a jar with it must have, too. */
    static Class<?> failing() {
        return Failing.class;
    }

    /** Gives the chaincode the name under which it registers when it runs as a service. */
    void identify(String packageId) {
        processCommandLineOptions(new String[] {"-i", packageId});
        // As the shim's own main method does.
        Metrics.initialize(getChaincodeConfig());
        Traces.initialize(getChaincodeConfig());
    }
}
