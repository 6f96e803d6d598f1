package io.weft.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTNamedCurves;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.ECMultiplier;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/**
 * The one curve, hash and signature that all of Fabric's versions take. Works on Bouncy Castle's lightweight classes:
 * on Java 17 they are several times faster than the JDK's own provider, and no provider look-up stands in the way.
 */
final class P256 {
    static final ECDomainParameters DOMAIN = domain();
    static final AlgorithmIdentifier KEY_ALGORITHM =
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
    static final AlgorithmIdentifier SIGNATURE_ALGORITHM =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

    private static final int BASE_TEETH = 8;
    private static final int BASE_TABLES = 4;
    private static final FrequentKeys FREQUENT = new FrequentKeys();
    private static final KnownSignatures KNOWN = new KnownSignatures();
    private static final BigInteger ORDER = DOMAIN.getN();
    private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);
    private static final int ORDER_BITS = 256;
    private static final Comb BASE_POINT = new Comb(DOMAIN.getG(), BASE_TEETH, BASE_TABLES);
    private static final ECMultiplier BASE_POINT_MULTIPLIER = new BasePointMultiplier(DOMAIN.getG(), BASE_POINT);

    private P256() {}

    private static final class FastSigner extends ECDSASigner {
        @Override
        protected ECMultiplier createBasePointMultiplier() {
            return BASE_POINT_MULTIPLIER;
        }
    }

    private static ECDomainParameters domain() {
        X9ECParameters curve = CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1);
        return new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH(), curve.getSeed());
    }

    /** A number from 1 to the order less 1, each as likely. */
    static BigInteger randomScalar(SecureRandom random) {
        while (true) {
            BigInteger candidate = BigIntegers.createRandomBigInteger(ORDER_BITS, random);
            if (candidate.signum() > 0 && candidate.compareTo(ORDER) < 0) {
                return candidate;
            }
        }
    }

    static boolean isScalar(BigInteger value) {
        return value.signum() > 0 && value.compareTo(ORDER) < 0;
    }

    /** The public point of a private scalar, normalized. */
    static ECPoint publicPoint(BigInteger scalar) {
        return BASE_POINT_MULTIPLIER.multiply(DOMAIN.getG(), scalar).normalize();
    }

    /**
     * ASN.1 DER signature over a SHA-256 digest, S in the lower half of the order.
     *
     * @param point the scalar's public point, not compressed
     */
    static byte[] sign(BigInteger scalar, byte[] point, byte[] digest, SecureRandom random) {
        ECDSASigner signer = new FastSigner();
        signer.init(true, new ParametersWithRandom(new ECPrivateKeyParameters(scalar, DOMAIN), random));
        BigInteger[] rs = signer.generateSignature(digest);
        BigInteger low = rs[1].compareTo(HALF_ORDER) > 0 ? ORDER.subtract(rs[1]) : rs[1];
        try {
            byte[] signature = StandardDSAEncoding.INSTANCE.encode(ORDER, rs[0], low);
            KNOWN.made(KnownSignatures.key(point, digest, signature));
            return signature;
        } catch (IOException e) {
            throw new AssertionError("A signature in memory can be encoded", e);
        }
    }

    /** Whether a DER signature over a SHA-256 digest was made with the point's key; damaged signatures were not. */
    static boolean verify(ECPoint point, byte[] digest, byte[] signature) {
        BigInteger[] rs = decoded(signature);
        if (rs.length == 0) {
            return false;
        }
        byte[] encoded = point.getEncoded(false);
        return KNOWN.check(KnownSignatures.key(encoded, digest, signature), () -> FREQUENT.find(point, encoded)
                .map(comb -> verify(comb, digest, rs[0], rs[1]))
                .orElseGet(() -> {
                    ECDSASigner signer = new ECDSASigner();
                    signer.init(false, new ECPublicKeyParameters(point, DOMAIN));
                    return signer.verifySignature(digest, rs[0], rs[1]);
                }));
    }

    /** Both numbers of a signature; none if it is damaged. */
    private static BigInteger[] decoded(byte[] signature) {
        try {
            return StandardDSAEncoding.INSTANCE.decode(ORDER, signature);
        } catch (IOException | IllegalArgumentException | ClassCastException e) {
            return new BigInteger[0];
        }
    }

    /**
     * The same by a comb of the public key.
     *
     * @see <a href="https://nvlpubs.nist.gov/nistpubs/FIPS/NIST.FIPS.186-5.pdf">FIPS 186-5, section 6.4.2</a>
     */
    static boolean verify(Comb key, byte[] digest, BigInteger r, BigInteger s) {
        if (!isScalar(r) || !isScalar(s)) {
            return false;
        }
        BigInteger inverse = BigIntegers.modOddInverseVar(ORDER, s);
        BigInteger ofBase = new BigInteger(1, digest).multiply(inverse).mod(ORDER);
        BigInteger ofKey = r.multiply(inverse).mod(ORDER);
        ECPoint sum = BASE_POINT.multiply(ofBase).add(key.multiply(ofKey)).normalize();
        return !sum.isInfinity()
                && sum.getAffineXCoord().toBigInteger().mod(ORDER).equals(r);
    }

    /** Whether a signature is DER with S in the lower half, the only form that Fabric accepts. */
    static boolean isLowS(byte[] signature) {
        try {
            return StandardDSAEncoding.INSTANCE.decode(ORDER, signature)[1].compareTo(HALF_ORDER) <= 0;
        } catch (IOException | IllegalArgumentException | ClassCastException e) {
            return false;
        }
    }

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }

    /**
     * The point of a public key.
     *
     * @throws InvalidPemException if the key is of another kind or curve, continuing the sentence {@code The x ...}
     */
    static ECPoint point(SubjectPublicKeyInfo key) {
        requireP256(key.getAlgorithm());
        try {
            return DOMAIN.validatePublicPoint(
                    DOMAIN.getCurve().decodePoint(key.getPublicKeyData().getOctets()));
        } catch (IllegalArgumentException e) {
            throw new InvalidPemException("has a public key that is no point of P-256.", e);
        }
    }

    /**
     * @throws InvalidPemException unless the algorithm is ECDSA on P-256, continuing the sentence {@code The x ...}
     */
    static void requireP256(AlgorithmIdentifier algorithm) {
        if (!KEY_ALGORITHM.equals(algorithm)) {
            throw new InvalidPemException("has " + describe(algorithm) + "; ECDSA on P-256 was expected.");
        }
    }

    private static String describe(AlgorithmIdentifier algorithm) {
        if (X9ObjectIdentifiers.id_ecPublicKey.equals(algorithm.getAlgorithm())) {
            String curve = algorithm.getParameters() instanceof org.bouncycastle.asn1.ASN1ObjectIdentifier oid
                    ? NISTNamedCurves.getName(oid)
                    : null;
            return "an elliptic curve key on " + (curve == null ? "another curve" : "`" + curve + "`");
        }
        if (PKCSObjectIdentifiers.rsaEncryption.equals(algorithm.getAlgorithm())) {
            return "an RSA key";
        }
        if (org.bouncycastle.asn1.edec.EdECObjectIdentifiers.id_Ed25519.equals(algorithm.getAlgorithm())) {
            return "an Ed25519 key";
        }
        return "a key of the algorithm `" + algorithm.getAlgorithm() + "`";
    }

    /** Whether a signature algorithm is ECDSA with SHA-256; the parameters may be absent or null. */
    static boolean isEcdsaWithSha256(AlgorithmIdentifier algorithm) {
        return X9ObjectIdentifiers.ecdsa_with_SHA256.equals(algorithm.getAlgorithm())
                && (algorithm.getParameters() == null || DERNull.INSTANCE.equals(algorithm.getParameters()));
    }
}
