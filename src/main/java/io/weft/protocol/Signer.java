package io.weft.protocol;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.weft.model.MspId;
import io.weft.pki.Credential;
import java.security.SecureRandom;
import java.time.Clock;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/**
 * A client identity of an organization: its certificate as Fabric transmits it, and the power to sign for it. Safe for
 * use by several threads. {@link #toString} tells nothing of the key.
 */
public final class Signer {
    private static final int NONCE_LENGTH = 24;

    private final MspId mspId;
    private final Credential credential;
    private final ByteString creator;
    private final Clock clock;
    private final SecureRandom random;

    /**
     * @param mspId the organization's MSP ID
     * @param credential an enrollment certificate of the organization, and its key
     */
    public Signer(MspId mspId, Credential credential) {
        this(mspId, credential, Clock.systemUTC(), new SecureRandom());
    }

    /**
     * @param clock tells the time in messages; nodes refuse what is 15 minutes off
     * @param random source of nonces
     */
    public Signer(MspId mspId, Credential credential, Clock clock, SecureRandom random) {
        this.mspId = requireNonNull(mspId, "mspId");
        this.credential = requireNonNull(credential, "credential");
        this.clock = requireNonNull(clock, "clock");
        this.random = requireNonNull(random, "random");
        this.creator = SerializedIdentity.newBuilder()
                .setMspid(mspId.value())
                .setIdBytes(ByteString.copyFromUtf8(credential.certificatePem()))
                .build()
                .toByteString();
    }

    public MspId mspId() {
        return mspId;
    }

    /** PEM of the certificate. */
    public String certificate() {
        return credential.certificatePem();
    }

    /** The identity as messages carry it: a {@code msp.SerializedIdentity}. */
    public ByteString creator() {
        return creator;
    }

    /** Signs a message: ECDSA over its SHA-256 in DER form, S in the low half of the order. */
    public ByteString sign(ByteString message) {
        return ByteString.copyFrom(credential.sign(message.toByteArray()));
    }

    /** As {@link #sign}, of a message whose SHA-256 is given. */
    public byte[] signDigest(byte[] sha256) {
        return credential.key().signDigest(sha256);
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
        return "Signer[" + mspId + ", " + credential.certificate().commonName() + "]";
    }
}
