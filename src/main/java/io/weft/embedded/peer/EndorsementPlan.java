package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.ProposalResponse;

/**
 * Whom the gateway asks for endorsements, and what it has got so far. Each peer is in one group. Thread-safe.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/internal/pkg/gateway/endorsement.go">Fabric's
 *     endorsement.go</a>
 */
final class EndorsementPlan {
    private final List<LayoutState> layouts = new ArrayList<>();
    private final Map<String, Deque<Member>> groups = new LinkedHashMap<>();
    private final Map<ByteString, String> groupOf = new LinkedHashMap<>();
    private final List<ErrorDetail> errors = new ArrayList<>();
    private ByteString payload;
    private LayoutState completed;

    /** An alternative, and what of it is still missing. */
    private static final class LayoutState {
        private final Map<String, Integer> missing;
        private final Set<Endorsement> endorsements = new LinkedHashSet<>();

        LayoutState(Map<String, Integer> required) {
            this.missing = new LinkedHashMap<>(required);
        }
    }

    EndorsementPlan(List<Map<String, Integer>> layouts, Map<String, List<Member>> groups) {
        layouts.forEach(layout -> this.layouts.add(new LayoutState(layout)));
        groups.forEach((name, members) -> {
            this.groups.put(name, new ArrayDeque<>(members));
            members.forEach(member -> groupOf.put(member.identity(), name));
        });
    }

    /** The peers to ask for the next alternative that can be satisfied; empty when there is none. */
    synchronized List<Member> next() {
        while (!layouts.isEmpty()) {
            LayoutState layout = layouts.get(0);
            boolean sufficient = layout.missing.entrySet().stream()
                    .allMatch(entry -> groups.get(entry.getKey()).size() >= entry.getValue());
            if (sufficient) {
                List<Member> result = new ArrayList<>();
                layout.missing.forEach((group, count) -> {
                    for (int i = 0; i < count; i++) {
                        result.add(groups.get(group).remove());
                    }
                });
                return result;
            }
            layouts.remove(0);
        }
        return List.of();
    }

    /** The peer to ask in place of one that failed. */
    synchronized Optional<Member> insteadOf(Member failed) {
        Deque<Member> group = groups.get(groupOf.get(failed.identity()));
        return Optional.ofNullable(group.poll());
    }

    /**
     * Takes an endorsement.
     *
     * @return whether it is of the same result as the ones before
     */
    synchronized boolean add(Member endorser, ProposalResponse response) {
        String group = groupOf.get(endorser.identity());
        if (group != null) {
            groups.get(group).removeIf(member -> member.identity().equals(endorser.identity()));
        }
        if (payload == null) {
            payload = response.getPayload();
        } else if (!payload.equals(response.getPayload())) {
            errors.add(GatewayFailure.detail(endorser, "ProposalResponsePayloads do not match"));
            return false;
        }
        for (LayoutState layout : layouts) {
            Integer missing = layout.missing.get(group);
            if (missing != null) {
                layout.endorsements.add(response.getEndorsement());
                if (missing > 1) {
                    layout.missing.put(group, missing - 1);
                } else {
                    layout.missing.remove(group);
                    if (layout.missing.isEmpty()) {
                        completed = layout;
                        return true;
                    }
                }
            }
        }
        return true;
    }

    /** Gives the alternative up that has just been tried, and all that need a group of which nobody is left. */
    synchronized void giveUp(Set<String> exhaustedGroups) {
        if (!layouts.isEmpty()) {
            layouts.remove(0);
        }
        layouts.removeIf(layout -> layout.missing.keySet().stream().anyMatch(exhaustedGroups::contains));
    }

    synchronized String groupOf(Member member) {
        return groupOf.get(member.identity());
    }

    synchronized void addError(ErrorDetail detail) {
        errors.add(detail);
    }

    synchronized List<ErrorDetail> errors() {
        return List.copyOf(errors);
    }

    /** Whether an alternative has all its endorsements. */
    synchronized boolean isComplete() {
        return completed != null;
    }

    synchronized ByteString payload() {
        return payload;
    }

    /** One of each endorser. */
    synchronized List<Endorsement> endorsements() {
        Map<ByteString, Endorsement> result = new LinkedHashMap<>();
        completed.endorsements.forEach(one -> result.putIfAbsent(one.getEndorser(), one));
        return List.copyOf(result.values());
    }
}
