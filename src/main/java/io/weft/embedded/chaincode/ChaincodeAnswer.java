package io.weft.embedded.chaincode;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.Response;

/**
 * What a chaincode said.
 *
 * @param response status, message and payload as the chaincode chose them
 * @param event the event it set, with chaincode and transaction filled in
 * @param version the version of the committed definition under which it ran
 */
public record ChaincodeAnswer(Response response, Optional<ChaincodeEvent> event, String version) {
    public ChaincodeAnswer {
        requireNonNull(response, "response");
        requireNonNull(event, "event");
        requireNonNull(version, "version");
    }
}
