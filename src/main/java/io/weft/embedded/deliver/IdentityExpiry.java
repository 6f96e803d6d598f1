package io.weft.embedded.deliver;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.pki.Certificate;
import io.weft.pki.InvalidPemException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/** When an identity ends. */
public final class IdentityExpiry {
    private static final int KEPT = 1000;

    /** Clients come again and again; to read a certificate costs a tenth of what it costs to verify a signature. */
    private static final Map<ByteString, Optional<Instant>> KNOWN =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<ByteString, Optional<Instant>> eldest) {
                    return size() > KEPT;
                }
            });

    private IdentityExpiry() {}

    /**
     * The end of the validity of an identity's certificate; empty for what is no identity with a certificate. Nothing
     * else is checked.
     *
     * @param identity an {@code msp.SerializedIdentity}
     */
    public static Optional<Instant> of(ByteString identity) {
        return KNOWN.computeIfAbsent(identity, IdentityExpiry::read);
    }

    private static Optional<Instant> read(ByteString identity) {
        try {
            return Optional.of(Certificate.parse(
                            SerializedIdentity.parseFrom(identity).getIdBytes().toStringUtf8())
                    .notAfter());
        } catch (InvalidProtocolBufferException | InvalidPemException e) {
            return Optional.empty();
        }
    }
}
