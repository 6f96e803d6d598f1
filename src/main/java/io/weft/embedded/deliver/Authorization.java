package io.weft.embedded.deliver;

/** Decides who may read a channel. */
@FunctionalInterface
public interface Authorization {
    /**
     * Returns if the client may read, by the configuration in force.
     *
     * @throws RuntimeException if it may not; the client learns only that it is forbidden
     */
    void check(DeliverRequest request);
}
