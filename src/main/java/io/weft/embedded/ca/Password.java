package io.weft.embedded.ca;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The hash of a password: PBKDF2 with HMAC-SHA-256 and a salt of its own. Fewer rounds than a production server would
 * take: the CA's signing key lies beside it.
 */
final class Password {
    private static final int ROUNDS = 1_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;

    private final byte[] salt;
    private final int rounds;
    private final byte[] hash;

    private Password(byte[] salt, int rounds, byte[] hash) {
        this.salt = salt;
        this.rounds = rounds;
        this.hash = hash;
    }

    static Password of(String secret, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new Password(salt, ROUNDS, hash(secret, salt, ROUNDS));
    }

    /** Reads what {@link #stored} wrote. */
    static Password read(String stored) {
        String[] parts = requireNonNull(stored, "stored").split(":", -1);
        Base64.Decoder decoder = Base64.getDecoder();
        return new Password(decoder.decode(parts[1]), Integer.parseInt(parts[0]), decoder.decode(parts[2]));
    }

    String stored() {
        Base64.Encoder encoder = Base64.getEncoder();
        return rounds + ":" + encoder.encodeToString(salt) + ":" + encoder.encodeToString(hash);
    }

    boolean matches(String secret) {
        return MessageDigest.isEqual(hash, hash(secret, salt, rounds));
    }

    private static byte[] hash(String secret, byte[] salt, int rounds) {
        // The factory takes characters; one for each byte, and one more because it refuses none at all.
        String bytes = new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1) + "$";
        PBEKeySpec spec = new PBEKeySpec(bytes.toCharArray(), salt, rounds, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("Every Java runtime has PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }

    @Override
    public String toString() {
        return "Password";
    }
}
