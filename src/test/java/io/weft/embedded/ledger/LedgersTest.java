package io.weft.embedded.ledger;

import static io.weft.embedded.ledger.Chain.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.weft.channel.BlockHash;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.h2.mvstore.MVStore;
import org.hyperledger.fabric.protos.common.Block;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class LedgersTest {
    @TempDir
    Path folder;

    @Test
    void everything_is_there_after_a_restart() {
        Block newest;
        try (Ledgers ledgers = Ledgers.open(folder.resolve("peer0"))) {
            Chain chain = Chain.begin(ledgers, "trading");
            Chain.begin(ledgers, "other");
            chain.run("tx1", simulation -> {
                simulation.put("cc", "a", bytes("1"));
                simulation.putPrivate("cc", "coll", "b", bytes("secret"));
            });
            newest = chain.ledger.block(1);
        }

        try (Ledgers ledgers = Ledgers.open(folder.resolve("peer0"))) {
            assertThat(ledgers.channels()).containsExactly("other", "trading");
            ChannelLedger ledger = ledgers.find("trading").orElseThrow();
            assertThat(ledger.height()).isEqualTo(2);
            assertThat(ledger.block(1)).isEqualTo(newest);
            assertThat(ledger.state("cc", "a")).hasValue(bytes("1"));
            assertThat(ledger.privateState("cc", "coll", "b")).hasValue(bytes("secret"));
            assertThat(ledger.privateData(1)).hasSize(1);
            new Chain(ledger).run("tx2", simulation -> simulation.put("cc", "a", bytes("2")));
            assertThat(ledger.state("cc", "a")).hasValue(bytes("2"));
        }
    }

    @Test
    void the_commit_hash_goes_on_after_a_restart() {
        Block restarted;
        try (Ledgers ledgers = Ledgers.open(folder)) {
            count(Chain.begin(ledgers, "trading"), 1);
        }
        try (Ledgers ledgers = Ledgers.open(folder)) {
            Chain chain = new Chain(ledgers.find("trading").orElseThrow());
            count(chain, 1);
            restarted = chain.ledger.block(2);
        }
        try (Ledgers ledgers = Ledgers.inMemory()) {
            Chain chain = Chain.begin(ledgers, "trading");
            count(chain, 2);

            assertThat(CommitHash.in(restarted)).hasSize(32);
            assertThat(chain.ledger.block(2)).isEqualTo(restarted);
        }
    }

    @Test
    void a_folder_is_used_by_one_only() {
        try (Ledgers first = Ledgers.open(folder)) {
            assertThat(first.channels()).isEmpty();
            assertThatThrownBy(() -> Ledgers.open(folder))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("The ledgers in `" + folder.resolve("ledgers.mv")
                            + "` are in use by another process or node.");
        }
    }

    @Test
    void block_stores_keep_chains_without_state() {
        Block genesis = Chain.genesis("trading");
        Block next = Chain.block(1, BlockHash.ofHeader(genesis.getHeader()), List.of());
        List<Long> heights = new ArrayList<>();
        try (Ledgers ledgers = Ledgers.open(folder)) {
            BlockStore store = ledgers.blockStores().create("trading");
            assertThat(store.height()).isZero();
            store.onHeight(heights::add);
            store.append(genesis);
            store.append(next);
            assertThatThrownBy(() -> store.append(next)).hasMessage("block number should have been 2 but was 1");
            assertThatThrownBy(() -> ledgers.blockStores().create("trading"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("There are blocks of channel `trading` already.");
            ledgers.blockStores().create("other");
        }

        assertThat(heights).containsExactly(1L, 2L);
        try (Ledgers ledgers = Ledgers.open(folder)) {
            assertThat(ledgers.channels()).isEmpty();
            assertThat(ledgers.blockStores().channels()).containsExactly("other", "trading");
            BlockStore store = ledgers.blockStores().find("trading").orElseThrow();
            assertThat(store.height()).isEqualTo(2);
            assertThat(store.block(0)).isEqualTo(genesis);
            assertThat(store.byHash(BlockHash.ofHeader(next.getHeader()))).hasValue(next);
            ledgers.blockStores().remove("trading");
            assertThat(ledgers.blockStores().find("trading")).isEmpty();
        }
    }

    @Test
    void an_interrupted_reader_does_not_end_the_node() {
        try (Ledgers ledgers = Ledgers.open(folder)) {
            count(Chain.begin(ledgers, "trading"), 50);
        }
        try (Ledgers ledgers = Ledgers.open(folder)) { // nothing is in memory yet
            ChannelLedger ledger = ledgers.find("trading").orElseThrow();
            Thread.currentThread().interrupt();
            assertThat(ledger.block(3).getHeader().getNumber()).isEqualTo(3);
            count(new Chain(ledger), 1);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(ledger.block(7).getHeader().getNumber()).isEqualTo(7);
            assertThat(ledger.height()).isEqualTo(52);
        }
    }

    @Test
    void a_copy_of_the_file_taken_at_any_moment_has_whole_blocks() throws Exception {
        Path running = folder.resolve("running");
        AtomicBoolean enough = new AtomicBoolean();
        List<Path> copies = new ArrayList<>();
        List<Long> heights = new ArrayList<>();
        try (Ledgers ledgers = Ledgers.open(running)) {
            Chain chain = Chain.begin(ledgers, "trading");
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                while (!enough.get()) {
                    count(chain, 1);
                }
            });
            for (int i = 0; i < 8; i++) {
                long due = chain.ledger.height() + 20;
                await(chain.ledger, due);
                heights.add(chain.ledger.height());
                Path copy = Files.createDirectories(folder.resolve("copy" + i));
                Files.copy(running.resolve(Ledgers.FILE), copy.resolve(Ledgers.FILE));
                copies.add(copy);
            }
            enough.set(true);
            writer.get(60, TimeUnit.SECONDS);
        }

        for (int i = 0; i < copies.size(); i++) {
            assertThat(wholeBlocks(copies.get(i))).isGreaterThanOrEqualTo(heights.get(i));
        }
    }

    @Test
    void a_killed_process_leaves_every_block_it_said_was_committed() throws Exception {
        Path home = folder.resolve("killed");
        Path output = folder.resolve("killed.out");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(
                                LedgersTest.class,
                                Ledgers.class,
                                MVStore.class,
                                MessageLite.class,
                                Block.class,
                                org.assertj.core.api.Assertions.class),
                        Committer.class.getName(),
                        home.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (said(output) < 150) {
                assertThat(process.isAlive() && System.nanoTime() < deadline)
                        .as("150 blocks, but its output was: %s", Files.readString(output))
                        .isTrue();
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }

        assertThat(wholeBlocks(home)).isGreaterThanOrEqualTo(said(output));
    }

    /** The last height that was said wholly. */
    private static long said(Path output) throws IOException {
        String said = Files.readString(output);
        String whole = said.substring(0, Math.max(0, said.lastIndexOf('\n')));
        return whole.isEmpty() ? 0 : Long.parseLong(whole.substring(whole.lastIndexOf('\n') + 1));
    }

    /** What is killed: says each height. */
    static final class Committer {
        private Committer() {}

        public static void main(String[] arguments) {
            try (Ledgers ledgers = Ledgers.open(Path.of(arguments[0]))) {
                Chain chain = Chain.begin(ledgers, "trading");
                while (chain.ledger.height() < 20_000) {
                    count(chain, 1);
                    System.out.println(chain.ledger.height());
                }
            }
        }
    }

    private static String classPath(Class<?>... classes) throws URISyntaxException {
        List<String> places = new ArrayList<>();
        for (Class<?> type : classes) {
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return Stream.concat(places.stream(), Stream.of(System.getProperty("java.class.path")))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Blocks that each add one to a counter, in public and in private. */
    private static void count(Chain chain, int blocks) {
        for (int i = 0; i < blocks; i++) {
            long height = chain.ledger.height();
            chain.run("tx" + height, simulation -> {
                simulation.get("cc", "counter");
                simulation.put("cc", "counter", bytes(String.valueOf(height)));
                simulation.put("cc", "key" + height, new byte[2_000]);
                simulation.putPrivate("cc", "coll", "counter", bytes(String.valueOf(height)));
            });
        }
    }

    /** Checks that state, index, history and private data are those of the newest block, and answers the height. */
    private static long wholeBlocks(Path folder) throws IOException {
        try (Ledgers ledgers = Ledgers.open(folder)) {
            ChannelLedger ledger = ledgers.find("trading").orElseThrow();
            long height = ledger.height();
            byte[] last = bytes(String.valueOf(height - 1));
            assertThat(ledger.state("cc", "counter")).hasValue(last);
            assertThat(ledger.privateState("cc", "coll", "counter")).hasValue(last);
            assertThat(ledger.code("tx" + (height - 1))).isPresent();
            assertThat(ledger.code("tx" + height)).isEmpty();
            ByteString previous = ByteString.EMPTY;
            for (long number = 0; number < height; number++) {
                Block block = ledger.block(number);
                assertThat(block.getHeader().getPreviousHash()).isEqualTo(previous);
                previous = BlockHash.ofHeader(block.getHeader());
                assertThat(ledger.blockByHash(previous)).hasValue(block);
            }
            try (Simulation simulation = ledger.simulate("query")) {
                assertThat(simulation.history("cc", "counter")).toIterable().hasSize((int) height - 1);
            }
            count(new Chain(ledger), 1);
            assertThat(ledger.height()).isEqualTo(height + 1);
            return height;
        }
    }

    private static void await(ChannelLedger ledger, long height) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (ledger.height() < height) {
            assertThat(System.nanoTime())
                    .as("Height %d of %d was reached", ledger.height(), height)
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
