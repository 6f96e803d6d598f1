package io.weft.model;

import static java.util.Objects.requireNonNull;

/**
 * Capability levels of a channel's three configuration groups.
 *
 * @param channel {@code V2_0} or {@code V3_0}
 * @param orderer {@code V2_0}
 * @param application {@code V2_0} or {@code V2_5}
 */
public record Capabilities(String channel, String orderer, String application) {
    public Capabilities {
        requireNonNull(channel, "channel");
        requireNonNull(orderer, "orderer");
        requireNonNull(application, "application");
    }
}
