package io.weft;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * A call of a chaincode's function.
 *
 * @param organization whose peers are asked first
 * @param user who signs: a user of the organization, or {@code admin}
 * @param channel the channel
 * @param chaincode the chaincode
 * @param function the function
 * @param arguments its arguments
 * @param transientData given to the chaincode, not written to the ledger
 */
public record Call(
        String organization,
        String user,
        String channel,
        String chaincode,
        String function,
        List<String> arguments,
        Map<String, byte[]> transientData) {
    public Call {
        requireNonNull(organization, "organization");
        requireNonNull(user, "user");
        requireNonNull(channel, "channel");
        requireNonNull(chaincode, "chaincode");
        requireNonNull(function, "function");
        arguments = List.copyOf(arguments);
        transientData = Map.copyOf(transientData);
    }
}
