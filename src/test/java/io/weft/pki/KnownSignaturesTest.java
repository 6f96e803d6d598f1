package io.weft.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KnownSignaturesTest {
    private static final ByteBuffer KEY = KnownSignatures.key(new byte[65], new byte[32], new byte[] {1});
    private final KnownSignatures known = new KnownSignatures();

    private static boolean never() {
        throw new AssertionError("It is checked a second time");
    }

    @Test
    void a_signature_is_checked_once() {
        ByteBuffer other = KnownSignatures.key(new byte[65], new byte[32], new byte[] {2});

        assertThat(known.check(KEY, () -> true)).isTrue();
        assertThat(known.check(other, () -> false)).isFalse();

        assertThat(known.check(KEY, KnownSignaturesTest::never)).isTrue();
        assertThat(known.check(other, KnownSignaturesTest::never)).isFalse();
    }

    @Test
    void a_signature_that_was_made_here_is_not_checked() {
        known.made(KEY);

        assertThat(known.check(KEY, KnownSignaturesTest::never)).isTrue();
    }

    @Test
    void who_asks_while_it_is_being_checked_gets_the_same_answer() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> known.check(KEY, () -> {
            begun.countDown();
            return outcome.join();
        }));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Boolean> second = new CompletableFuture<>();
        Thread asking = new Thread(() -> second.complete(known.check(KEY, KnownSignaturesTest::never)));
        asking.start();
        while (asking.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        outcome.complete(true);

        assertThat(first.join()).isTrue();
        assertThat(second.join()).isTrue();
    }

    @Test
    void a_check_that_failed_is_tried_again() {
        assertThatThrownBy(() -> known.check(KEY, () -> {
                    throw new IllegalStateException("no entropy");
                }))
                .hasMessage("no entropy");

        assertThat(known.check(KEY, () -> true)).isTrue();
    }
}
