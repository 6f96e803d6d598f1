package io.weft.embedded.peer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** Those who want to hear that a transaction has been committed. Thread-safe. */
final class CommitWaiters {
    /** The end of a transaction. */
    record Committed(String transactionId, TxValidationCode code, long block) {}

    private final Map<String, List<Consumer<Committed>>> waiting = new HashMap<>();

    /** Has the listener told of the next commit of the transaction, once. It has to be quick. */
    synchronized void add(String transactionId, Consumer<Committed> listener) {
        waiting.computeIfAbsent(transactionId, id -> new ArrayList<>()).add(listener);
    }

    synchronized void remove(String transactionId, Consumer<Committed> listener) {
        waiting.computeIfPresent(transactionId, (id, listeners) -> {
            listeners.remove(listener);
            return listeners.isEmpty() ? null : listeners;
        });
    }

    void committed(Committed transaction) {
        List<Consumer<Committed>> listeners;
        synchronized (this) {
            listeners = waiting.remove(transaction.transactionId());
        }
        if (listeners != null) {
            listeners.forEach(listener -> listener.accept(transaction));
        }
    }
}
