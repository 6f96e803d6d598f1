package io.weft.platform;

import io.weft.problem.ConflictException;

/** Held by the one run that works on a network. */
public interface Lock extends AutoCloseable {
    /**
     * @throws ConflictException if another run may have taken it meanwhile
     */
    void requireHeld();

    /** Gives it back. May be called twice. */
    @Override
    void close();
}
