package io.weft.embedded.ledger;

import static java.util.Objects.requireNonNull;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.hyperledger.fabric.protos.common.Block;

/** The blocks of a source, as one thread waits for them one after another. Any thread may end that. */
public final class AwaitedBlocks implements AutoCloseable {
    /** How often to look for a block that its source announced and then did not have, as when its node stops. */
    private static final long RETRY_MILLIS = 50;

    private final BlockSource source;
    private final LongSupplier height;
    private final BooleanSupplier reachable;
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final BlockSource.Registration registration;
    private volatile boolean closed;

    /**
     * @param height the number of the block that is wanted next, at any time
     * @param reachable whether blocks of the source may be taken just now
     */
    public AwaitedBlocks(BlockSource source, LongSupplier height, BooleanSupplier reachable) {
        this.source = requireNonNull(source, "source");
        this.height = requireNonNull(height, "height");
        this.reachable = requireNonNull(reachable, "reachable");
        this.registration = source.onHeight(newHeight -> wake());
    }

    /** The next block, as soon as the source has it; empty once this is closed or the thread is interrupted. */
    public Optional<Block> next() {
        lock.lock();
        try {
            // Somebody may wait for the block before.
            changed.signalAll();
            while (!closed) {
                long number = height.getAsLong();
                Optional<Block> next = find(number);
                if (next.isPresent()) {
                    return next;
                }
                if (source.height() > number) {
                    boolean unused = changed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
                } else {
                    changed.await();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return Optional.empty();
    }

    /**
     * Waits until the blocks below a height have been taken and the one that takes them asks for the next. Returns at once
     * when the source has no more of them, or they may not be taken just now, or this is closed.
     */
    public void awaitHeight(long goal) {
        if (height.getAsLong() >= goal) {
            return;
        }
        lock.lock();
        try {
            while (height.getAsLong() < goal
                    && !closed
                    && reachable.getAsBoolean()
                    && source.height() > height.getAsLong()) {
                boolean unused = changed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Block> find(long number) {
        if (!reachable.getAsBoolean()) {
            return Optional.empty();
        }
        try {
            return source.height() > number ? Optional.of(source.block(number)) : Optional.empty();
        } catch (NoSuchElementException announced) {
            return Optional.empty();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public boolean isClosed() {
        return closed;
    }

    /** Ends the wait. It does not wait for whoever reads. */
    @Override
    public void close() {
        closed = true;
        registration.close();
        wake();
    }
}
