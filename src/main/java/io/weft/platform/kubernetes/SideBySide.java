package io.weft.platform.kubernetes;

import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Works on several objects at the same time. */
final class SideBySide {
    private static final int THREADS = 32;

    private SideBySide() {}

    /** Works on all of them and waits; throws what the first that failed threw. An interrupt ends the wait. */
    static <T> void work(Collection<T> all, Consumer<T> work) {
        if (all.isEmpty()) {
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(THREADS, all.size()), task -> {
            Thread thread = new Thread(task, "weft-objects");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletableFuture.allOf(all.stream()
                            .map(one -> CompletableFuture.runAsync(() -> work.accept(one), threads))
                            .toArray(CompletableFuture[]::new))
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException("Not thrown by such work", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while waiting for the cluster");
        } finally {
            threads.shutdownNow();
        }
    }
}
