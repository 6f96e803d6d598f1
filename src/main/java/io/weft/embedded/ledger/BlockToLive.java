package io.weft.embedded.ledger;

/** For how many blocks each collection keeps its private data. */
@FunctionalInterface
public interface BlockToLive {
    /** All data for ever. */
    BlockToLive UNLIMITED = (namespace, collection) -> 0;

    /** The number of blocks after which data is purged; 0 for never. */
    long of(String namespace, String collection);
}
