package io.weft.platform;

import io.weft.problem.ConflictException;
import io.weft.problem.RejectedException;
import java.util.function.Supplier;

/**
 * Where a network runs. One instance serves one network and may be used from several threads; methods block unless they
 * say otherwise, and throw {@link io.weft.problem.WeftException}s.
 */
public interface Platform extends AutoCloseable {
    /** Where that is, for people; goes on after "Network runs on". */
    String target();

    /** How to have the network on something else or elsewhere, as full sentences. */
    String alternative();

    /** What to do when a node does not answer, as a full sentence. */
    default String advice() {
        return "`weft status` tells which nodes run.";
    }

    /** Where the network's record lies, within a sentence, for example {@code namespace `trade`}. */
    String place();

    /**
     * Asks whether the network can run here at all. Writes nothing.
     *
     * @throws RejectedException listing all that is missing
     */
    void requireAbility();

    /**
     * Whether nodes run in this process, with the keys that were made for them: they serve as soon as they have been
     * started, dial nobody, and are nobody else's. Then nobody needs to be asked about that.
     */
    default boolean isInProcess() {
        return false;
    }

    /** Begins in the background with what the first change will need. Does not block. */
    void prepare();

    /** The parts into which the platform divides what it keeps. */
    Spaces spaces();

    /** Keys and certificates. */
    Items secrets();

    /** What is no secret: the network's record and block 0 of its channels. */
    Items records();

    /** Where nodes are reached. */
    Addresses addresses();

    /**
     * One look at what runs; what was read is kept as long as the result lives.
     *
     * @param networkId the network's ID, once it is known; asked for when it is needed
     */
    Workloads look(Supplier<String> networkId);

    /** Removes a network. */
    Teardown teardown();

    /**
     * Keeps other runs away from this network until it is closed.
     *
     * @throws ConflictException if another run holds it, naming who and since when
     */
    Lock lock();

    /** Whether this process runs the network's nodes, which end with it. */
    default boolean runsNodes() {
        return false;
    }

    /** Waits until somebody has the nodes end that this process runs; returns at once if it runs none. */
    default void awaitEnd() throws InterruptedException {}

    @Override
    void close();
}
