package io.weft.pki;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.math.ec.ECPoint;

/**
 * The public keys that check signatures again and again, as those of a network's nodes do: a check with a comb of the key
 * takes a third of the work of one without, and the comb about as much as one check. Safe for use by several threads.
 */
final class FrequentKeys {
    /** From so many checks on, a key has a comb. */
    private static final int OFTEN = 8;
    /** Each less than 40 kB. */
    private static final int MOST = 128;

    private static final int TEETH = 6;
    private static final int TABLES = 2;

    private final Map<ByteBuffer, Key> keys = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Key> eldest) {
            return size() > MOST;
        }
    };

    private static final class Key {
        private int checks;
        private Comb comb;

        /** Made by one thread; the others need not wait long. */
        synchronized Optional<Comb> comb(ECPoint point) {
            checks++;
            if (comb == null && checks > OFTEN) {
                comb = new Comb(point, TEETH, TABLES);
            }
            return Optional.ofNullable(comb);
        }
    }

    /** The comb of a key that has been asked for often; with each call the key is asked for once more. */
    Optional<Comb> find(ECPoint point, byte[] encoded) {
        Key key;
        synchronized (keys) {
            key = keys.computeIfAbsent(ByteBuffer.wrap(encoded), unknown -> new Key());
        }
        return key.comb(point);
    }
}
