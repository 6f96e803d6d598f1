package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A channel's ordering service.
 *
 * @param type the consensus protocol
 * @param organizations orderer organizations of the channel, at least one
 * @param consenters the ordering nodes that take part, in the order that gives BFT consenters their IDs
 * @param batch when a block is cut
 * @param options the protocol's own options under the names of Fabric's {@code configtx.yaml} in lower camel case,
 *     for example {@code tickInterval}; only those that differ from weft's defaults
 */
public record Ordering(
        ConsensusType type,
        List<String> organizations,
        List<NodeRef> consenters,
        Batch batch,
        Map<String, Object> options) {
    public Ordering {
        requireNonNull(type, "type");
        organizations = List.copyOf(organizations);
        consenters = List.copyOf(consenters);
        requireNonNull(batch, "batch");
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }
}
