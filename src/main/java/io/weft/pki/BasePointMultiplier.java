package io.weft.pki;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.math.ec.AbstractECMultiplier;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;

/**
 * Multiplies P-256's base point, which every new key and every signature does once. A comb after Lim and Lee with 8
 * teeth and 4 tables needs 8 doublings and 32 additions, under half of what Bouncy Castle's general comb needs; the
 * points are Bouncy Castle's. Its tables cost about as much as a dozen multiplications, once per process.
 *
 * <p>Table look-ups are not hidden from someone who can observe the processor's cache; weft's keys are made where the
 * user runs weft, not on a server that serves strangers.
 */
final class BasePointMultiplier extends AbstractECMultiplier {
    private static final int TEETH = 8;
    private static final int SPACING = 256 / TEETH;
    private static final int TABLES = 4;
    private static final int STEPS = SPACING / TABLES;

    private final ECPoint base;
    private final ECPoint[][] tables;

    BasePointMultiplier(ECPoint base) {
        this.base = base;
        this.tables = tables(base.getCurve(), base);
    }

    /** {@code tables[t][j]} is the sum of {@code 2^(SPACING i + STEPS t) base} over the bits {@code i} set in {@code j}. */
    private static ECPoint[][] tables(ECCurve curve, ECPoint base) {
        ECPoint[] powers = new ECPoint[TEETH * TABLES];
        ECPoint power = base;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = power;
            power = power.timesPow2(STEPS);
        }
        curve.normalizeAll(powers);
        ECPoint[] all = new ECPoint[TABLES << TEETH];
        for (int t = 0; t < TABLES; t++) {
            int start = t << TEETH;
            all[start] = curve.getInfinity();
            for (int j = 1; j < 1 << TEETH; j++) {
                int lowest = Integer.numberOfTrailingZeros(j);
                all[start + j] = all[start + (j & (j - 1))].add(powers[lowest * TABLES + t]);
            }
        }
        curve.normalizeAll(all);
        ECPoint[][] result = new ECPoint[TABLES][];
        for (int t = 0; t < TABLES; t++) {
            result[t] = Arrays.copyOfRange(all, t << TEETH, (t + 1) << TEETH);
        }
        return result;
    }

    @Override
    protected ECPoint multiplyPositive(ECPoint point, BigInteger scalar) {
        if (!point.equals(base) || scalar.bitLength() > 256) {
            throw new IllegalArgumentException("Not the base point, or a scalar of more than 256 bits");
        }
        ECPoint result = base.getCurve().getInfinity();
        for (int step = STEPS - 1; step >= 0; step--) {
            result = result.twice();
            for (int t = 0; t < TABLES; t++) {
                int index = 0;
                for (int tooth = 0; tooth < TEETH; tooth++) {
                    if (scalar.testBit(tooth * SPACING + t * STEPS + step)) {
                        index |= 1 << tooth;
                    }
                }
                result = result.add(tables[t][index]);
            }
        }
        return result;
    }
}
