package io.weft.embedded.config;

import com.google.protobuf.ByteString;
import io.weft.model.MspId;
import io.weft.pki.Certificate;
import java.time.Instant;
import org.hyperledger.fabric.protos.common.MSPPrincipal;

/** An identity that the channel's MSP found valid. Immutable. */
public final class Identity {
    private final MspId mspId;
    private final Certificate certificate;
    private final ByteString serialized;

    Identity(MspId mspId, Certificate certificate, ByteString serialized) {
        this.mspId = mspId;
        this.certificate = certificate;
        this.serialized = serialized;
    }

    public MspId mspId() {
        return mspId;
    }

    public Certificate certificate() {
        return certificate;
    }

    /** The {@code msp.SerializedIdentity} as it was transmitted. */
    public ByteString serialized() {
        return serialized;
    }

    /** Whether the identity's certificate has run out. The MSP itself never asks: nodes do, where Fabric's do. */
    public boolean isExpired(Instant now) {
        return !now.isBefore(certificate.notAfter());
    }

    public boolean satisfies(MSPPrincipal principal) {
        throw new UnsupportedOperationException();
    }

    /**
     * @throws IdentityException unless the identity's key made the signature over the message, in the low-S form
     */
    public void verify(byte[] message, byte[] signature) {
        throw new UnsupportedOperationException();
    }
}
