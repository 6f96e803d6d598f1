package io.weft.protocol;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.model.MspId;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Clock;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/**
 * A client identity of an organization: its certificate as Fabric transmits it, and the power to sign for it. Safe for
 * use by several threads. {@link #toString} shows the MSP ID only.
 */
public final class Signer {
    private static final int NONCE_LENGTH = 24;

    private final MspId mspId;
    private final String certificate;
    private final PrivateKey key;
    private final ByteString creator;
    private final Clock clock;
    private final SecureRandom random;

    /**
     * @param mspId the organization's MSP ID
     * @param certificate PEM of the signing certificate; transmitted as it is, since Fabric takes another line break for
     *     another identity
     * @param key the certificate's ECDSA P-256 private key
     */
    public Signer(MspId mspId, String certificate, PrivateKey key) {
        this(mspId, certificate, key, Clock.systemUTC(), new SecureRandom());
    }

    Signer(MspId mspId, String certificate, PrivateKey key, Clock clock, SecureRandom random) {
        this.mspId = requireNonNull(mspId, "mspId");
        this.certificate = requireNonNull(certificate, "certificate");
        this.key = requireNonNull(key, "key");
        this.clock = clock;
        this.random = random;
        this.creator = SerializedIdentity.newBuilder()
                .setMspid(mspId.value())
                .setIdBytes(ByteString.copyFromUtf8(certificate))
                .build()
                .toByteString();
    }

    public MspId mspId() {
        return mspId;
    }

    /** PEM of the signing certificate. */
    public String certificate() {
        return certificate;
    }

    /** The identity as messages carry it: a {@code msp.SerializedIdentity}. */
    public ByteString creator() {
        return creator;
    }

    /**
     * Signs the concatenation of the parts: ECDSA with SHA-256 in DER form, S in the low half of the group's order, which
     * Fabric demands.
     */
    public ByteString sign(ByteString... parts) {
        return sign("SHA256withECDSA", parts);
    }

    /** As {@link #sign}, of a message whose SHA-256 digest is given. */
    public byte[] signDigest(byte[] digest) {
        return sign("NONEwithECDSA", ByteString.copyFrom(digest)).toByteArray();
    }

    private ByteString sign(String algorithm, ByteString... parts) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key, random);
            for (ByteString part : parts) {
                signature.update(part.asReadOnlyByteBuffer());
            }
            return ByteString.copyFrom(LowS.normalize(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The private key of a " + mspId + " identity cannot sign", e);
        }
    }

    Clock clock() {
        return clock;
    }

    ByteString nonce() {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        return ByteString.copyFrom(nonce);
    }

    @Override
    public String toString() {
        return "Signer[" + mspId + "]";
    }
}
