package io.weft.scenario;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.hyperledger.fabric.shim.Chaincode;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.shim.ledger.CompositeKey;
import org.hyperledger.fabric.shim.ledger.KeyModification;
import org.hyperledger.fabric.shim.ledger.KeyValue;
import org.hyperledger.fabric.shim.ledger.QueryResultsIterator;
import org.hyperledger.fabric.shim.ledger.QueryResultsIteratorWithMetadata;

/** Does each of the things that chaincode can do, one by one. */
final class TrialContract implements Chaincode {
    @Override
    public Response init(ChaincodeStub stub) {
        return invoke(stub);
    }

    @Override
    public Response invoke(ChaincodeStub stub) {
        try {
            return ResponseUtils.newSuccessResponse(
                    run(stub, stub.getFunction(), stub.getParameters()).getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return ResponseUtils.newErrorResponse(e.getMessage());
        } catch (RuntimeException e) {
            return ResponseUtils.newErrorResponse(e.getMessage());
        } catch (Exception e) {
            return ResponseUtils.newErrorResponse(e.toString());
        }
    }

    private static String run(ChaincodeStub stub, String function, List<String> arguments) throws Exception {
        switch (function) {
            case "init" -> {
                stub.putStringState("initialized", "yes");
                return "";
            }
            case "put" -> {
                stub.putStringState(arguments.get(0), arguments.get(1));
                return "";
            }
            case "get" -> {
                return stub.getStringState(arguments.get(0));
            }
            case "delete" -> {
                stub.delState(arguments.get(0));
                return "";
            }
            case "append" -> {
                stub.putStringState(arguments.get(0), stub.getStringState(arguments.get(0)) + arguments.get(1));
                return "";
            }
            case "random" -> {
                stub.putStringState(arguments.get(0), UUID.randomUUID().toString());
                return "";
            }
            case "fail" -> throw new IllegalArgumentException(arguments.get(0));
            case "event" -> {
                stub.setEvent(arguments.get(0), arguments.get(1).getBytes(StandardCharsets.UTF_8));
                return "";
            }
            case "count" -> {
                int count = 0;
                try (QueryResultsIterator<KeyValue> found = stub.getStateByRange(arguments.get(0), arguments.get(1))) {
                    for (KeyValue value : found) {
                        count += value.getKey().isEmpty() ? 0 : 1;
                    }
                }
                stub.putStringState(arguments.get(2), "" + count);
                return "" + count;
            }
            case "page" -> {
                StringBuilder result = new StringBuilder();
                try (QueryResultsIteratorWithMetadata<KeyValue> page = stub.getStateByRangeWithPagination(
                        arguments.get(0), arguments.get(1), Integer.parseInt(arguments.get(2)), arguments.get(3))) {
                    for (KeyValue value : page) {
                        result.append(value.getKey())
                                .append('=')
                                .append(value.getStringValue())
                                .append(' ');
                    }
                    return result + "count " + page.getMetadata().getFetchedRecordsCount() + " bookmark "
                            + page.getMetadata().getBookmark();
                }
            }
            case "putComposite" -> {
                CompositeKey key = stub.createCompositeKey(
                        arguments.get(0), arguments.subList(1, arguments.size()).toArray(new String[0]));
                stub.putStringState(key.toString(), "here");
                return "";
            }
            case "composites" -> {
                StringBuilder result = new StringBuilder();
                try (QueryResultsIterator<KeyValue> found = stub.getStateByPartialCompositeKey(
                        arguments.get(0), arguments.subList(1, arguments.size()).toArray(new String[0]))) {
                    for (KeyValue value : found) {
                        result.append(stub.splitCompositeKey(value.getKey()).getAttributes());
                    }
                }
                return result.toString();
            }
            case "history" -> {
                StringBuilder result = new StringBuilder();
                try (QueryResultsIterator<KeyModification> found = stub.getHistoryForKey(arguments.get(0))) {
                    for (KeyModification change : found) {
                        result.append(change.isDeleted() ? "deleted" : change.getStringValue())
                                .append(' ');
                    }
                }
                return result.toString().strip();
            }
            case "rich" -> {
                try (QueryResultsIterator<KeyValue> found = stub.getQueryResult(arguments.get(0))) {
                    return "" + found.iterator().hasNext();
                }
            }
            case "call" -> {
                Response response = stub.invokeChaincode(
                        arguments.get(0),
                        arguments.subList(2, arguments.size()).stream()
                                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                                .toList(),
                        arguments.get(1));
                return response.getStatusCode() + " " + response.getMessage() + " "
                        + (response.getPayload() == null
                                ? ""
                                : new String(response.getPayload(), StandardCharsets.UTF_8));
            }
            case "putPrivate" -> {
                stub.putPrivateData(
                        arguments.get(0), arguments.get(1), stub.getTransient().get("value"));
                return "";
            }
            case "getPrivate" -> {
                return stub.getPrivateDataUTF8(arguments.get(0), arguments.get(1));
            }
            case "privateHash" -> {
                byte[] hash = stub.getPrivateDataHash(arguments.get(0), arguments.get(1));
                return hash == null ? "none" : "a hash of " + hash.length + " bytes";
            }
            case "deletePrivate" -> {
                stub.delPrivateData(arguments.get(0), arguments.get(1));
                return "";
            }
            case "purgePrivate" -> {
                stub.purgePrivateData(arguments.get(0), arguments.get(1));
                return "";
            }
            case "keyPolicy" -> {
                stub.setStateValidationParameter(
                        arguments.get(0), arguments.get(1).getBytes(StandardCharsets.UTF_8));
                return "";
            }
            case "whoami" -> {
                return org.hyperledger.fabric.protos.msp.SerializedIdentity.parseFrom(stub.getCreator())
                        .getMspid();
            }
            case "arguments" -> {
                return Arrays.toString(arguments.toArray());
            }
            default -> throw new IllegalArgumentException("no function " + function);
        }
    }
}
