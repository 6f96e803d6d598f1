package io.weft.embedded.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** What was computed last, by what it follows from and from nothing else. Safe for use by several threads. */
final class Recent<K, V> {
    private final Map<K, V> known;

    Recent(int most) {
        known = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** The value, computed if it is not known; several threads may do so at once. An exception is not remembered. */
    V get(K key, Function<K, V> computation) {
        synchronized (known) {
            V value = known.get(key);
            if (value != null) {
                return value;
            }
        }
        V value = computation.apply(key);
        synchronized (known) {
            known.put(key, value);
        }
        return value;
    }
}
