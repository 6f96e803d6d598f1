package io.weft.pki;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * What came of the signatures that were checked last. A check depends on nothing but key, digest and signature, and nodes
 * in one process check the same ones: certificates of a channel's organizations again and again, each transaction and each
 * block once for each node, and many of them were made here. Safe for use by several threads.
 */
final class KnownSignatures {
    /** Less than 300 bytes each. */
    private static final int MOST = 8192;

    private final Map<ByteBuffer, CompletableFuture<Boolean>> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, CompletableFuture<Boolean>> eldest) {
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

    /** Takes in a signature that has just been made with the key of that point: it needs no check. */
    void made(ByteBuffer key) {
        synchronized (known) {
            known.putIfAbsent(key, CompletableFuture.completedFuture(true));
        }
    }

    /**
     * Checks a signature, unless that has been done. Several threads that ask for the same one at the same time, such as
     * the peers that have just got a block, have it checked once.
     */
    boolean check(ByteBuffer key, BooleanSupplier verification) {
        CompletableFuture<Boolean> own = new CompletableFuture<>();
        CompletableFuture<Boolean> earlier;
        synchronized (known) {
            earlier = known.putIfAbsent(key, own);
        }
        if (earlier != null) {
            return earlier.join();
        }
        try {
            boolean valid = verification.getAsBoolean();
            own.complete(valid);
            return valid;
        } catch (RuntimeException | Error e) {
            synchronized (known) {
                known.remove(key, own);
            }
            own.completeExceptionally(e);
            throw e;
        }
    }
}
