package io.weft.embedded.peer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.shim.ext.sbe.StateBasedEndorsement;
import org.hyperledger.fabric.shim.ext.sbe.impl.StateBasedEndorsementFactory;

/** A chaincode that does each thing that a test wants done. */
public final class KeyValueContract extends ChaincodeBase {
    /** For the runtime. */
    public KeyValueContract() {}

    @Override
    public Response init(ChaincodeStub stub) {
        return invoke(stub);
    }

    @Override
    public Response invoke(ChaincodeStub stub) {
        List<String> arguments = stub.getParameters();
        return switch (stub.getFunction()) {
            case "put" -> {
                stub.putStringState(arguments.get(0), arguments.get(1));
                yield success("");
            }
            case "get" -> success(stub.getStringState(arguments.get(0)));
            case "append" -> {
                stub.putStringState(arguments.get(0), stub.getStringState(arguments.get(0)) + arguments.get(1));
                yield success("");
            }
            case "random" -> {
                stub.putStringState(
                        arguments.get(0), java.util.UUID.randomUUID().toString());
                yield success("");
            }
            case "announce" -> {
                stub.putStringState("announced", arguments.get(1));
                stub.setEvent(arguments.get(0), arguments.get(1).getBytes(StandardCharsets.UTF_8));
                yield success("");
            }
            case "putPrivate" -> {
                stub.putPrivateData(
                        arguments.get(0), arguments.get(1), stub.getTransient().get("value"));
                yield success("");
            }
            case "getPrivate" -> success(stub.getPrivateDataUTF8(arguments.get(0), arguments.get(1)));
            case "onlyFor" -> {
                StateBasedEndorsement policy =
                        StateBasedEndorsementFactory.getInstance().newStateBasedEndorsement(null);
                policy.addOrgs(StateBasedEndorsement.RoleType.RoleTypePeer, arguments.get(1));
                stub.setStateValidationParameter(arguments.get(0), policy.policy());
                yield success("");
            }
            case "fail" -> ResponseUtils.newErrorResponse(arguments.get(0));
            default -> ResponseUtils.newErrorResponse("no function " + stub.getFunction());
        };
    }

    private static Response success(String text) {
        return ResponseUtils.newSuccessResponse(text.getBytes(StandardCharsets.UTF_8));
    }
}
