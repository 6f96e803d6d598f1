package io.weft.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
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
        byte[] signature = sign(scalar, digest);

        assertThat(P256.verify(P256.publicPoint(scalar), digest, signature)).isTrue();
        assertThat(P256.verify(P256.publicPoint(scalar), P256.sha256(new byte[] {2}), signature))
                .isFalse();
        assertThat(P256.verify(P256.publicPoint(P256.randomScalar(RANDOM)), digest, signature))
                .isFalse();
        assertThat(P256.verify(P256.publicPoint(scalar), digest, new byte[] {0x30, 0}))
                .isFalse();
    }

    /** From its ninth check on a key has tables of its own, and Java's own provider says what is right. */
    @Test
    void a_key_that_checks_often_says_what_javas_own_provider_says() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        ECPoint point =
                P256.point(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        for (int i = 0; i < 60; i++) {
            byte[] message = P256.sha256(new byte[] {(byte) i});
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(pair.getPrivate());
            signer.update(message);
            byte[] signature = signer.sign();
            byte[] other = signature.clone();
            other[other.length - 1 - i % 20] ^= 1;

            assertThat(P256.verify(point, P256.sha256(message), signature)).isTrue();
            assertThat(P256.verify(point, message, signature)).isFalse();
            assertThat(P256.verify(point, P256.sha256(message), other)).isFalse();
        }
    }

    @Test
    void a_comb_multiplies_as_bouncy_castle_does_and_takes_no_other_scalars() {
        ECPoint point = P256.publicPoint(P256.randomScalar(RANDOM));
        Comb comb = new Comb(point, 6, 2);

        assertThat(comb.multiply(BigInteger.ZERO).isInfinity()).isTrue();
        for (int bit = 0; bit < 256; bit++) {
            BigInteger scalar =
                    BigInteger.ONE.shiftLeft(bit).add(P256.randomScalar(RANDOM).shiftRight(256 - bit));
            assertThat(comb.multiply(scalar).normalize())
                    .as(scalar.toString(16))
                    .isEqualTo(point.multiply(scalar).normalize());
        }
        assertThatThrownBy(() -> comb.multiply(BigInteger.ONE.shiftLeft(256)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> comb.multiply(BigInteger.ONE.negate())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void two_signatures_of_the_same_message_differ() {
        BigInteger scalar = P256.randomScalar(RANDOM);
        byte[] digest = P256.sha256();

        assertThat(sign(scalar, digest)).isNotEqualTo(sign(scalar, digest));
    }

    /** What was signed here is not checked again, so somebody else has to say that it is right. */
    @Test
    void javas_own_provider_accepts_what_is_signed_here() throws Exception {
        for (int i = 0; i < 40; i++) {
            BigInteger scalar = P256.randomScalar(RANDOM);
            byte[] message = {(byte) i};
            SubjectPublicKeyInfo key = new SubjectPublicKeyInfo(
                    P256.KEY_ALGORITHM, P256.publicPoint(scalar).getEncoded(false));
            Signature check = Signature.getInstance("SHA256withECDSA");
            check.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.getEncoded())));
            check.update(message);

            assertThat(check.verify(sign(scalar, P256.sha256(message)))).isTrue();
        }
    }

    private static byte[] sign(BigInteger scalar, byte[] digest) {
        return P256.sign(scalar, P256.publicPoint(scalar).getEncoded(false), digest, RANDOM);
    }
}
