package io.weft.embedded.config;

import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;

/** Configuration updates by Fabric's rules: read set, versions, mod_policy, signatures. */
public final class ConfigUpdates {
    private ConfigUpdates() {}

    /**
     * The configuration that follows.
     *
     * @param update an envelope of type {@code CONFIG_UPDATE}
     * @return the new configuration, its sequence one higher, and the update itself
     * @throws ConfigUpdateException with Fabric's text
     */
    public static ConfigEnvelope propose(ChannelView current, Envelope update) {
        throw new UnsupportedOperationException();
    }
}
