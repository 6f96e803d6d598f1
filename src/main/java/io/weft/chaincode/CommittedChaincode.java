package io.weft.chaincode;

import static java.util.Objects.requireNonNull;

import io.weft.model.MspId;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A definition that holds on a channel.
 *
 * @param definition the definition
 * @param approvals which of the channel's organizations have approved exactly this
 */
public record CommittedChaincode(ChaincodeDefinition definition, Map<MspId, Boolean> approvals) {
    public CommittedChaincode {
        requireNonNull(definition, "definition");
        Map<MspId, Boolean> sorted = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
        sorted.putAll(approvals);
        approvals = Collections.unmodifiableMap(sorted);
    }
}
