package io.weft.embedded.config;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.model.MspId;
import io.weft.pki.Certificate;
import io.weft.pki.EcdsaSignature;
import java.time.Instant;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.MSPPrincipal;

/**
 * An identity of one of the channel's organizations. Immutable and thread-safe.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/msp/identities.go">Fabric's msp/identities.go</a>
 */
public final class Identity {
    private final Msp msp;
    private final Certificate certificate;
    private final ByteString serialized;
    private final Optional<String> invalidity;

    Identity(Msp msp, Certificate certificate, ByteString serialized, Optional<String> invalidity) {
        this.msp = requireNonNull(msp, "msp");
        this.certificate = requireNonNull(certificate, "certificate");
        this.serialized = requireNonNull(serialized, "serialized");
        this.invalidity = invalidity;
    }

    public MspId mspId() {
        return msp.id();
    }

    /** The certificate, with a signature in the form that Fabric accepts, whatever was transmitted. */
    public Certificate certificate() {
        return certificate;
    }

    /** The {@code msp.SerializedIdentity} as it was transmitted. */
    public ByteString serialized() {
        return serialized;
    }

    /**
     * Whether the certificate has run out. The MSP never asks: an identity that has expired is valid, and what it signed
     * stays so. Ordering nodes ask of each message, peers of each proposal, both of each event stream.
     */
    public boolean isExpired(Instant now) {
        return !now.isBefore(certificate.notAfter());
    }

    /**
     * Whether the MSP holds the identity valid and the principal is one of its roles, its unit or itself. A principal
     * that cannot be read is satisfied by nobody.
     */
    public boolean satisfies(MSPPrincipal principal) {
        return msp.satisfies(this, principal);
    }

    /**
     * Checks a signature: ASN.1 DER, over the SHA-256 of the message, S in the lower half of the order.
     *
     * @throws IdentityException unless the identity's key made it
     */
    public void verify(byte[] message, byte[] signature) {
        if (signature.length == 0) {
            throw new IdentityException(
                    "could not determine the validity of the signature: Invalid signature. Cannot be empty.");
        }
        EcdsaSignature numbers;
        try {
            numbers = EcdsaSignature.parse(signature);
        } catch (IllegalArgumentException e) {
            throw undetermined("Failed unmashalling signature [" + e.getMessage() + "]", e);
        }
        if (!numbers.isLow()) {
            throw undetermined(
                    "Invalid S. Must be smaller than half the order [" + numbers.s() + "][" + EcdsaSignature.HALF_ORDER
                            + "].",
                    null);
        }
        if (!certificate.verifies(message, numbers)) {
            throw new IdentityException("The signature is invalid");
        }
    }

    private static IdentityException undetermined(String reason, Exception cause) {
        return new IdentityException(
                "could not determine the validity of the signature: Failed verifing with opts [<nil>]: " + reason,
                cause);
    }

    /** Why the MSP holds the identity not valid. */
    Optional<String> invalidity() {
        return invalidity;
    }

    /** Whether both are the same member: the same certificate of the same MSP, however it was transmitted. */
    boolean isSameAs(Identity other) {
        return mspId().equals(other.mspId()) && certificate.equals(other.certificate);
    }

    @Override
    public String toString() {
        return "Identity[" + mspId() + ", " + certificate + "]";
    }
}
