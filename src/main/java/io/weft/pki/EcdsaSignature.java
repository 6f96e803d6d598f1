package io.weft.pki;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * The two numbers of an ECDSA signature on P-256.
 *
 * @param r from 1 to the order of the curve less 1
 * @param s from 1 to the order of the curve less 1
 */
public record EcdsaSignature(BigInteger r, BigInteger s) {
    /** The largest S that Fabric accepts. */
    public static final BigInteger HALF_ORDER = P256.DOMAIN.getN().shiftRight(1);

    public EcdsaSignature {
        requireNonNull(r, "r");
        requireNonNull(s, "s");
        if (!P256.isScalar(r) || !P256.isScalar(s)) {
            throw new IllegalArgumentException("Not a signature on P-256: a number is out of range");
        }
    }

    /**
     * Reads a signature.
     *
     * @param der a SEQUENCE of two INTEGERs, in DER
     * @throws IllegalArgumentException if the bytes are anything else
     */
    public static EcdsaSignature parse(byte[] der) {
        try {
            BigInteger[] numbers = StandardDSAEncoding.INSTANCE.decode(P256.DOMAIN.getN(), der);
            return new EcdsaSignature(numbers[0], numbers[1]);
        } catch (IOException | IllegalArgumentException | ClassCastException e) {
            throw new IllegalArgumentException("Not a signature on P-256: " + e.getMessage(), e);
        }
    }

    /** Whether S is in the lower half of the order, the only form that Fabric accepts of a message's signature. */
    public boolean isLow() {
        return s.compareTo(HALF_ORDER) <= 0;
    }

    /** The signature that is as good as this one and has its S in the other half. */
    public EcdsaSignature negated() {
        return new EcdsaSignature(r, P256.DOMAIN.getN().subtract(s));
    }

    /** A SEQUENCE of two INTEGERs, in DER. */
    public byte[] der() {
        try {
            return StandardDSAEncoding.INSTANCE.encode(P256.DOMAIN.getN(), r, s);
        } catch (IOException e) {
            throw new AssertionError("A signature in memory can be encoded", e);
        }
    }
}
