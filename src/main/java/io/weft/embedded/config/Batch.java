package io.weft.embedded.config;

import java.time.Duration;

/**
 * When an ordering node cuts a block.
 *
 * @param maxMessages the most messages of a block
 * @param absoluteMaxBytes the most bytes of a message: payload and signature
 * @param preferredMaxBytes bytes after which a block is cut; a larger message gets a block of its own
 * @param timeout from the first waiting message to the cut
 */
public record Batch(int maxMessages, long absoluteMaxBytes, long preferredMaxBytes, Duration timeout) {}
