package io.weft.embedded.config;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.model.HostPort;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/**
 * An ordering node that takes part in a channel's consensus.
 *
 * @param id BFT: its number in the configuration. Raft: its place in the list, from 1
 * @param address where other consenters reach it
 * @param clientTlsCertificate PEM, exactly as in the configuration
 * @param serverTlsCertificate PEM, exactly as in the configuration
 * @param mspId of its organization; empty with etcdraft, whose configuration does not tell
 * @param identity PEM of its signing certificate; empty with etcdraft
 */
public record Consenter(
        int id,
        HostPort address,
        ByteString clientTlsCertificate,
        ByteString serverTlsCertificate,
        String mspId,
        ByteString identity) {
    public Consenter {
        requireNonNull(address, "address");
        requireNonNull(clientTlsCertificate, "clientTlsCertificate");
        requireNonNull(serverTlsCertificate, "serverTlsCertificate");
        requireNonNull(mspId, "mspId");
        requireNonNull(identity, "identity");
    }

    /** Its signing identity as {@code msp.SerializedIdentity}; of no use with etcdraft. */
    public ByteString serializedIdentity() {
        return SerializedIdentity.newBuilder()
                .setMspid(mspId)
                .setIdBytes(identity)
                .build()
                .toByteString();
    }
}
