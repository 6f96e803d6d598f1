package io.weft.embedded.orderer;

import io.weft.embedded.config.Batch;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.protos.common.Envelope;

/**
 * Decides which envelopes make a block. Not safe for use by several threads.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/orderer/common/blockcutter/blockcutter.go">Fabric's
 *     blockcutter.go</a>
 */
final class BlockCutter {
    private List<Envelope> pending = new ArrayList<>();
    private long pendingBytes;

    /** What Fabric takes for a message's size: payload and signature without what protobuf adds. */
    static long size(Envelope envelope) {
        return (long) envelope.getPayload().size() + envelope.getSignature().size();
    }

    /** Takes the next envelope; returns none, one or two batches that are complete now. */
    List<List<Envelope>> add(Envelope envelope, Batch limits) {
        long size = size(envelope);
        List<List<Envelope>> result = new ArrayList<>(2);
        if (size > limits.preferredMaxBytes()) {
            if (isPending()) {
                result.add(cut());
            }
            result.add(List.of(envelope));
            return result;
        }
        if (pendingBytes + size > limits.preferredMaxBytes()) {
            result.add(cut());
        }
        pending.add(envelope);
        pendingBytes += size;
        if (Integer.compareUnsigned(pending.size(), limits.maxMessages()) >= 0) {
            result.add(cut());
        }
        return result;
    }

    boolean isPending() {
        return !pending.isEmpty();
    }

    /** What is waiting, be it nothing. */
    List<Envelope> cut() {
        List<Envelope> result = pending;
        pending = new ArrayList<>();
        pendingBytes = 0;
        return result;
    }
}
