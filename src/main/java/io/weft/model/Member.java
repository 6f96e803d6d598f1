package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * An application organization's part in a channel.
 *
 * @param organization the organization's name
 * @param peers its peers that join; by default all
 * @param anchorPeers those of them that other organizations' peers talk to first; by default the first
 */
public record Member(String organization, List<String> peers, List<String> anchorPeers) {
    public Member {
        requireNonNull(organization, "organization");
        peers = List.copyOf(peers);
        anchorPeers = List.copyOf(anchorPeers);
    }
}
