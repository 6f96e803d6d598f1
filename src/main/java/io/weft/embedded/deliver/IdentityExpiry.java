package io.weft.embedded.deliver;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.pki.Certificate;
import io.weft.pki.InvalidPemException;
import java.time.Instant;
import java.util.Optional;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/** When an identity ends. */
public final class IdentityExpiry {
    private IdentityExpiry() {}

    /**
     * The end of the validity of an identity's certificate; empty for what is no identity with a certificate. Nothing
     * else is checked.
     *
     * @param identity an {@code msp.SerializedIdentity}
     */
    public static Optional<Instant> of(ByteString identity) {
        try {
            return Optional.of(Certificate.parse(
                            SerializedIdentity.parseFrom(identity).getIdBytes().toStringUtf8())
                    .notAfter());
        } catch (InvalidProtocolBufferException | InvalidPemException e) {
            return Optional.empty();
        }
    }
}
