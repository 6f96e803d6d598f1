package io.weft.pki;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;

/**
 * Multiplies one point again and again: a comb after Lim and Lee. With 8 teeth and 4 tables it needs 8 doublings and 32
 * additions for a scalar of 256 bits, where a multiplication of any point needs 256 doublings; the points are Bouncy
 * Castle's. More teeth and tables make it faster and its making dearer. Immutable.
 *
 * <p>Table look-ups are not hidden from someone who can observe the processor's cache; weft's keys are made where the
 * user runs weft, not on a server that serves strangers.
 */
final class Comb {
    private static final int BITS = 256;

    private final ECPoint point;
    private final int teeth;
    private final int steps;
    private final ECPoint[][] tables;

    /**
     * @param teeth each table has two to the power of it points
     * @param count of tables
     */
    Comb(ECPoint point, int teeth, int count) {
        this.point = point;
        this.teeth = teeth;
        this.steps = (BITS + teeth * count - 1) / (teeth * count);
        this.tables = tables(point.getCurve(), count);
    }

    /** {@code tables[t][j]} is the sum of {@code 2^(steps (count i + t)) point} over the bits {@code i} set in {@code j}. */
    private ECPoint[][] tables(ECCurve curve, int count) {
        ECPoint[] powers = new ECPoint[teeth * count];
        ECPoint power = point;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = power;
            power = power.timesPow2(steps);
        }
        curve.normalizeAll(powers);
        ECPoint[] all = new ECPoint[count << teeth];
        for (int t = 0; t < count; t++) {
            int start = t << teeth;
            all[start] = curve.getInfinity();
            for (int j = 1; j < 1 << teeth; j++) {
                int lowest = Integer.numberOfTrailingZeros(j);
                all[start + j] = all[start + (j & (j - 1))].add(powers[lowest * count + t]);
            }
        }
        curve.normalizeAll(all);
        ECPoint[][] result = new ECPoint[count][];
        for (int t = 0; t < count; t++) {
            result[t] = Arrays.copyOfRange(all, t << teeth, (t + 1) << teeth);
        }
        return result;
    }

    /** @param scalar from 0 to below 2 to the power of 256 */
    ECPoint multiply(BigInteger scalar) {
        if (scalar.signum() < 0 || scalar.bitLength() > BITS) {
            throw new IllegalArgumentException("A scalar below 0, or of more than " + BITS + " bits");
        }
        ECPoint result = point.getCurve().getInfinity();
        for (int step = steps - 1; step >= 0; step--) {
            result = result.twice();
            for (int t = 0; t < tables.length; t++) {
                int index = 0;
                for (int tooth = 0; tooth < teeth; tooth++) {
                    if (scalar.testBit((tooth * tables.length + t) * steps + step)) {
                        index |= 1 << tooth;
                    }
                }
                result = result.add(tables[t][index]);
            }
        }
        return result;
    }
}
