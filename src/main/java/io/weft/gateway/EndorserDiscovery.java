package io.weft.gateway;

import static java.util.Objects.requireNonNull;

import io.weft.model.MspId;
import io.weft.problem.TimedOutException;
import io.weft.protocol.Deadline;
import io.weft.protocol.DiscoveredPeer;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What a peer's discovery service knows of the peers that can endorse. */
public final class EndorserDiscovery {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PeerConnection peer;
    private final Signer reader;

    /**
     * @param peer who is asked; its endpoint needs a client certificate
     * @param reader may read the channels asked for
     */
    public EndorserDiscovery(PeerConnection peer, Signer reader) {
        this.peer = requireNonNull(peer, "peer");
        this.reader = requireNonNull(reader, "reader");
    }

    /** The peers of a channel that have a chaincode, by organization and address. */
    public List<DiscoveredPeer> endorsers(String channel, String chaincode, Duration timeout) {
        return peer.peers(reader, channel, timeout).stream()
                .filter(found -> found.chaincodes().contains(chaincode))
                .toList();
    }

    /**
     * Blocks until the peer knows an endorser of each organization and a combination of endorsers that satisfies the
     * chaincode's policy. Gossip brings the news within seconds of a commit.
     *
     * @return the endorsers it knows
     * @throws TimedOutException with the organizations that are missing
     */
    public List<DiscoveredPeer> await(
            String channel, String chaincode, Collection<MspId> organizations, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        while (true) {
            List<DiscoveredPeer> found = endorsers(channel, chaincode, timeout);
            List<MspId> missing = organizations.stream()
                    .filter(mspId -> found.stream()
                            .noneMatch(candidate -> candidate.mspId().equals(mspId)))
                    .toList();
            boolean satisfied = missing.isEmpty()
                    && !peer.endorsers(reader, channel, chaincode, timeout).isEmpty();
            if (satisfied) {
                return found;
            }
            if (!deadline.pause(PAUSE)) {
                throw late(channel, chaincode, found, missing, timeout);
            }
        }
    }

    private TimedOutException late(
            String channel, String chaincode, List<DiscoveredPeer> found, List<MspId> missing, Duration timeout) {
        String context = peer.endpoint() + " did not find peers that can endorse chaincode `" + chaincode
                + "` on channel `" + channel + "` within " + timeout.toSeconds() + " s: ";
        String seen = found.isEmpty()
                ? "none"
                : found.stream()
                        .map(one -> one.mspId() + " at " + one.address() + " (height " + one.height() + ")")
                        .collect(Collectors.joining(", "));
        String reason = missing.isEmpty()
                ? "those that it knows do not satisfy the endorsement policy together"
                : "none of " + missing.stream().map(id -> "`" + id + "`").collect(Collectors.joining(", "));
        return new TimedOutException(context + reason + ". Last seen: " + seen
                + ". Check that each organization has an anchor peer in the channel's configuration, and that the"
                + " package is installed on a peer of each.");
    }
}
