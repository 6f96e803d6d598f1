package io.weft.platform;

import io.weft.plan.Finding;
import io.weft.plan.Release;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The nodes and chaincode services of a network, as one look found them. What {@code read...} reads is kept, and the
 * questions are answered from it.
 */
public interface Workloads extends AutoCloseable {
    /** Reads which releases lie in a namespace, whoever made them. */
    void readReleases(String namespace);

    /** Reads what runs in a namespace; the network must have a record. */
    void readRunning(String namespace);

    /** Compares what is there with what was installed; the releases must have been read. */
    void readDrift();

    /**
     * Compares a release with what is wanted.
     *
     * @param wanted absent as long as its keys are not known
     */
    Finding examine(Release release, Optional<Wanted> wanted);

    /** Whether the release ran when it was looked at: only then its node can be asked. */
    boolean ran(Release release);

    /** Whether a release is ready. */
    Finding examineReadiness(Release release);

    /** Whether what releases write to has to be asked for; otherwise nothing of it is ever missing. */
    boolean claimsStorage();

    /** Whether the release has what it writes to. */
    Finding examineStorage(Release release);

    /** Provides what the release writes to; returns whether that was needed. */
    boolean claimStorage(Release release);

    /**
     * Makes a release what is wanted, and has it started. Does not wait for it.
     *
     * @return whether anything was changed
     * @throws RejectedException if it cannot be changed into that
     */
    boolean install(Wanted wanted);

    /**
     * Waits until a release's program runs, which may be well before it is ready.
     *
     * @param note hears what it goes through meanwhile
     */
    void awaitRunning(Release release, Consumer<String> note);

    /**
     * Waits until a release is ready.
     *
     * @param note hears what it goes through meanwhile
     * @throws TimedOutException with what was last seen of it
     */
    void awaitReady(Release release, Consumer<String> note);

    /**
     * This network's releases beside the wanted ones.
     *
     * @return for example {@code release trade/org3-peer0}
     */
    List<String> leftovers(Collection<Release> wanted);

    /**
     * Ends a node's program and waits until it has ended. What it wrote stays.
     *
     * @return false if it did not run
     */
    boolean stop(Release release);

    /**
     * Has the program of a node that was stopped run again, and waits until it is ready.
     *
     * @param note hears what it goes through meanwhile
     */
    void start(Release release, Consumer<String> note);

    /**
     * Stops ordering nodes and peers, empties their ledgers, and starts them again. Everything else stays.
     *
     * @param note hears what is going on
     */
    void wipe(Consumer<String> note);

    @Override
    void close();
}
