package io.weft.pki;

import java.math.BigInteger;
import org.bouncycastle.math.ec.AbstractECMultiplier;
import org.bouncycastle.math.ec.ECPoint;

/**
 * Multiplies P-256's base point, which every new key and every signature does once. Its comb, of 8 teeth
 * and 4 tables, costs about as much as a dozen multiplications, once per process; a multiplication then costs under half
 * of what Bouncy Castle's general one does.
 */
final class BasePointMultiplier extends AbstractECMultiplier {
    private final ECPoint base;
    private final Comb comb;

    /** @param comb of the base point */
    BasePointMultiplier(ECPoint base, Comb comb) {
        this.base = base;
        this.comb = comb;
    }

    @Override
    protected ECPoint multiplyPositive(ECPoint point, BigInteger scalar) {
        if (!point.equals(base)) {
            throw new IllegalArgumentException("Not the base point");
        }
        return comb.multiply(scalar);
    }
}
