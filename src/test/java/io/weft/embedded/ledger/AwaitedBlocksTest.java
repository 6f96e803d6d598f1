package io.weft.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AwaitedBlocksTest {
    private final Source source = new Source();
    private volatile long height;
    private volatile boolean reachable = true;
    private final AtomicInteger looks = new AtomicInteger();
    private final CompletableFuture<Void> lookedTwice = new CompletableFuture<>();
    private final AwaitedBlocks blocks = new AwaitedBlocks(source, () -> height, () -> {
        if (looks.incrementAndGet() == 2) {
            lookedTwice.complete(null);
        }
        return reachable;
    });

    /** Announces what it may or may not have. */
    private static final class Source implements BlockSource {
        final Listeners<LongConsumer> listeners = new Listeners<>();
        volatile long announced;
        volatile long kept;
        final CompletableFuture<Long> asked = new CompletableFuture<>();

        @Override
        public long height() {
            return announced;
        }

        @Override
        public Block block(long number) {
            asked.complete(number);
            if (number >= kept) {
                throw new NoSuchElementException("no block " + number);
            }
            return Block.newBuilder()
                    .setHeader(BlockHeader.newBuilder().setNumber(number))
                    .build();
        }

        @Override
        public Registration onHeight(LongConsumer newHeight) {
            return listeners.add(newHeight);
        }

        void announce(long newHeight) {
            announced = newHeight;
            listeners.tell(listener -> listener.accept(newHeight));
        }
    }

    private CompletableFuture<Optional<Block>> next() {
        CompletableFuture<Optional<Block>> result = new CompletableFuture<>();
        Thread reader = new Thread(() -> result.complete(blocks.next()), "reader");
        reader.setDaemon(true);
        reader.start();
        return result;
    }

    private static long number(CompletableFuture<Optional<Block>> block) throws Exception {
        return block.get(20, TimeUnit.SECONDS).orElseThrow().getHeader().getNumber();
    }

    @AfterEach
    void close() {
        blocks.close();
    }

    @Test
    void the_wanted_block_is_there_at_once() throws Exception {
        source.kept = 3;
        source.announce(3);
        height = 1;
        assertThat(number(next())).isEqualTo(1);
    }

    @Test
    void a_block_is_waited_for() throws Exception {
        CompletableFuture<Optional<Block>> next = next();
        source.kept = 1;
        source.announce(1);
        assertThat(number(next)).isEqualTo(0);
    }

    @Test
    void a_block_that_was_announced_and_is_missing_is_looked_for_without_another_announcement() throws Exception {
        source.announce(1);
        CompletableFuture<Optional<Block>> next = next();
        assertThat(source.asked.get(20, TimeUnit.SECONDS)).isEqualTo(0);
        source.kept = 1;
        assertThat(number(next)).isEqualTo(0);
    }

    @Test
    void nothing_is_taken_from_a_source_out_of_reach() throws Exception {
        reachable = false;
        source.kept = 1;
        source.announce(1);
        CompletableFuture<Optional<Block>> next = next();
        lookedTwice.get(20, TimeUnit.SECONDS);
        assertThat(source.asked).isNotDone();
        reachable = true;
        assertThat(number(next)).isEqualTo(0);
    }

    @Test
    void closing_ends_the_wait() throws Exception {
        CompletableFuture<Optional<Block>> next = next();
        blocks.close();
        assertThat(next.get(20, TimeUnit.SECONDS)).isEmpty();
        assertThat(blocks.isClosed()).isTrue();
        assertThat(blocks.next()).isEmpty();
    }
}
