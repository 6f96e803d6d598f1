package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * When an ordering node cuts a block.
 *
 * @param timeout how long after the first pending message
 * @param maxMessages after this many messages
 * @param preferredMaxBytes when messages together would exceed this; a larger message gets a block of its own
 * @param absoluteMaxBytes a larger message is refused
 */
public record Batch(Duration timeout, int maxMessages, int preferredMaxBytes, int absoluteMaxBytes) {
    public Batch {
        requireNonNull(timeout, "timeout");
    }
}
