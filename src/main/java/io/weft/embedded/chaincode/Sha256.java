package io.weft.embedded.chaincode;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The one hash that Fabric uses. */
final class Sha256 {
    private Sha256() {}

    static byte[] of(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }
}
