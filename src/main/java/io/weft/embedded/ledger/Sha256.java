package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** The one hash that Fabric uses. */
public final class Sha256 {
    static final ByteString OF_NOTHING = of(ByteString.EMPTY);

    private Sha256() {}

    /** Of the concatenation of the parts. */
    static ByteString of(Iterable<ByteString> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            parts.forEach(part -> digest.update(part.asReadOnlyByteBuffer()));
            return ByteString.copyFrom(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java runtime has SHA-256", e);
        }
    }

    /** Of the concatenation of the parts, 32 bytes. */
    public static ByteString of(ByteString... parts) {
        return of(List.of(parts));
    }

    static ByteString of(String text) {
        return of(ByteString.copyFromUtf8(text));
    }
}
