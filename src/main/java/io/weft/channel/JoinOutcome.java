package io.weft.channel;

import static java.util.Objects.requireNonNull;

/** How an ordering node took a join block. */
public sealed interface JoinOutcome {
    /**
     * It joined.
     *
     * @param status what it says of itself now
     */
    record Joined(ChannelStatus status) implements JoinOutcome {
        public Joined {
            requireNonNull(status, "status");
        }
    }

    /** It has a channel of that name already. Whether it is the same one, its block 0 tells. */
    record NameTaken() implements JoinOutcome {}
}
