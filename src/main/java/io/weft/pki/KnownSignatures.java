package io.weft.pki;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What came of the signatures that were checked last. A check depends on nothing but key, digest and signature, and nodes
 * in one process check the same ones: certificates of a channel's organizations again and again, each transaction and each
 * block once for each node. Safe for use by several threads.
 */
final class KnownSignatures {
    /** Less than 300 bytes each. */
    private static final int MOST = 8192;

    private final Map<ByteBuffer, Boolean> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
            return size() > MOST;
        }
    };

    /** All of a check as one key. The first two have fixed lengths, so that no two checks have the same. */
    static ByteBuffer key(byte[] point, byte[] digest, byte[] signature) {
        return ByteBuffer.allocate(point.length + digest.length + signature.length)
                .put(point)
                .put(digest)
                .put(signature)
                .flip()
                .asReadOnlyBuffer();
    }

    Optional<Boolean> find(ByteBuffer key) {
        synchronized (known) {
            return Optional.ofNullable(known.get(key));
        }
    }

    void remember(ByteBuffer key, boolean valid) {
        synchronized (known) {
            known.put(key, valid);
        }
    }
}
