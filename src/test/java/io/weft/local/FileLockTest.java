package io.weft.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLockTest {
    @TempDir
    private Path folder;

    @Test
    void a_file_is_held_once_until_it_is_given_back() {
        Path file = folder.resolve("trade.lock");
        try (FileLock lock = FileLock.tryTake(file, "up").orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(FileLock.tryTake(file, "down")).isEmpty();
        }
        FileLock.tryTake(file, "down").orElseThrow().remove();
        assertThat(file).doesNotExist();
    }

    @Test
    void a_thread_that_is_told_to_stop_has_no_lock_and_leaves_none() {
        Path file = folder.resolve("trade.lock");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> FileLock.tryTake(file, "up")).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        FileLock.tryTake(file, "up").orElseThrow().close();
    }
}
