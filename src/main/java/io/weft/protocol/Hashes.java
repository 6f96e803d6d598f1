package io.weft.protocol;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The one hash that Fabric uses. */
final class Hashes {
    private Hashes() {}

    /** SHA-256 of the concatenation of the parts. */
    static ByteString sha256(ByteString... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (ByteString part : parts) {
                digest.update(part.asReadOnlyByteBuffer());
            }
            return ByteString.copyFrom(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }
}
