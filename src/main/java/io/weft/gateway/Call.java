package io.weft.gateway;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A call of a chaincode's function.
 *
 * @param channel the channel ID
 * @param chaincode the chaincode's name
 * @param function the function's name, with the contract's name and a colon before it if the chaincode has several
 * @param arguments what it takes
 * @param transientData what it takes beside that and what never reaches the ledger; not part of {@link #toString}
 * @param endorsingOrganizations MSP IDs of those that are to endorse it; empty: the gateway finds out
 */
public record Call(
        String channel,
        String chaincode,
        String function,
        List<String> arguments,
        Map<String, byte[]> transientData,
        List<String> endorsingOrganizations) {
    public Call {
        requireNonNull(channel, "channel");
        requireNonNull(chaincode, "chaincode");
        requireNonNull(function, "function");
        arguments = List.copyOf(arguments);
        transientData = Collections.unmodifiableMap(transientData.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> Arrays.copyOf(entry.getValue(), entry.getValue().length),
                        (a, b) -> b,
                        LinkedHashMap::new)));
        endorsingOrganizations = List.copyOf(endorsingOrganizations);
    }

    /** A call with arguments only. */
    public static Call of(String channel, String chaincode, String function, String... arguments) {
        return new Call(channel, chaincode, function, List.of(arguments), Map.of(), List.of());
    }

    /** Channel, chaincode and function; neither arguments nor transient data, which may be secret. */
    @Override
    public String toString() {
        return "`" + function + "` of chaincode `" + chaincode + "` on channel `" + channel + "`";
    }
}
