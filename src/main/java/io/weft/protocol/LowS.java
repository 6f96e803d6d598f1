package io.weft.protocol;

import java.math.BigInteger;
import java.util.Arrays;

/** Brings ECDSA P-256 signatures into the form that Fabric takes: of the two values of S that verify, the lower one. */
final class LowS {
    private static final BigInteger ORDER =
            new BigInteger("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16);
    private static final BigInteger HALF = ORDER.shiftRight(1);

    private LowS() {}

    /**
     * @param signature {@code SEQUENCE { INTEGER r, INTEGER s }} in DER, shorter than 128 bytes, as P-256 signatures are
     */
    static byte[] normalize(byte[] signature) {
        int lengthOfR = signature[3];
        int startOfS = 4 + lengthOfR + 2;
        BigInteger s = new BigInteger(Arrays.copyOfRange(signature, startOfS, signature.length));
        if (s.compareTo(HALF) <= 0) {
            return signature;
        }
        byte[] low = ORDER.subtract(s).toByteArray();
        byte[] result = Arrays.copyOf(signature, startOfS + low.length);
        result[1] = (byte) (result.length - 2);
        result[startOfS - 1] = (byte) low.length;
        System.arraycopy(low, 0, result, startOfS, low.length);
        return result;
    }
}
