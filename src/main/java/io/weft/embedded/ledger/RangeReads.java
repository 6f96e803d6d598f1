package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.QueryReads;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.QueryReadsMerkleSummary;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.RangeQueryInfo;

/**
 * The results of a range query in the form that goes into a read-write set: the reads themselves while they are few,
 * else one level of a tree of hashes over them. Groups of one more than the degree make a node of the next level.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/ledger/kvledger/txmgmt/rwsetutil/query_results_helper.go">
 *     Fabric's RangeQueryResultsHelper</a>
 */
final class RangeReads {
    /** What Fabric takes in simulations. */
    static final int DEGREE = 50;

    private final int degree;
    private final List<KVRead> pending = new ArrayList<>();
    private final SortedMap<Integer, List<ByteString>> levels = new TreeMap<>();
    private int top = 1;

    RangeReads(int degree) {
        this.degree = degree;
    }

    void add(KVRead read) {
        pending.add(read);
        if (pending.size() > degree) {
            hashPending();
        }
    }

    /** Puts the outcome into the query; nothing if there was no result. */
    void finish(RangeQueryInfo.Builder query) {
        Optional<QueryReadsMerkleSummary> summary = finish();
        if (summary.isPresent()) {
            query.setReadsMerkleHashes(summary.get());
        } else if (!pending.isEmpty()) {
            query.setRawReads(QueryReads.newBuilder().addAllKvReads(pending));
        }
    }

    /** The hashes; empty if the results are few. No result can be added any more. */
    Optional<QueryReadsMerkleSummary> finish() {
        if (levels.isEmpty()) {
            return Optional.empty();
        }
        if (!pending.isEmpty()) {
            hashPending();
        }
        for (int level = 1; level < top; level++) {
            List<ByteString> nodes = level(level);
            if (!nodes.isEmpty()) {
                ByteString node = nodes.size() == 1 ? nodes.get(0) : Sha256.of(nodes);
                levels.remove(level);
                level(level + 1).add(node);
            }
        }
        if (level(top).size() > degree) {
            raise(top);
        }
        return Optional.of(QueryReadsMerkleSummary.newBuilder()
                .setMaxDegree(degree)
                .setMaxLevel(top)
                .addAllMaxLevelHashes(level(top))
                .build());
    }

    private void hashPending() {
        level(1).add(Sha256.of(
                QueryReads.newBuilder().addAllKvReads(pending).build().toByteString()));
        pending.clear();
        for (int level = 1; level(level).size() > degree; level++) {
            raise(level);
        }
    }

    /** Makes one node of a level's nodes. */
    private void raise(int level) {
        ByteString node = Sha256.of(level(level));
        levels.remove(level);
        level(level + 1).add(node);
        top = Math.max(top, level + 1);
    }

    private List<ByteString> level(int level) {
        return levels.computeIfAbsent(level, none -> new ArrayList<>());
    }
}
