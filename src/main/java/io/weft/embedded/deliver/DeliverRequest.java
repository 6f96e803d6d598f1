package io.weft.embedded.deliver;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import org.hyperledger.fabric.protos.common.Envelope;

/**
 * Who asks for blocks of which channel.
 *
 * @param channel the channel ID
 * @param creator the client's identity as transmitted
 * @param envelope the whole request; its signature has not been verified
 */
public record DeliverRequest(String channel, ByteString creator, Envelope envelope) {
    public DeliverRequest {
        requireNonNull(channel, "channel");
        requireNonNull(creator, "creator");
        requireNonNull(envelope, "envelope");
    }
}
