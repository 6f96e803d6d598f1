package io.weft.channel;

import static java.util.Objects.requireNonNull;

/**
 * What an ordering node says of itself on a channel.
 *
 * @param channel the channel ID
 * @param relation {@code consenter}, {@code follower}, {@code config-tracker} or {@code other}
 * @param status {@code active}, {@code onboarding}, {@code inactive} or {@code failed}
 * @param height number of blocks it has
 */
public record ChannelStatus(String channel, String relation, String status, long height) {
    public ChannelStatus {
        requireNonNull(channel, "channel");
        requireNonNull(relation, "relation");
        requireNonNull(status, "status");
    }

    /** Whether it takes part in consensus. It has no part in a quorum otherwise, and serves nobody. */
    public boolean isActiveConsenter() {
        return relation.equals("consenter") && status.equals("active");
    }

    @Override
    public String toString() {
        return relation + ", " + status + ", height " + height;
    }
}
