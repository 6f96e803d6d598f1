package io.weft.plan;

import static java.util.Objects.requireNonNull;

/**
 * Names a chaincode of a channel.
 *
 * @param channel the channel's name
 * @param name the chaincode's name
 */
public record ChaincodeRef(String channel, String name) {
    public ChaincodeRef {
        requireNonNull(channel, "channel");
        requireNonNull(name, "name");
    }

    /** {@code channel/chaincode}. */
    @Override
    public String toString() {
        return channel + "/" + name;
    }
}
