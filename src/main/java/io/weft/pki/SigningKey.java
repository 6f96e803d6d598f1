package io.weft.pki;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** A P-256 private key and its public point. Immutable and safe for use by several threads; its text form hides the key. */
public final class SigningKey {
    private final BigInteger scalar;
    private final byte[] encodedPoint;
    private final SecureRandom random;

    private SigningKey(BigInteger scalar, SecureRandom random) {
        this.scalar = scalar;
        this.random = requireNonNull(random, "random");
        this.encodedPoint = P256.publicPoint(scalar).getEncoded(false);
    }

    /**
     * Makes a new key.
     *
     * @param random source of the key and, later, of what each signature needs
     */
    public static SigningKey generate(SecureRandom random) {
        return new SigningKey(P256.randomScalar(random), random);
    }

    /**
     * Reads a key.
     *
     * @param pem PKCS#8 ({@code PRIVATE KEY}) or SEC 1 ({@code EC PRIVATE KEY}), not encrypted, exactly one
     * @param random source of what each signature needs
     * @throws InvalidPemException if the text is anything else, or the key is not on P-256
     */
    public static SigningKey parse(String pem, SecureRandom random) {
        List<Pem.Block> blocks = Pem.decode(pem).stream()
                .filter(block -> !block.label().equals("EC PARAMETERS"))
                .toList();
        if (blocks.size() != 1) {
            throw new InvalidPemException(
                    "holds " + blocks.size() + " PEM blocks; exactly one private key was expected.");
        }
        Pem.Block block = blocks.get(0);
        try {
            return switch (block.label()) {
                case "PRIVATE KEY" -> {
                    PrivateKeyInfo info = PrivateKeyInfo.getInstance(block.contents());
                    P256.requireP256(info.getPrivateKeyAlgorithm());
                    yield of(ECPrivateKey.getInstance(info.parsePrivateKey()), random);
                }
                case "EC PRIVATE KEY" -> {
                    ECPrivateKey key = ECPrivateKey.getInstance(block.contents());
                    P256.requireP256(
                            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()));
                    yield of(key, random);
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new InvalidPemException("is encrypted with a password; an unencrypted key was expected.");
                case "RSA PRIVATE KEY" -> throw new InvalidPemException("has an RSA key; ECDSA on P-256 was expected.");
                default ->
                    throw new InvalidPemException("holds a `" + block.label() + "`; a private key was expected.");
            };
        } catch (InvalidPemException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new InvalidPemException("is damaged: its contents are no private key.");
        }
    }

    private static SigningKey of(ECPrivateKey key, SecureRandom random) {
        BigInteger scalar = key.getKey();
        if (!P256.isScalar(scalar)) {
            throw new InvalidPemException("is damaged: its number is out of the range of P-256.");
        }
        return new SigningKey(scalar, random);
    }

    /** PKCS#8 PEM as Go writes it: the curve in the algorithm, the public key beside the private one. */
    public String pem() {
        return Pem.encode("PRIVATE KEY", pkcs8());
    }

    private byte[] pkcs8() {
        try {
            ECPrivateKey key = new ECPrivateKey(256, scalar, new DERBitString(encodedPoint), null);
            return Der.encode(new PrivateKeyInfo(P256.KEY_ALGORITHM, key));
        } catch (IOException e) {
            throw new AssertionError("A key in memory can be encoded", e);
        }
    }

    /** The key as the JDK's TLS and other libraries take it. */
    public PrivateKey privateKey() {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("Every Java runtime reads P-256 keys", e);
        }
    }

    /** ECDSA over the SHA-256 of the message: ASN.1 DER, low S, as Fabric demands of every signature. */
    public byte[] sign(byte[] message) {
        return signDigest(P256.sha256(message));
    }

    /**
     * {@link #sign} for those who have the digest already.
     *
     * @param sha256 32 bytes
     */
    public byte[] signDigest(byte[] sha256) {
        if (sha256.length != 32) {
            throw new IllegalArgumentException("Not a SHA-256 digest: " + sha256.length + " bytes");
        }
        return P256.sign(scalar, encodedPoint, sha256, random);
    }

    /** Whether a certificate is for this key. */
    public boolean matches(Certificate certificate) {
        return certificate.hasPublicPoint(encodedPoint);
    }

    /** SHA-256 over the uncompressed point, in lower-case hexadecimal digits: what Fabric names a key by. */
    public String subjectKeyIdentifier() {
        return HexFormat.of().formatHex(keyIdentifier());
    }

    byte[] keyIdentifier() {
        return P256.sha256(encodedPoint);
    }

    byte[] publicPoint() {
        return encodedPoint;
    }

    SubjectPublicKeyInfo publicKeyInfo() {
        return new SubjectPublicKeyInfo(P256.KEY_ALGORITHM, encodedPoint);
    }

    @Override
    public String toString() {
        return "P-256 key " + subjectKeyIdentifier();
    }
}
