package io.weft.deploy;

import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Works on several things at the same time. Failures arrive as they were thrown; an interrupt ends the wait. */
final class Together {
    private Together() {}

    /** Works on all of them and waits. */
    static <T> void work(Collection<T> all, Consumer<T> work, Executor threads) {
        await(CompletableFuture.allOf(all.stream()
                .map(one -> CompletableFuture.runAsync(() -> work.accept(one), threads))
                .toArray(CompletableFuture[]::new)));
    }

    /** Waits for a result. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("Not thrown by such work", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while waiting for the cluster");
        }
    }
}
