package io.weft.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.junit.jupiter.api.Test;

class P256Test {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void public_points_are_those_that_bouncy_castle_computes() {
        BigInteger order = P256.DOMAIN.getN();
        List<BigInteger> scalars = new ArrayList<>();
        for (int bit = 0; bit < 256; bit++) {
            scalars.add(BigInteger.ONE.shiftLeft(bit).min(order.subtract(BigInteger.ONE)));
        }
        for (int i = 1; i <= 40; i++) {
            scalars.add(BigInteger.valueOf(i));
            scalars.add(order.subtract(BigInteger.valueOf(i)));
            scalars.add(P256.randomScalar(RANDOM));
        }
        for (BigInteger scalar : scalars) {
            ECPoint expected = new FixedPointCombMultiplier().multiply(P256.DOMAIN.getG(), scalar);
            assertThat(P256.publicPoint(scalar)).as(scalar.toString(16)).isEqualTo(expected.normalize());
        }
    }

    @Test
    void a_signature_is_of_one_digest_and_one_key() {
        BigInteger scalar = P256.randomScalar(RANDOM);
        byte[] digest = P256.sha256(new byte[] {1});
        byte[] signature = P256.sign(scalar, digest, RANDOM);

        assertThat(P256.verify(P256.publicPoint(scalar), digest, signature)).isTrue();
        assertThat(P256.verify(P256.publicPoint(scalar), P256.sha256(new byte[] {2}), signature))
                .isFalse();
        assertThat(P256.verify(P256.publicPoint(P256.randomScalar(RANDOM)), digest, signature))
                .isFalse();
        assertThat(P256.verify(P256.publicPoint(scalar), digest, new byte[] {0x30, 0}))
                .isFalse();
    }

    @Test
    void two_signatures_of_the_same_message_differ() {
        BigInteger scalar = P256.randomScalar(RANDOM);
        byte[] digest = P256.sha256();

        assertThat(P256.sign(scalar, digest, RANDOM)).isNotEqualTo(P256.sign(scalar, digest, RANDOM));
    }
}
