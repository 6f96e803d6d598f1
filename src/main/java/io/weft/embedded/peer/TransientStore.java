package io.weft.embedded.peer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;

/**
 * Private data of transactions that are endorsed and not yet committed, of one channel at one peer. It ends with the peer,
 * unlike Fabric's. Thread-safe.
 */
final class TransientStore {
    /** {@code peer.gossip.pvtData.transientstoreMaxBlockRetention} of Fabric's {@code core.yaml}. */
    private static final long RETENTION_BLOCKS = 20_000;

    private record Held(TxPvtReadWriteSet data, long height) {}

    private final Map<String, List<Held>> held = new HashMap<>();

    /**
     * @param height the ledger's height when the transaction was endorsed
     */
    synchronized void put(String transactionId, TxPvtReadWriteSet data, long height) {
        held.computeIfAbsent(transactionId, id -> new ArrayList<>()).add(new Held(data, height));
    }

    synchronized List<TxPvtReadWriteSet> get(String transactionId) {
        return held.getOrDefault(transactionId, List.of()).stream()
                .map(Held::data)
                .toList();
    }

    /** Forgets what has been committed, and what apparently never will be. */
    synchronized void forget(Collection<String> transactionIds, long height) {
        transactionIds.forEach(held::remove);
        held.values().forEach(all -> all.removeIf(one -> one.height() + RETENTION_BLOCKS < height));
        held.values().removeIf(List::isEmpty);
    }
}
