package io.weft.local;

import java.util.Optional;

/** Something that the network's process has started: a program, an embedded node, the code of a chaincode. */
interface LocalNode extends AutoCloseable {
    /** Its process, if it has one of its own. */
    default Optional<Long> pid() {
        return Optional.empty();
    }

    /** Empty as long as it runs; then how it ended, as a full sentence. What has no process of its own runs until closed. */
    default Optional<String> end() {
        return Optional.empty();
    }

    /** Ends it at once, because what it wrote is about to be removed. */
    default void discard() {
        close();
    }

    /** Has it end in good order, and waits until it has. May be called twice. */
    @Override
    void close();
}
