package io.weft.embedded.ledger;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Those who want to be told of something, in the order in which they came. Safe for use by several threads.
 *
 * @param <T> how they are told
 */
public final class Listeners<T> {
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    private final class Entry implements BlockSource.Registration {
        private final T listener;

        Entry(T listener) {
            this.listener = requireNonNull(listener, "listener");
        }

        @Override
        public void close() {
            entries.remove(this);
        }
    }

    /** Adds a listener until the registration is closed. Each registration is its own, also when the same comes twice. */
    public BlockSource.Registration add(T listener) {
        Entry result = new Entry(listener);
        entries.add(result);
        return result;
    }

    /** Calls all listeners, on this thread. */
    public void tell(Consumer<T> call) {
        entries.forEach(entry -> call.accept(entry.listener));
    }
}
