package io.weft.channel;

import static java.util.Objects.requireNonNull;

/**
 * A peer's ledger of a channel.
 *
 * @param height number of blocks
 * @param currentHash header hash of the last block in lower-case hexadecimal
 */
public record ChainInfo(long height, String currentHash) {
    public ChainInfo {
        requireNonNull(currentHash, "currentHash");
    }
}
